from django.db import migrations, models


class Migration(migrations.Migration):
    """Workspaces whose edits need a second person, too, and which of the settings is asked to change."""

    dependencies = [("access", "0005_second_person")]

    operations = [
        migrations.AddField("secondperson", "edits", models.BooleanField(default=False)),
        migrations.AddField(
            "secondperson",
            "setting",
            models.CharField(
                choices=[("imports", "Imports"), ("edits", "Edits")], default="imports", max_length=7
            ),
        ),
        migrations.AddConstraint(
            "secondperson",
            models.CheckConstraint(
                condition=models.Q(("edits", False), ("imports", True), _connector="OR"),
                name="second_person_edits_imports",
            ),
        ),
    ]
