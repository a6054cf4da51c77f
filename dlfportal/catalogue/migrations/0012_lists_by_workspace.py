from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0011_fill_search")]

    operations = [
        migrations.RemoveIndex("catalogueobject", "object_by_name"),
        migrations.RemoveIndex("catalogueobject", "object_by_time"),
    ]
