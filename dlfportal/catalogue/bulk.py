"""Writing many objects at once: the write path of `services` for thousands of documents.

Contents are written ahead, in batches. What makes them visible is one short transaction that first
looks whether everything still stands as it did when the write was planned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actions import Verb, object_action
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import Act, audit_record_many
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.counts import Standing, counts_replace, standing_under
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.drafts import Identity, LightDraft
from dlfportal.catalogue.index import DEFAULTS
from dlfportal.catalogue.models import CatalogueObject, Content, Reference, Revision, Version
from dlfportal.catalogue.search.writing import Ahead, Text
from dlfportal.catalogue.tags import tag_rows, tags_replace
from dlfportal.chunks import in_chunks, pieces
from dlfportal.db.rows import ids_reserve, ids_take, rows_insert, rows_update, stored
from dlfportal.errors import StalePlan, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import Deflated

CONTENTS_A_WRITE = 200
BYTES_A_WRITE = 8 * 1024 * 1024
COLUMNS = (*DEFAULTS, "size", "version_number")
NAMED = 3
"""So many objects an error names; a person needs an example, not a thousand names."""


class Existing(NamedTuple):
    """What stands under an identity: the living object, else the one deleted last; its newest revision."""

    pk: int
    alive: bool
    revision_id: int
    number: int
    sha256: str


def existing_objects(workspace: Workspace, identities: Collection[Identity]) -> dict[Identity, Existing]:
    """Return what stands under each of the identities; free ones are left out."""
    found: dict[Identity, Existing] = {}
    columns = ("pk", "deleted_at", "revision_id", "revision__number", "revision__content__sha256")
    for kind, rows in _rows_named(workspace, identities):
        # The living row comes last, the one deleted last before it: later rows replace earlier ones.
        in_time = sorted(
            rows.values_list("cluster", "name", *columns),
            key=lambda row: (row[3] is None, row[3] or row[2]),
        )
        for cluster, name, pk, deleted_at, *revision in in_time:
            found[Identity(kind, cluster, name)] = Existing(pk, deleted_at is None, *revision)
    wanted = set(identities)
    return {identity: existing for identity, existing in found.items() if identity in wanted}


def contents_known(sha256s: Sequence[str]) -> dict[str, int]:
    """Return SHA-256 -> id of the contents that are kept already."""
    known: dict[str, int] = {}
    for chunk in in_chunks(sha256s):
        known.update(Content.objects.filter(sha256__within=chunk).values_list("sha256", "pk"))
    return known


def contents_store(contents: Iterable[Deflated]) -> None:
    """Write contents ahead, batch by batch; those that are kept already are left as they are.

    In a batch they come in one order for all: on PostgreSQL two imports that bring the same contents
    would wait for each other otherwise.
    """
    for batch in pieces(contents, _stored_bytes, CONTENTS_A_WRITE, BYTES_A_WRITE):
        batch.sort(key=lambda one: one.sha256)
        rows = ((one.sha256, one.size, one.crc32, len(one.data), one.data) for one in batch)
        rows_insert(Content, ("sha256", "size", "crc32", "stored", "data"), rows, ignore=True)


def _stored_bytes(content: Deflated) -> int:
    return len(content.data)


class Written(NamedTuple):
    """What a bulk write did with one object: ids before and after, None where there was none.

    `was_deleted`: a deleted object was revived. A version before belongs to a living object only.
    """

    object_id: int
    was_deleted: bool
    revision_before: int | None
    revision: int
    version_before: int | None
    version: int | None


@dataclass(slots=True)
class _Target:
    """A draft on its way: what stood under its identity, the ids it gets, and its version."""

    draft: LightDraft
    old: Existing | None
    pk: int = field(init=False)
    revision_id: int = field(init=False)
    version_before: int | None = None
    version_id: int | None = None
    version: int = 0
    is_submitted: bool = False

    def __post_init__(self) -> None:
        """Keep the ids of what stood there; the others are taken in the transaction."""
        self.pk, self.revision_id = (self.old.pk, self.old.revision_id) if self.old else (0, 0)

    @property
    def is_kept(self) -> bool:
        """Whether the object lives with this content already: then it gets no revision."""
        return self.old is not None and self.old.alive and self.old.sha256 == self.draft.sha256

    @property
    def number(self) -> int:
        """The number of the newest revision when all is written."""
        return (self.old.number if self.old else 0) + (0 if self.is_kept else 1)

    @property
    def columns(self) -> tuple[Any, ...]:
        """The values of `COLUMNS`."""
        return (*self.draft.derived.columns.values(), self.draft.size, self.version)

    @property
    def written(self) -> Written:
        """What was done, when all is written."""
        old = self.old
        return Written(
            self.pk,
            old is not None and not old.alive,
            old.revision_id if old else None,
            self.revision_id,
            self.version_before,
            self.version_id,
        )


@dataclass(slots=True)
class BulkWrite:
    """Drafts whose contents are stored, to become visible in one transaction.

    `planned` says what stood under every identity of the plan, those that are not written included.
    """

    actor: Actor
    workspace: Workspace
    drafts: Sequence[LightDraft]
    planned: Mapping[Identity, Existing | None]
    cause: Cause
    submit: bool
    _targets: list[_Target] = field(init=False)
    _contents: dict[str, int] = field(init=False)
    _standings: Counter[Standing] = field(init=False)
    _ahead: Ahead = field(init=False)

    def __post_init__(self) -> None:
        """Gather all that can be gathered before the transaction."""
        self._targets = [_Target(draft, self.planned[draft.identity]) for draft in self.drafts]
        self._contents = contents_known([draft.sha256 for draft in self.drafts])
        self._standings = Counter(
            standing_under(draft.identity.kind, draft.derived.columns) for draft in self.drafts
        )
        new = [target for target in self._targets if target.old is None]
        for target, pk in zip(new, ids_reserve(CatalogueObject, len(new)), strict=True):
            target.pk = pk
        self._ahead = Ahead(self._texts(), [target.pk for target in self._targets if target.old])

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Write ahead, outside the transaction of `write`, what is inert until then; it need not be done."""
        with self._ahead.written():
            yield

    def write(self, part_of: AuditEntry | None = None) -> dict[Identity, Written]:
        """Write the objects with revisions, versions, references and audit entries, all or none.

        `part_of` is the entry of the act that the write belongs to. Returns what was written, by identity.

        Raises NotFound or Forbidden (policy), and StalePlan when anything stands differently now.
        """
        policy.require(self.actor.user, self.workspace, Right.EDIT)
        try:
            with transaction.atomic():
                self._refuse_moved()
                self._ahead.confirm()
                self._read_versions()
                self._take_ids()
                counts_replace(self.workspace.pk, self._standings, self._replaced)
                self._write_objects()
                self._write_revisions()
                self._write_versions()
                self._point()
                self._write_references()
                self._write_tags()
                self._record(part_of)
        except IntegrityError as error:
            if "object_identity" not in str(error) and "catalogueobject.name" not in str(error):
                raise
            raise _stale([]) from error
        return {target.draft.identity: target.written for target in self._targets}

    @property
    def _replaced(self) -> list[int]:
        return [target.pk for target in self._targets if target.old and target.old.alive]

    def _texts(self) -> Iterator[tuple[int, Text]]:
        """Yield by id what the index of texts has to know of the objects, in the order of their ids."""
        for target in sorted(self._targets, key=lambda target: target.pk):
            columns = target.draft.derived.columns
            texts = columns["folded_name"], columns["folded_description"]
            yield target.pk, Text(self.workspace.pk, target.draft.identity.kind, *texts)

    def _refuse_moved(self) -> None:
        if connection.features.has_select_for_update:
            # On PostgreSQL the lock comes first and the look afterwards: a look that waited for
            # another writer would join the row's new state with its old revision.
            for _kind, rows in _rows_named(self.workspace, self.planned):
                list(rows.select_for_update().order_by("pk").values_list("pk"))
        now = existing_objects(self.workspace, self.planned.keys())
        moved = [identity for identity, then in self.planned.items() if now.get(identity) != then]
        if moved:
            raise _stale(moved)

    def _read_versions(self) -> None:
        """Find the versions that stand, and the numbers of those to make, of objects that exist."""
        standing: dict[int, tuple[int, int, int]] = {}
        highest: dict[int, int] = {}
        for chunk in in_chunks([target.pk for target in self._targets if target.old]):
            objects = CatalogueObject.objects.filter(pk__within=chunk, version__isnull=False).order_by()
            rows = objects.values_list("pk", "version", "version__number", "version__revision")
            standing.update({pk: (version, number, marked) for pk, version, number, marked in rows})
            numbers = Version.objects.filter(object__in=chunk).order_by().values_list("object")
            highest.update(numbers.annotate(highest=Max("number")))
        for target in self._targets:
            version_id, number, marked = standing.get(target.pk, (None, 0, None))
            target.version_before = target.version_id = version_id
            target.is_submitted = self.submit and not (target.is_kept and marked == target.revision_id)
            target.version = highest.get(target.pk, 0) + 1 if target.is_submitted else number

    def _take_ids(self) -> None:
        """Give the other rows their ids before they are written: nothing need be looked up again."""
        made = [target for target in self._targets if not target.is_kept]
        for target, pk in zip(made, ids_take(Revision, len(made)), strict=True):
            target.revision_id = pk
        submitted = [target for target in self._targets if target.is_submitted]
        for target, pk in zip(submitted, ids_take(Version, len(submitted)), strict=True):
            target.version_id = pk

    def _write_objects(self) -> None:
        """Insert the new objects, update the others; deleted ones come alive."""
        now = stored(CatalogueObject, "updated_at", timezone.now())
        username = self.actor.user.get_username()
        columns = ("id", "uid", "workspace", "kind", "cluster", "name", *COLUMNS)
        stamps = ("created_at", "created_by", "updated_at", "updated_by")
        rows_insert(
            CatalogueObject,
            (*columns, *stamps),
            (
                (
                    target.pk,
                    stored(CatalogueObject, "uid", uuid4()),
                    self.workspace.pk,
                    *map(str, target.draft.identity),
                    *target.columns,
                    *(now, username, now, username),
                )
                for target in self._targets
                if target.old is None
            ),
        )
        self._update_objects(now)

    def _update_objects(self, now: Any) -> None:
        """Update the index of objects that exist; who and when only if changed."""
        username = self.actor.user.get_username()
        for stamped in (True, False):
            columns = (*COLUMNS, "deleted_at")
            stamps = (now, username) if stamped else ()
            rows_update(
                CatalogueObject,
                (*columns, "updated_at", "updated_by") if stamped else columns,
                (
                    (*target.columns, None, *stamps, target.pk)
                    for target in self._targets
                    if target.old and target.is_kept is not stamped
                ),
            )

    def _write_revisions(self) -> None:
        """Write a revision for each content that is not the newest, and for each object that is revived."""
        username, now = self.actor.user.get_username(), stored(Revision, "created_at", timezone.now())
        cause = (str(self.cause.origin), self.cause.origin_id, self.cause.reason[:255])
        same = (self.actor.user.pk, username, now, *cause)
        columns = ("id", "object", "number", "content", "cluster", "name")
        rows_insert(
            Revision,
            (*columns, "author", "author_name", "created_at", "origin", "origin_id", "reason"),
            (
                (
                    target.revision_id,
                    target.pk,
                    target.number,
                    self._contents[target.draft.sha256],
                    target.draft.identity.cluster,
                    target.draft.identity.name,
                    *same,
                )
                for target in self._targets
                if not target.is_kept
            ),
        )

    def _write_versions(self) -> None:
        """Submit the newest revision of the objects whose version marks another one."""
        username, now = self.actor.user.get_username(), stored(Version, "created_at", timezone.now())
        same = (self.actor.user.pk, username, now, "")
        rows_insert(
            Version,
            ("id", "object", "number", "revision", "author", "author_name", "created_at", "comment"),
            (
                (target.version_id, target.pk, target.version, target.revision_id, *same)
                for target in self._targets
                if target.is_submitted
            ),
        )

    def _point(self) -> None:
        """Point the objects at their newest revisions and versions.

        Not when they are inserted: SQLite would look through the whole table for every revision that comes
        later, whether an object waits for it.
        """
        rows_update(
            CatalogueObject,
            ("revision", "version"),
            (
                (target.revision_id, target.version_id, target.pk)
                for target in self._targets
                if target.is_submitted or not target.is_kept
            ),
        )

    def _write_references(self) -> None:
        for chunk in in_chunks([target.pk for target in self._targets if target.old]):
            Reference.objects.filter(source__in=chunk).delete()
        rows_insert(
            Reference,
            ("workspace", "source", *ReferenceKey._fields),
            (
                (self.workspace.pk, target.pk, *key)
                for target in self._targets
                for key in sorted(target.draft.derived.references)
            ),
        )

    def _write_tags(self) -> None:
        tagged = (
            (one.pk, tag_rows(one.draft.identity.name, one.draft.derived.columns)) for one in self._targets
        )
        old = [target.pk for target in self._targets if target.old]
        tags_replace(old, ((self.workspace.pk, pk, rows) for pk, rows in tagged))

    def _record(self, part_of: AuditEntry | None) -> None:
        """Record what `services` records of single writes, as parts of the act."""
        audit_record_many(
            actor=self.actor,
            workspace_id=self.workspace.pk,
            workspace_name=self.workspace.name,
            acts=(act for target in self._targets for act in self._acts(target)),
            part_of=part_of,
        )

    def _acts(self, target: _Target) -> Iterator[Act]:
        kind, _cluster, name = target.draft.identity
        if not target.is_kept:
            verb = Verb.UPDATE if target.old and target.old.alive else Verb.CREATE
            detail = {**self.cause.detail, "revision": target.number}
            if target.draft.emptied:
                detail["emptied"] = list(target.draft.emptied)
            yield Act(object_action(kind, verb), str(kind), name, detail)
        if target.is_submitted:
            detail = {"version": target.version, "revision": target.number}
            yield Act(object_action(kind, Verb.SUBMIT), str(kind), name, detail)


def _rows_named(
    workspace: Workspace, identities: Collection[Identity]
) -> Iterator[tuple[Kind, QuerySet[CatalogueObject]]]:
    """Yield (kind, rows of any cluster, living or deleted) in pieces that one query can look up."""
    pairs = sorted({(identity.kind, identity.name) for identity in identities})
    for kind, group in groupby(pairs, key=lambda pair: pair[0]):
        for chunk in in_chunks([name for _kind, name in group]):
            yield kind, CatalogueObject.objects.filter(workspace=workspace, kind=kind, name__within=chunk)


def _stale(moved: Sequence[Identity]) -> StalePlan:
    if not moved:
        return StalePlan(
            gettext_noop(
                "The workspace has changed since the plan was made. Nothing was written: plan again."
            )
        )
    return StalePlan(
        gettext_noop(
            "%(names)s changed since the plan was made (%(count)s in all). Nothing was written: plan again."
        ),
        names=", ".join(identity.name for identity in moved[:NAMED]),
        count=len(moved),
    )
