"""Writing many objects at once: the write path of `services` for thousands of documents.

Contents are written ahead, in batches. What makes them visible is one short transaction that first
looks whether everything still stands as it did when the write was planned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actions import Verb, object_action
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import Act, acts_stage, audit_record_many
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.contents import contents_known
from dlfportal.catalogue.counts import Standing, counts_replace, standing_under
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.drafts import Identity, LightDraft
from dlfportal.catalogue.existing import Existing, existing_objects, rows_named
from dlfportal.catalogue.index import BESIDE, State
from dlfportal.catalogue.models import CatalogueObject, ObjectTag, Reference, Revision, Version
from dlfportal.catalogue.search.writing import Ahead, Text
from dlfportal.catalogue.tags import TagRow, tag_rows, tags_drop
from dlfportal.catalogue.targets import Back, Target, Written
from dlfportal.chunks import in_chunks
from dlfportal.db.rows import ids_reserve, stored
from dlfportal.db.staged import Staged
from dlfportal.errors import StalePlan, gettext_noop

OBJECT_COLUMNS = ("id", "uid", "kind", "cluster", "name", *BESIDE)
POINTERS = ("revision", "version")
REVISION_COLUMNS = ("id", "object", "number", "content", "cluster", "name")

NAMED = 3
"""So many objects an error names; a person needs an example, not a thousand names."""


class _Submitted(NamedTuple):
    """The submitted version of an object (id, number, marked revision; if none: None, 0, None), and the
    highest number of a version that it ever had. Where nothing was changed since it, the newest revision
    is the marked one: see `index.state_of`.
    """

    version_id: int | None
    number: int
    marked: int | None
    highest: int


UNSUBMITTED = _Submitted(None, 0, None, 0)


@dataclass(slots=True)
class BulkWrite:
    """Drafts whose contents are stored, to become visible in one transaction.

    All that can be done before that transaction is: the rows wait in temporary tables, from which `write`
    moves them to their places, once it has seen that nothing has changed. `planned` says what
    stood under every identity of the plan, those that are not written included. With `backs`, by the ids of
    the objects, nothing is submitted: a former version of each, or none, becomes the submitted one again.
    `right` is `Right.EDIT` for what was planned as an import or undo and let pass where that needs a second
    person; all else is a direct change.
    """

    actor: Actor
    workspace: Workspace
    drafts: Sequence[LightDraft]
    planned: Mapping[Identity, Existing | None]
    cause: Cause
    submit: bool
    backs: Mapping[int, Back] | None = None
    right: Right = Right.CHANGE
    _targets: list[Target] = field(init=False)
    _standings: Counter[Standing] = field(init=False)
    _ahead: Ahead = field(init=False)
    _submitted: dict[int, _Submitted] | None = field(init=False, default=None)
    _staged: dict[str, Staged] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Gather what is to be written."""
        self._targets = [Target(draft, self.planned[draft.identity]) for draft in self.drafts]

    @property
    def written(self) -> dict[Identity, Written]:
        """What a write that is prepared does, by identity."""
        return {target.draft.identity: target.written for target in self._targets}

    @property
    def _old(self) -> list[int]:
        return [target.pk for target in self._targets if target.old]

    @property
    def _replaced(self) -> list[int]:
        return [target.pk for target in self._targets if target.old and target.old.alive]

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Do ahead, outside the transaction of `write`, all that is inert until then; it need not be done."""
        self._prepare()
        try:
            with self._ahead.written():
                yield
        finally:
            with suppress(DatabaseError, InterfaceError):  # a connection that is lost has dropped them itself
                for staged in self._staged.values():
                    staged.drop()

    def write(self, part_of: AuditEntry | None = None) -> dict[Identity, Written]:
        """Write the objects with revisions, versions, references and audit entries, all or none.

        `part_of` is the entry of the act that the write belongs to. Returns what was written, by identity.

        Raises NotFound or Forbidden (policy), and StalePlan when anything stands differently now.
        """
        policy.require(self.actor.user, self.workspace, self.right)
        if self._submitted is None:
            self._prepare()
        try:
            with transaction.atomic():
                self._refuse_moved()
                self._ahead.confirm()
                self._follow_versions()
                counts_replace(self.workspace.pk, self._standings, self._replaced)
                self._write_objects()
                self._write_revisions()
                self._write_versions()
                self._staged["pointers"].update()
                self._write_references()
                self._write_tags()
                self._record(part_of)
        except IntegrityError as error:
            if "object_identity" not in str(error) and "catalogueobject.name" not in str(error):
                raise
            raise _stale([]) from error
        return self.written

    # Ahead of the transaction.

    def _prepare(self) -> None:
        """Take ids and numbers, and make every row."""
        self._submitted = self._versions_submitted()
        self._take_ids()
        self._number_versions()
        self._ahead = Ahead(self._texts, self._old)
        self._stage()

    def _texts(self) -> Iterator[tuple[int, Text]]:
        """Yield by id what the index of texts has to know of the objects, in the order of their ids."""
        for target in sorted(self._targets, key=lambda target: target.pk):
            columns = target.draft.indexed
            texts = columns["folded_name"], columns["folded_description"]
            yield target.pk, Text(self.workspace.pk, target.draft.identity.kind, *texts)

    def _versions_submitted(self) -> dict[int, _Submitted]:
        """Return the versions of the objects that exist and have any."""
        standing: dict[int, tuple[int, int, int]] = {}
        highest: dict[int, int] = {}
        for chunk in in_chunks(self._old):
            objects = CatalogueObject.objects.filter(pk__within=chunk, version__isnull=False).order_by()
            columns = ("pk", "version", "version__number", "version__revision", "revision", "state")
            for pk, version, number, marked, newest, state in objects.values_list(*columns):
                standing[pk] = (version, number, newest if state == State.SUBMITTED else marked)
            numbers = Version.objects.filter(object__id__within=chunk).order_by().values_list("object")
            highest.update(numbers.annotate(highest=Max("number")))
        return {pk: _Submitted(*standing.get(pk, UNSUBMITTED[:3]), most) for pk, most in highest.items()}

    def _take_ids(self) -> None:
        """Give every row its id before it is written: nothing need be looked up again."""
        new = [target for target in self._targets if target.old is None]
        for target, pk in zip(new, ids_reserve(CatalogueObject, len(new)), strict=True):
            target.pk = pk
        made = [target for target in self._targets if not target.is_kept]
        for target, pk in zip(made, ids_reserve(Revision, len(made)), strict=True):
            target.revision_id = pk

    def _number_versions(self) -> None:
        """Say which objects are submitted, by which version, and what they count under then."""
        standing = self._submitted or {}
        for target in self._targets:
            version_id, number, marked, highest = standing.get(target.pk, UNSUBMITTED)
            if self.backs is not None:
                target.submit_as(version_id, self.backs[target.pk])
                continue
            target.version_before = target.version_id = version_id
            target.marked = marked
            target.is_submitted = self.submit and not (target.is_kept and marked == target.revision_id)
            target.version = highest + 1 if target.is_submitted else number
        submitted = [target for target in self._targets if target.is_submitted]
        for target, pk in zip(submitted, ids_reserve(Version, len(submitted)), strict=True):
            target.version_id = pk
        self._standings = Counter(
            standing_under(target.draft.identity.kind, {**target.draft.indexed, "state": target.state.value})
            for target in self._targets
        )

    def _stage(self) -> None:
        """Write every row ahead."""
        new = [target for target in self._targets if target.old is None]
        made = [target for target in self._targets if not target.is_kept]
        at_once = _pointers_at_once()
        self._find_contents(made)
        self._staged = {
            "objects": Staged(CatalogueObject, OBJECT_COLUMNS + at_once, _object_rows(new, at_once)),
            **self._staged_updates(),
            "revisions": Staged(Revision, REVISION_COLUMNS, _revision_rows(made)),
            "versions": Staged(
                Version,
                ("id", "object", "number", "revision"),
                (
                    (target.version_id, target.pk, target.version, target.revision_id)
                    for target in self._targets
                    if target.is_submitted
                ),
            ),
            "pointers": Staged(
                CatalogueObject,
                ("id", *POINTERS),
                (
                    (target.pk, target.revision_id, target.version_id)
                    for target in self._targets
                    if target.moves and (target.old or not at_once)
                ),
                "pointers",
            ),
            "references": Staged(
                Reference,
                ("source", *ReferenceKey._fields),
                ((target.pk, *key) for target in self._targets for key in target.draft.references),
            ),
            "tags": Staged(
                ObjectTag,
                ("object", *TagRow._fields),
                (
                    (target.pk, *row)
                    for target in self._targets
                    for row in tag_rows(target.draft.identity.name, target.draft.indexed)
                ),
            ),
            "acts": acts_stage(act for target in self._targets for act in self._acts(target)),
        }

    def _find_contents(self, made: Sequence[Target]) -> None:
        """Give the objects that get a revision the ids of their contents, which are stored."""
        for chunk in in_chunks(made):
            known = contents_known([target.draft.sha256 for target in chunk])
            for target in chunk:
                target.content_id = known[target.draft.sha256]

    def _staged_updates(self) -> dict[str, Staged]:
        """Stage the index of the objects that exist: of those that change, and of those that are kept."""
        return {
            name: Staged(
                CatalogueObject,
                ("id", *BESIDE),
                (
                    (target.pk, *target.columns)
                    for target in self._targets
                    if target.old and target.is_kept is kept
                ),
                name,
            )
            for name, kept in (("changed", False), ("kept", True))
        }

    def _acts(self, target: Target) -> Iterator[Act]:
        kind, _cluster, name = target.draft.identity
        if not target.is_kept:
            verb = Verb.UPDATE if target.old and target.old.alive else Verb.CREATE
            detail = {**self.cause.detail, "revision": target.number}
            if target.draft.emptied:
                detail["emptied"] = list(target.draft.emptied)
            if target.is_pointed:
                detail["submitted"] = target.version
            yield Act(object_action(kind, verb), kind.value, name, detail)
        if target.is_submitted:
            detail = {"version": target.version, "revision": target.number}
            yield Act(object_action(kind, Verb.SUBMIT), kind.value, name, detail)

    # Within the transaction.

    def _refuse_moved(self) -> None:
        if connection.features.has_select_for_update:
            # On PostgreSQL the lock comes first and the look afterwards: a look that waited for
            # another writer would join the row's new state with its old revision.
            for _kind, rows in rows_named(self.workspace, self.planned):
                list(rows.select_for_update().order_by("pk").values_list("pk"))
        now = existing_objects(self.workspace, self.planned.keys())
        moved = [identity for identity, then in self.planned.items() if now.get(identity) != then]
        if moved:
            raise _stale(moved)

    def _follow_versions(self) -> None:
        """Prepare anew when an object was submitted meanwhile: a submit moves no revision."""
        standing = self._versions_submitted()
        if standing != self._submitted:
            self._submitted = standing
            self._number_versions()
            self._stage()

    def _write_objects(self) -> None:
        """Insert the new objects, update the others; deleted ones come alive.

        Who and when only if they change.
        """
        now = stored(CatalogueObject, "updated_at", timezone.now())
        username = self.actor.user.get_username()
        stamps = {"updated_at": now, "updated_by": username}
        created = {"created_at": now, "created_by": username}
        self._staged["objects"].insert(workspace=self.workspace.pk, **created, **stamps)
        self._staged["changed"].update(deleted_at=None, **stamps)
        self._staged["kept"].update(deleted_at=None)

    def _write_revisions(self) -> None:
        """Write a revision for each content that is not the newest, and for each object that is revived."""
        self._staged["revisions"].insert(
            author=self.actor.user.pk,
            author_name=self.actor.user.get_username(),
            created_at=stored(Revision, "created_at", timezone.now()),
            origin=str(self.cause.origin),
            origin_id=self.cause.origin_id,
            reason=self.cause.reason[:255],
        )

    def _write_versions(self) -> None:
        """Submit the newest revision of the objects whose version marks another one."""
        self._staged["versions"].insert(
            author=self.actor.user.pk,
            author_name=self.actor.user.get_username(),
            created_at=stored(Version, "created_at", timezone.now()),
            comment="",
        )

    def _write_references(self) -> None:
        for chunk in in_chunks(self._old):
            Reference.objects.filter(source__id__within=chunk).delete()
        self._staged["references"].insert(workspace=self.workspace.pk)

    def _write_tags(self) -> None:
        tags_drop(self._old)
        self._staged["tags"].insert(workspace=self.workspace.pk)

    def _record(self, part_of: AuditEntry | None) -> None:
        """Record what `services` records of single writes, as parts of the act."""
        audit_record_many(
            actor=self.actor,
            workspace_id=self.workspace.pk,
            workspace_name=self.workspace.name,
            acts=self._staged["acts"],
            part_of=part_of,
        )


def _revision_rows(made: Iterable[Target]) -> Iterator[tuple[Any, ...]]:
    for target in made:
        _kind, cluster, name = target.draft.identity
        yield target.revision_id, target.pk, target.number, target.content_id, cluster, name


def _object_rows(new: Iterable[Target], at_once: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for target in new:
        kind, cluster, name = target.draft.identity
        uid = stored(CatalogueObject, "uid", uuid4())
        pointers = (target.revision_id, target.version_id) if at_once else ()
        yield target.pk, uid, kind.value, cluster, name, *target.columns, *pointers


def _pointers_at_once() -> tuple[str, ...]:
    """Return the columns that new objects are inserted with before the revisions they point to.

    PostgreSQL looks for those at the end, where writing each object a second time would cost half of the
    transaction. SQLite would look through all objects for each revision that comes late.
    """
    return POINTERS if connection.vendor == "postgresql" else ()


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
