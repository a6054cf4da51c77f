import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_known_address_and_token_password'),
        ('transfer', '0007_import_tasks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='export',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['workspace', 'name', '-started_at'], name='export_by_name', opclasses=['varchar_ops', 'varchar_pattern_ops', 'timestamptz_ops']),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['workspace', 'user_name', '-started_at'], name='export_by_person'),
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(fields=['status', 'workspace', '-created_at'], name='import_by_status'),
        ),
    ]
