import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Imports that people look at before they are applied."""

    dependencies = [
        ('access', '0004_preference'),
        ('catalogue', '0027_mapping_profiles'),
        ('transfer', '0009_bulk_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanFacts',
            fields=[
                ('run', models.OneToOneField(db_index=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='facts', serialize=False, to='transfer.importrun')),
                ('uses', models.JSONField(default=list)),
                ('needs', models.JSONField(default=dict)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='bulkrun',
            name='bulk_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='importrun',
            name='import_status_known',
        ),
        migrations.AddField(
            model_name='importitem',
            name='base',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalogue.revision'),
        ),
        migrations.AddField(
            model_name='importitem',
            name='both_changed',
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name='importitem',
            name='directory',
            field=models.CharField(blank=True, db_default='', max_length=1500, verbose_name='directory'),
        ),
        migrations.AddField(
            model_name='importitem',
            name='followed',
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='importitem',
            name='mapped',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='comment',
            field=models.CharField(blank=True, max_length=255, verbose_name='comment'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='expires_at',
            field=models.DateTimeField(null=True, verbose_name='kept until'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='mapping',
            field=models.JSONField(default=list, verbose_name='mapping'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='phase',
            field=models.CharField(blank=True, choices=[('reading', 'reading the package'), ('checking', 'checking the objects'), ('writing', 'writing')], max_length=10, verbose_name='phase'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='plan_digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='importrun',
            name='profile',
            field=models.CharField(blank=True, max_length=128, verbose_name='mapping profile'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='bulkrun',
            name='status',
            field=models.CharField(choices=[('PLANNING', 'planning'), ('PLANNED', 'planned'), ('RUNNING', 'running'), ('SUCCESSFUL', 'successful'), ('FAILED', 'failed'), ('DISCARDED', 'discarded')], default='RUNNING', max_length=10, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='status',
            field=models.CharField(choices=[('PLANNING', 'planning'), ('PLANNED', 'planned'), ('RUNNING', 'running'), ('SUCCESSFUL', 'successful'), ('FAILED', 'failed'), ('DISCARDED', 'discarded')], default='RUNNING', max_length=10, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='bulkrun',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['PLANNING', 'PLANNED', 'RUNNING', 'SUCCESSFUL', 'FAILED', 'DISCARDED'])), name='bulk_status_known'),
        ),
        migrations.AddConstraint(
            model_name='importrun',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['PLANNING', 'PLANNED', 'RUNNING', 'SUCCESSFUL', 'FAILED', 'DISCARDED'])), name='import_status_known'),
        ),
    ]
