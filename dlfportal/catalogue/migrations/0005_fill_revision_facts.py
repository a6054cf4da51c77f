"""Fill what revisions say of themselves, and the deletions, from what older releases kept elsewhere.

Name: from the document. Cluster: the object's, before a move (in the record) the one it came from. Origin: from the
reason, where the portal wrote one; `reason` then holds only what a person wrote. Deletions: from the
record, and from the objects themselves. An object that was revived by an equal document had no revision for
it: of its deletions at one revision the last one counts.
"""

import json
import re
import zlib
from bisect import bisect_right
from datetime import timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from django.db import migrations

OBJECTS_A_WRITE = 200
ENTRIES_A_WRITE = 500
RESTORE = re.compile(r"restore (\d+)\Z")
SAMPLE = "Sample catalogue"
ONE_ACT = timedelta(seconds=10)
"""The record of a write is at most so much later than its revision."""


def fill(apps, schema_editor):
    catalogue = {name: apps.get_model("catalogue", name) for name in ("CatalogueObject", "Revision", "Version", "Deletion")}
    entries = apps.get_model("audit", "AuditEntry").objects
    import_of = _imports(apps.get_model("transfer", "ImportRun"))
    moves = _moves(entries)
    objects = catalogue["CatalogueObject"].objects.order_by("pk")
    last = 0
    while chunk := {one.pk: one for one in objects.filter(pk__gt=last)[:OBJECTS_A_WRITE]}:
        _fill_revisions(schema_editor, catalogue["Revision"], chunk, import_of, moves)
        _clear_comments(schema_editor, catalogue["Version"], chunk, import_of)
        last = max(chunk)
    _fill_deletions(catalogue, entries)


def _imports(runs):
    """Return what finds the import task that wrote something: a workspace runs one at a time."""

    @lru_cache(maxsize=16)
    def of_workspace(workspace_id):
        ended = runs.objects.filter(workspace=workspace_id, status="SUCCESSFUL", ended_at__isnull=False)
        return sorted(ended.values_list("created_at", "ended_at", "id", "source"))

    def find(workspace_id, at, text, limit):
        if not text.startswith("import "):
            return None
        rows = of_workspace(workspace_id)
        place = bisect_right(rows, at, key=lambda row: row[0])
        if place == 0:
            return None
        _began, ended, pk, source = rows[place - 1]
        return pk if at <= ended and text == f"import {source}"[:limit] else None

    return find


def _moves(entries):
    """Return (workspace, name, revision) -> the entries of moves to another cluster."""
    found = {}
    moved = entries.filter(action="cdm_job.update", detail__has_key="cluster_from")
    for entry in moved.order_by("pk").iterator():
        key = (entry.workspace_id, entry.object_name, entry.detail.get("revision"))
        found.setdefault(key, []).append(entry)
    return found


def _fill_revisions(schema_editor, revisions, objects, import_of, moves):
    rows = []
    found = revisions.objects.filter(object__in=objects).order_by("object_id", "number").select_related("content")
    for pk, history in groupby(found.iterator(chunk_size=50), key=attrgetter("object_id")):
        rows.extend(_history_rows(objects[pk], history, import_of, moves))
    sql = "UPDATE catalogue_revision SET name = %s, cluster = %s, origin = %s, origin_id = %s, reason = %s WHERE id = %s"
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _history_rows(target, history, import_of, moves):
    """Return what to write of the revisions of one object, whose documents pass by one at a time."""
    rows = []
    before = None
    for revision in history:
        name = _name(target, revision.content)
        origin, origin_id, reason = _origin(target, revision, import_of)
        if origin == "edit" and before not in (None, name):
            origin = "rename"
        before = name
        rows.append([name, "", origin, origin_id, reason, revision.pk])
        rows[-1].append(_move(target, revision, name, moves))
    cluster = target.cluster
    for row in reversed(rows):
        row[1] = cluster
        came_from = row.pop()
        cluster = cluster if came_from is None else came_from
    return rows


def _name(target, content):
    document = json.loads(zlib.decompress(bytes(content.data), -zlib.MAX_WBITS))
    try:
        name = document["jobs"][0]["name"] if target.kind == "cdm_job" else document["name"]
    except (KeyError, IndexError, TypeError):
        name = ""
    return name if isinstance(name, str) and name else target.name


def _origin(target, revision, import_of):
    """Return origin, its id, and what is left of the reason."""
    reason = revision.reason
    if restored := RESTORE.match(reason):
        return "restore", restored[1], ""
    if task := import_of(target.workspace_id, revision.created_at, reason, 255):
        return "import", task, ""
    return ("sample", "", "") if reason == SAMPLE else ("edit", "", reason)


def _move(target, revision, name, moves):
    """Return the cluster from which this revision moved its object, or None."""
    for entry in moves.get((target.workspace_id, name, revision.number), ()):
        same_act = timedelta() <= entry.at - revision.created_at < ONE_ACT
        if target.kind == "cdm_job" and same_act and entry.user_name == revision.author_name:
            return entry.detail["cluster_from"]
    return None


def _clear_comments(schema_editor, versions, objects, import_of):
    """Empty the comments that imports wrote themselves."""
    rows = versions.objects.filter(object__in=objects, comment__startswith="import ")
    written = [
        (row.pk,)
        for row in rows
        if import_of(objects[row.object_id].workspace_id, row.created_at, row.comment, 128)
    ]
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("UPDATE catalogue_version SET comment = '' WHERE id = %s", written)


def _fill_deletions(catalogue, entries):
    deletions = catalogue["Deletion"].objects
    deletes = entries.filter(action__in=[f"{kind}.delete" for kind in ("job", "script", "resource", "cdm_job")])
    last = 0
    while chunk := list(deletes.filter(pk__gt=last).order_by("pk")[:ENTRIES_A_WRITE]):
        found = _deletions_told(catalogue["Revision"].objects, chunk)
        deletions.filter(revision__in=found).delete()  # an older one at the same revision
        deletions.bulk_create(
            catalogue["Deletion"](
                revision_id=pk, object_id=target, author_id=entry.user_id, author_name=entry.user_name, at=at
            )
            for pk, (target, entry, at) in found.items()
        )
        last = chunk[-1].pk
    _fill_untold_deletions(catalogue)


def _deletions_told(revisions, entries):
    """Return revision -> (object, entry, time) of the deletions that these entries of the record are of."""
    numbers = {entry.detail.get("revision") for entry in entries} - {None}
    names = {entry.object_name for entry in entries}
    candidates = {}
    for row in revisions.filter(name__in=names, number__in=numbers).select_related("object").order_by("pk"):
        key = (row.object.workspace_id, row.object.kind, row.name, row.number)
        candidates.setdefault(key, []).append(row)
    later = revisions.filter(
        object__in={row.object_id for rows in candidates.values() for row in rows},
        number__in={number + 1 for number in numbers},
    )
    following = {(row.object_id, row.number): row.created_at for row in later}
    found = {}
    for entry in entries:
        key = (entry.workspace_id, entry.kind, entry.object_name, entry.detail.get("revision"))
        for row in candidates.get(key, ()):
            if at := _deleted_at(row, entry, following.get((row.object_id, row.number + 1))):
                found[row.pk] = (row.object_id, entry, at)
                break
    return found


def _deleted_at(revision, entry, following):
    """Return when `entry` ended `revision`: it was the newest then, or is that of an object still deleted."""
    if revision.created_at > entry.at:
        return None
    if following:
        return entry.at if following > entry.at else None
    gone = revision.object.deleted_at
    return gone if gone and gone <= entry.at else None


def _fill_untold_deletions(catalogue):
    """Add the deletions that the record does not name; who deleted is not known."""
    gone = catalogue["CatalogueObject"].objects.filter(deleted_at__isnull=False, revision__isnull=False)
    last = 0
    while chunk := list(gone.filter(pk__gt=last, revision__deletion=None).order_by("pk")[:OBJECTS_A_WRITE]):
        catalogue["Deletion"].objects.bulk_create(
            catalogue["Deletion"](object=one, revision_id=one.revision_id, author_name="", at=one.deleted_at)
            for one in chunk
        )
        last = chunk[-1].pk


class Migration(migrations.Migration):
    # The record and the imports, above the catalogue, say what older revisions do not.
    dependencies = [
        ("catalogue", "0004_revision_facts"),
        ("audit", "0004_fill_part_of"),
        ("transfer", "0005_channel"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
