import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_acts_by_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='auditentry',
            name='audit_workspace',
        ),
        migrations.RemoveIndex(
            model_name='auditentry',
            name='audit_object',
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['workspace_id', 'channel', '-at', '-id'], name='audit_by_time'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['workspace_id', 'kind', 'object_name', '-id'], name='audit_by_object', opclasses=['varchar_ops', 'varchar_ops', 'varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('part_of__isnull', True)), fields=['workspace_id', 'user_name', '-at', '-id'], name='audit_acts_by_user_name'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('part_of__isnull', True)), fields=['workspace_id', 'action', '-at', '-id'], name='audit_acts_by_action'),
        ),
    ]
