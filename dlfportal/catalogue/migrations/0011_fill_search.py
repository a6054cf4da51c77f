"""Fold the names and descriptions, and fill the index of texts.

The fold and the keys are those of `catalogue.search.grams` in this release; when they change, another
migration builds the index anew.
"""

from zlib import crc32

from django.db import migrations

OBJECTS_A_WRITE = 2000
PIECES_KEPT = 50_000
ADD = {
    "sqlite": "INSERT INTO catalogue_grams (rowid, grams) VALUES (%s, %s)",
    "postgresql": "INSERT INTO catalogue_grams (object_id, grams) VALUES (%s, string_to_array(%s, ' ')::int4[])",
}
FOLD = "UPDATE catalogue_catalogueobject SET folded_name = %s, folded_description = %s WHERE id = %s"


def fill(apps, schema_editor):
    rows = apps.get_model("catalogue", "CatalogueObject").objects.order_by("pk")
    rows = rows.values_list("pk", "workspace_id", "kind", "name", "description", "deleted_at")
    pieces = Pieces()
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while chunk := list(rows.filter(pk__gt=last)[:OBJECTS_A_WRITE]):
            texts = {pk: (fold(name), fold(description)) for pk, _, _, name, description, _ in chunk}
            cursor.executemany(FOLD, [(*texts[row[0]], row[0]) for row in chunk])
            alive = [row for row in chunk if row[5] is None]
            keys = [(pk, keys_of(pieces, kind, workspace, texts[pk])) for pk, workspace, kind, *_ in alive]
            cursor.executemany(ADD[schema_editor.connection.vendor], keys)
            last = chunk[-1][0]
    apps.get_model("catalogue", "SearchIndex").objects.get_or_create(pk=1)


def fold(text):
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def key(gram, place=0):
    return crc32(gram.encode(), place) & 0x7FFF_FFFF


def keys_of(pieces, kind, workspace, texts):
    grams = [
        pieces[place, text[start : start + 3]] for place, text in enumerate(texts) for start in range(len(text))
    ]
    return " ".join([str(key(f"\0{kind}")), str(key(f"\0{kind}\0{workspace}")), *grams])


class Pieces(dict):
    def __missing__(self, at):
        if len(self) >= PIECES_KEPT:
            self.clear()
        place, piece = at
        keys = self[at] = " ".join(str(key(piece[:size], place)) for size in range(1, len(piece) + 1))
        return keys


def empty(apps, schema_editor):
    clear = {
        "sqlite": "INSERT INTO catalogue_grams (catalogue_grams) VALUES ('delete-all')",
        "postgresql": "DELETE FROM catalogue_grams",
    }
    schema_editor.execute(clear[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0010_search")]

    operations = [migrations.RunPython(fill, empty)]
