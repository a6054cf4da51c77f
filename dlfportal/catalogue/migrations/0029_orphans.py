import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Contents that nothing points to are marked before they are deleted."""

    dependencies = [
        ('catalogue', '0028_compared_pairs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Orphan',
            fields=[
                ('content', models.OneToOneField(db_index=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='orphan', serialize=False, to='catalogue.content')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
