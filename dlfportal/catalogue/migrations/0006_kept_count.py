import django.db.models.deletion
from django.db import migrations, models

import dlfportal.db.fields

KINDS = [("job", "job"), ("script", "script"), ("resource", "resource"), ("cdm_job", "CDM job")]


class Migration(migrations.Migration):
    dependencies = [("access", "0003_known_address_and_token_password"), ("catalogue", "0005_fill_revision_facts")]

    operations = [
        migrations.CreateModel(
            "KeptCount",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("facet", models.CharField(blank=True, max_length=10)),
                ("value", dlfportal.db.fields.CodePointField(blank=True)),
                ("amount", models.IntegerField()),
                ("folded", models.BooleanField(default=False)),
                (
                    "workspace",
                    models.ForeignKey(
                        "access.Workspace", django.db.models.deletion.CASCADE, related_name="+", db_index=False
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "facet", "kind", "value", "amount"], name="count_sum"),
                    models.Index(fields=["id"], condition=models.Q(folded=False), name="count_unfolded"),
                ],
            },
        ),
    ]
