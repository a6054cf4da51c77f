from django.db import migrations, models

GRAMS = {
    "sqlite": "CREATE VIRTUAL TABLE catalogue_grams USING fts5("
    "grams, content='', detail=none, columnsize=0, tokenize='ascii')",
    "postgresql": "CREATE TABLE catalogue_grams (object_id bigint PRIMARY KEY, grams int4[] NOT NULL);"
    "CREATE INDEX catalogue_grams_gin ON catalogue_grams USING gin (grams) WITH (gin_pending_list_limit = 512)",
}


def make_index(apps, schema_editor):
    schema_editor.execute(GRAMS[schema_editor.connection.vendor])


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE catalogue_grams")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0009_fill_lists")]

    operations = [
        migrations.AddField(
            "catalogueobject",
            "folded_name",
            models.CharField(blank=True, default="", help_text="without case, for search", max_length=255),
            preserve_default=False,
        ),
        migrations.AddField(
            "catalogueobject",
            "folded_description",
            models.CharField(blank=True, default="", help_text="without case, for search", max_length=255),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "SearchIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("times_built", models.PositiveIntegerField(default=0, help_text="how often it was built anew")),
            ],
        ),
        # No model: a rebuild of a table by a later migration leaves it alone.
        migrations.RunPython(make_index, drop_index),
    ]
