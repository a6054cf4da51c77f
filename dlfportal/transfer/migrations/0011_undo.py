import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Undos of imports: which import one undoes, and what it does with an object."""

    dependencies = [("transfer", "0010_plans")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="undoes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="undone_by",
                to="transfer.importrun",
                verbose_name="undoes",
            ),
        ),
        migrations.AlterField(
            model_name="importitem",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("new", "new"),
                    ("changed", "changed"),
                    ("same", "same"),
                    ("skipped", "skipped"),
                    ("invalid", "invalid"),
                    ("restored", "restored"),
                    ("deleted", "deleted"),
                    ("revived", "brought back"),
                ],
                max_length=10,
                verbose_name="plan",
            ),
        ),
    ]
