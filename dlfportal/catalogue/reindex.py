"""Rebuilding what is derived from documents, for when the rules of `derive` have changed or a row is wrong.

One pass over the revisions, each document read once. Nothing of a pass is kept but its place, so one that is
interrupted is simply begun again: what is right already is only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.counts import COLUMNS, counts_move, standing_of, standing_under
from dlfportal.catalogue.derive import Derived, ReferenceKey, derive
from dlfportal.catalogue.index import BESIDE, state_of
from dlfportal.catalogue.models import CatalogueObject, Content, ObjectTag, Reference, Revision
from dlfportal.catalogue.recount import Recounted, counts_fold, recount
from dlfportal.catalogue.search.writing import index_build, index_complete
from dlfportal.catalogue.tags import TagRow, tag_rows, tags_replace
from dlfportal.catalogue.undoing.originals import originals
from dlfportal.chunks import pieces
from dlfportal.db.rows import rows_insert, rows_update
from dlfportal.formats.documents import name_of
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import inflate

Row = TypeVar("Row")

REVISIONS_A_READ = 500
ROWS_TO_FOLD = 10_000
BYTES_A_PIECE = 4 * 1024 * 1024
NOTHING = Derived({}, frozenset())
"""What an older revision's document leaves beside it, its name apart."""


class Mended(NamedTuple):
    """What was wrong beside one document and is right now: names of columns, `references`, `name`.

    `tags` is the column of tags, or their rows.
    """

    workspace_id: str
    kind: str
    cluster: str
    name: str
    revision: int
    what: tuple[str, ...]


class Step(NamedTuple):
    """One step of a pass: how many revisions it read, and what it mended; then the counts it put right."""

    read: int
    mended: Sequence[Mended] = ()
    recounted: Sequence[Recounted] = ()


class _Beside(NamedTuple):
    """The rows that the database has beside documents, by object; and the revisions that those which an undo
    made stand for.
    """

    references: Mapping[int, set[ReferenceKey]]
    tags: Mapping[int, set[TagRow]]
    originals: Mapping[int, int]


class _Wrong(NamedTuple):
    """A revision beside whose document something is wrong, and what it should be.

    `columns`, `tags` and `references` say what of it is wrong; of a revision that is not the newest, nothing.
    `values` are the columns as they should be.
    """

    revision: Revision
    name: str
    derived: Derived
    values: Mapping[str, Any]
    columns: tuple[str, ...]
    tags: bool
    references: bool

    def is_newest_of(self, target: CatalogueObject) -> bool:
        """Return whether an object stands as it did when it was judged."""
        judged = self.revision.object
        now = (target.revision_id, target.version_id, target.deleted_at)
        return now == (self.revision.pk, judged.version_id, judged.deleted_at)

    @property
    def mended(self) -> Mended:
        target, number = self.revision.object, self.revision.number
        name = ("name",) if self.revision.name != self.name else ()
        references = ("references",) if self.references else ()
        tags = ("tags",) if self.tags and "tags" not in self.columns else ()
        what = (*name, *self.columns, *tags, *references)
        return Mended(target.workspace_id, target.kind, target.cluster, target.name, number, what)


def reindex(*, actor: Actor, workspace: Workspace | None = None) -> Iterator[Step]:
    """Rebuild what is derived from the documents, and yield what was mended, step by step: index columns,
    references, tags, the names of revisions, the kept counts and the index of texts.

    Without `workspace`, in all in which the actor may edit. It changes nothing that anybody wrote, so
    the record does not mention it. An object that is written meanwhile is left to that write.

    Raises NotFound or Forbidden (policy).
    """
    if workspace is None:
        workspaces = policy.workspaces_with(actor.user, Right.EDIT)
        is_all = policy.is_superuser(actor.user)
        revisions = Revision.objects.filter(object__workspace__in=workspaces)
        return chain(_steps(revisions), _counts(workspaces), _texts(workspaces, is_all))
    policy.require(actor.user, workspace, Right.EDIT)
    revisions = Revision.objects.filter(object__workspace=workspace)
    return chain(_steps(revisions), _counts([workspace]), _texts([workspace], False))


def _steps(revisions: QuerySet[Revision]) -> Iterator[Step]:
    """Yield the steps of a pass over `revisions`, which come in the order of their ids."""
    rows = revisions.select_related("object__version", "content").defer("content__data").order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last)[:REVISIONS_A_READ]):
        for piece in pieces(found, _document_bytes, REVISIONS_A_READ, BYTES_A_PIECE):
            yield Step(len(piece), _mend(piece))
        last = found[-1].pk


def _counts(workspaces: Iterable[Workspace]) -> Iterator[Step]:
    """Yield a step for each count that was wrong, once the columns that are counted are right."""
    while counts_fold(ROWS_TO_FOLD):
        pass
    for one in recount(workspaces):
        yield Step(0, recounted=[one])


def _texts(workspaces: Iterable[Workspace], is_all: bool) -> Iterator[Step]:
    """Yield a step when the index of texts is right, once the columns that it is made of are.

    Of all workspaces it is built anew; of some, what it lacks is added.
    """
    if is_all:
        index_build()
    else:
        index_complete(workspaces)
    yield Step(0)


def _document_bytes(revision: Revision) -> int:
    return revision.content.size


def _mend(revisions: Sequence[Revision]) -> list[Mended]:
    """Rebuild what is derived from these revisions' documents, and return what was wrong."""
    newest = [one.object_id for one in revisions if _is_newest(one)]
    made = [one.pk for one in revisions if _is_newest(one)]
    beside = _Beside(_references_of(newest), _tags_of(newest), originals(made))
    judged = (_judge(one, document, beside) for one, document in _documents(revisions))
    wrong = [one for one in judged if one.mended.what]
    # A revision never changes otherwise, so its name can be put right at any time.
    renamed = ((one.name, one.revision.pk) for one in wrong if one.name != one.revision.name)
    rows_update(Revision, ["name"], renamed)
    if rows := [one for one in wrong if one.columns or one.tags or one.references]:
        _write(rows)
    return [one.mended for one in wrong]


def _is_newest(revision: Revision) -> bool:
    return revision.object.revision_id == revision.pk


def _documents(revisions: Sequence[Revision]) -> Iterator[tuple[Revision, Any]]:
    """Yield each revision with its document, one document at a time; one that several share is read once."""
    sharing: dict[int, list[Revision]] = {}
    for revision in revisions:
        sharing.setdefault(revision.content_id, []).append(revision)
    contents = Content.objects.filter(pk__within=sorted(sharing)).values_list("pk", "data", "size")
    for pk, data, size in list(contents):
        document = parse(inflate(bytes(data), size))
        yield from ((revision, document) for revision in sharing[pk])


def _judge(revision: Revision, document: Any, beside: _Beside) -> _Wrong:
    """Compare what the database has beside a document with what is derived from it."""
    target = revision.object
    kind = Kind(target.kind)
    if not _is_newest(revision):
        return _Wrong(revision, name_of(kind, document), NOTHING, {}, (), False, False)
    derived = derive(kind, document)
    values = _columns(revision, derived, beside.originals.get(revision.pk, revision.pk))
    wrong = tuple(column for column, value in values.items() if getattr(target, column) != value)
    alive = target.deleted_at is None
    tags = set(tag_rows(target.name, derived.columns)) if alive else set()
    references = derived.references if alive else frozenset()
    return _Wrong(
        revision,
        name_of(kind, document),
        derived,
        values,
        wrong,
        beside.tags.get(target.pk, set()) != tags,
        beside.references.get(target.pk, set()) != references,
    )


def _columns(revision: Revision, derived: Derived, original: int) -> dict[str, Any]:
    """Return every column that is kept beside an object's newest revision, in the order of `BESIDE`.

    `original` is the id of the revision that it stands for, most often its own.
    """
    version = revision.object.version
    submitted = version.revision_id if version else None
    if submitted == original:
        submitted = revision.pk
    return {
        **derived.columns,
        "size": revision.content.size,
        "version_number": version.number if version else 0,
        "state": state_of(submitted, revision.pk).value,
    }


def _tags_of(objects: Sequence[int]) -> dict[int, set[TagRow]]:
    rows = ObjectTag.objects.filter(object__in=objects)
    return _by_object(rows.values_list("object", *TagRow._fields), TagRow._make)


def _references_of(objects: Sequence[int]) -> dict[int, set[ReferenceKey]]:
    rows = Reference.objects.filter(source__in=objects).order_by()
    return _by_object(rows.values_list("source", *ReferenceKey._fields), ReferenceKey._make)


def _by_object(rows: Iterable[tuple[Any, ...]], make: Callable[[Iterable[Any]], Row]) -> dict[int, set[Row]]:
    """Return what `make` makes of rows that begin with the id of an object, by that id."""
    found: dict[int, set[Row]] = {}
    for pk, *row in rows:
        found.setdefault(pk, set()).add(make(row))
    return found


def _write(wrong: Sequence[_Wrong]) -> None:
    """Put columns and references right, except of objects that were written since they were read."""
    with transaction.atomic():
        rows = CatalogueObject.objects.filter(pk__within=sorted(one.revision.object_id for one in wrong))
        locked = rows.select_for_update().order_by("pk")
        stand = {
            row.pk: row for row in locked.only("workspace", "revision", "version", "deleted_at", *COLUMNS)
        }
        still = [one for one in wrong if one.is_newest_of(stand[one.revision.object_id])]
        rows_update(
            CatalogueObject,
            BESIDE,
            ((*one.values.values(), one.revision.object_id) for one in still),
        )
        _write_references([one for one in still if one.references])
        tags = [one for one in still if one.tags]
        tags_replace([one.revision.object_id for one in tags], (_tags(one) for one in tags))
        for one in still:
            _count(one, stand[one.revision.object_id])


def _tags(wrong: _Wrong) -> tuple[str, int, list[TagRow]]:
    target = wrong.revision.object
    rows = tag_rows(target.name, wrong.derived.columns) if target.deleted_at is None else []
    return target.workspace_id, target.pk, rows


def _count(wrong: _Wrong, before: CatalogueObject) -> None:
    """Keep the counts right over a mended object, which was `before`."""
    after = standing_under(Kind(before.kind), wrong.values) if before.deleted_at is None else None
    counts_move(before.workspace_id, standing_of(before), after)


def _write_references(wrong: Sequence[_Wrong]) -> None:
    Reference.objects.filter(source__in=[one.revision.object_id for one in wrong]).delete()
    rows_insert(
        Reference,
        ("workspace", "source", *ReferenceKey._fields),
        (
            (one.revision.object.workspace_id, one.revision.object_id, *key)
            for one in wrong
            if one.revision.object.deleted_at is None
            for key in sorted(one.derived.references)
        ),
    )
