"""Writing many objects at once: the write path of `services` for thousands of documents.

Contents are written ahead, in batches. What makes them visible is one short transaction that first
looks whether everything still stands as it did when the write was planned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_entry, audit_record_many
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject, Content, Reference, Revision, Version
from dlfportal.catalogue.selectors import ReferenceKey, in_chunks
from dlfportal.catalogue.services import Draft, reference_keys
from dlfportal.errors import StalePlan, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import show_path
from dlfportal.formats.writer import Deflated

CONTENTS_A_WRITE = 200
NAMED = 3
"""So many objects an error names; a person needs an example, not a thousand names."""


class Identity(NamedTuple):
    """What identifies an object in a workspace."""

    kind: Kind
    cluster: str
    name: str


class Standing(NamedTuple):
    """What stands under an identity: the living object, else the one deleted last; its newest revision."""

    pk: int
    alive: bool
    revision_id: int
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LightDraft:
    """A draft without its document, as light as ten thousands of them need it."""

    identity: Identity
    sha256: str
    size: int
    index: dict[str, Any]
    references: frozenset[ReferenceKey]
    emptied: tuple[str, ...]


def draft_lighten(draft: Draft, sha256: str) -> LightDraft:
    """Return what a write needs of `draft` when its content, known by `sha256`, is written ahead."""
    return LightDraft(
        Identity(draft.kind, draft.cluster, draft.name),
        sha256,
        len(draft.data),
        KINDS[draft.kind].index(draft.document),
        frozenset(reference_keys(draft)),
        tuple(show_path(path) for path in draft.emptied),
    )


def standings(workspace: Workspace, identities: Collection[Identity]) -> dict[Identity, Standing]:
    """Return what stands under each of the identities; free ones are left out."""
    found: dict[Identity, Standing] = {}
    columns = ("pk", "deleted_at", "revision_id", "revision__number", "revision__content__sha256")
    for kind, rows in _rows_named(workspace, identities):
        # The living row comes last, the one deleted last before it: later rows replace earlier ones.
        in_time = sorted(
            rows.values_list("cluster", "name", *columns),
            key=lambda row: (row[3] is None, row[3] or row[2]),
        )
        for cluster, name, pk, deleted_at, *revision in in_time:
            found[Identity(kind, cluster, name)] = Standing(pk, deleted_at is None, *revision)
    wanted = set(identities)
    return {identity: standing for identity, standing in found.items() if identity in wanted}


def contents_known(sha256s: Sequence[str]) -> dict[str, int]:
    """Return SHA-256 -> id of the contents that are kept already."""
    known: dict[str, int] = {}
    for chunk in in_chunks(sha256s):
        known.update(Content.objects.filter(sha256__in=chunk).values_list("sha256", "pk"))
    return known


def contents_store(contents: Iterable[Deflated]) -> None:
    """Write contents ahead, batch by batch; those that are kept already are left as they are."""
    rows = (
        Content(sha256=one.sha256, size=one.size, crc32=one.crc32, stored=len(one.data), data=one.data)
        for one in contents
    )
    while batch := list(islice(rows, CONTENTS_A_WRITE)):
        Content.objects.bulk_create(batch, ignore_conflicts=True)


@dataclass(slots=True)
class BulkWrite:
    """Drafts whose contents are stored, ready to become visible in one transaction.

    `planned` says what stood under every identity of the plan, those that are not written included.
    """

    actor: Actor
    workspace: Workspace
    drafts: Sequence[LightDraft]
    planned: Mapping[Identity, Standing | None]
    reason: str
    submit: bool
    _contents: dict[str, int] = field(init=False)
    _targets: list[CatalogueObject] = field(init=False)

    def __post_init__(self) -> None:
        """Gather all that can be gathered before the transaction."""
        self._contents = contents_known([draft.sha256 for draft in self.drafts])
        pks = [old.pk for draft in self.drafts if (old := self.planned[draft.identity])]
        existing: dict[int, CatalogueObject] = {}
        for chunk in in_chunks(pks):
            existing.update(CatalogueObject.objects.in_bulk(chunk))
        self._targets = [self._target(draft, existing) for draft in self.drafts]

    def write(self) -> None:
        """Write the objects with revisions, versions, references and audit entries, all or none.

        Raises NotFound or Forbidden (policy), and StalePlan when anything stands differently now.
        """
        policy.require(self.actor.user, self.workspace, Right.EDIT)
        try:
            with transaction.atomic():
                self._refuse_moved()
                self._write()
        except IntegrityError as error:
            if "object_identity" not in str(error) and "catalogueobject.name" not in str(error):
                raise
            raise _stale([]) from error

    def _refuse_moved(self) -> None:
        for _kind, rows in _rows_named(self.workspace, self.planned):
            # On PostgreSQL the lock comes first and the look afterwards: a look that waited for
            # another writer would join the row's new state with its old revision.
            list(rows.select_for_update().order_by("pk").values_list("pk"))
        now = standings(self.workspace, self.planned.keys())
        moved = [identity for identity, then in self.planned.items() if now.get(identity) != then]
        if moved:
            raise _stale(moved)

    def _target(self, draft: LightDraft, existing: dict[int, CatalogueObject]) -> CatalogueObject:
        """Return the row of a draft as it will be, its revision and version aside."""
        kind, cluster, name = draft.identity
        username, now = self.actor.user.get_username(), timezone.now()
        old = self.planned[draft.identity]
        target = existing.get(old.pk) if old else None
        if target is None:
            target = CatalogueObject(
                workspace=self.workspace,
                kind=kind,
                cluster=cluster,
                name=name,
                created_by=username,
                created_at=now,
            )
        for column, value in draft.index.items():
            setattr(target, column, value)
        target.size = draft.size
        target.deleted_at = None
        if old is None or old.sha256 != draft.sha256:
            target.updated_at, target.updated_by = now, username
        return target

    def _write(self) -> None:
        columns = {column for draft in self.drafts for column in draft.index}
        changed = [*sorted(columns), "size", "deleted_at", "updated_at", "updated_by"]
        new = [target for target in self._targets if target.pk is None]
        old = [target for target in self._targets if target.pk is not None]
        CatalogueObject.objects.bulk_create(new)
        CatalogueObject.objects.bulk_create(
            old, update_conflicts=True, unique_fields=["id"], update_fields=changed
        )
        revisions = self._write_revisions()
        versions = self._write_versions(revisions) if self.submit else {}
        self._point()
        self._write_references([target.pk for target in old])
        audit_record_many(
            self._audit(draft, target, versions)
            for draft, target in zip(self.drafts, self._targets, strict=True)
        )

    def _write_revisions(self) -> dict[int, int]:
        """Write a revision for each content that is not the newest; return object id -> newest revision."""
        username, now = self.actor.user.get_username(), timezone.now()
        newest: dict[int, int] = {}
        made: list[Revision] = []
        for draft, target in zip(self.drafts, self._targets, strict=True):
            old = self.planned[draft.identity]
            if old and old.sha256 == draft.sha256:
                newest[target.pk] = old.revision_id
                continue
            made.append(
                Revision(
                    object=target,
                    number=old.number + 1 if old else 1,
                    content_id=self._contents[draft.sha256],
                    author=self.actor.user,
                    author_name=username,
                    created_at=now,
                    reason=self.reason[:255],
                )
            )
        Revision.objects.bulk_create(made)
        return newest | {revision.object_id: revision.pk for revision in made}

    def _write_versions(self, revisions: Mapping[int, int]) -> dict[int, int]:
        """Submit the newest revision of every object; return object id -> number of the version."""
        highest: dict[int, int] = {}
        for chunk in in_chunks([old.pk for old in self.planned.values() if old and old.pk in revisions]):
            rows = Version.objects.filter(object__in=chunk).order_by().values_list("object")
            highest.update(rows.annotate(highest=Max("number")))
        numbers = {pk: highest.get(pk, 0) + 1 for pk in revisions}
        username, now = self.actor.user.get_username(), timezone.now()
        Version.objects.bulk_create(
            Version(
                object_id=pk,
                number=numbers[pk],
                revision_id=revision,
                author=self.actor.user,
                author_name=username,
                created_at=now,
                comment=self.reason[:128],
            )
            for pk, revision in revisions.items()
        )
        return numbers

    def _point(self) -> None:
        """Point the objects at their newest revisions, and at their versions when they are submitted."""
        pointers = {"revision": _newest(Revision)}
        if self.submit:
            pointers["version"] = _newest(Version)
        for chunk in in_chunks([target.pk for target in self._targets]):
            CatalogueObject.objects.filter(pk__in=chunk).update(**pointers)

    def _write_references(self, old: Sequence[int]) -> None:
        for chunk in in_chunks(old):
            Reference.objects.filter(source__in=chunk).delete()
        Reference.objects.bulk_create(
            Reference(workspace=self.workspace, source=target, **key._asdict())
            for draft, target in zip(self.drafts, self._targets, strict=True)
            for key in sorted(draft.references)
        )

    def _audit(self, draft: LightDraft, target: CatalogueObject, versions: Mapping[int, int]) -> AuditEntry:
        old = self.planned[draft.identity]
        kept = old is not None and old.sha256 == draft.sha256
        detail: dict[str, Any] = {
            "revision": old.number + (0 if kept else 1) if old else 1,
            "reason": self.reason,
        }
        if target.pk in versions:
            detail["version"] = versions[target.pk]
        if draft.emptied:
            detail["emptied"] = list(draft.emptied)
        verb = "update" if old and old.alive else "create"
        return audit_entry(
            actor=self.actor,
            action=f"{draft.identity.kind}.{verb}",
            workspace_id=self.workspace.pk,
            workspace_name=self.workspace.name,
            kind=draft.identity.kind,
            object_name=draft.identity.name,
            detail=detail,
        )


def _newest(model: type[Revision | Version]) -> Subquery:
    rows = model.objects.filter(object=OuterRef("pk")).order_by("-number")
    return Subquery(rows.values("pk")[:1])


def _rows_named(
    workspace: Workspace, identities: Collection[Identity]
) -> Iterator[tuple[Kind, QuerySet[CatalogueObject]]]:
    """Yield (kind, rows of any cluster, living or deleted) in pieces that one query can look up."""
    pairs = sorted({(identity.kind, identity.name) for identity in identities})
    for kind, group in groupby(pairs, key=lambda pair: pair[0]):
        for chunk in in_chunks([name for _kind, name in group]):
            yield kind, CatalogueObject.objects.filter(workspace=workspace, kind=kind, name__in=chunk)


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
