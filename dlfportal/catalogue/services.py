"""The one write path of the catalogue: pages, admin, API and commands all come through here.

Every change is checked against the policy, validated, written as a revision, indexed and recorded
in one transaction. Content is written ahead: it is inert until a revision points to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actions import Verb, object_action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.catalogue import selectors
from dlfportal.catalogue.drafts import Draft, draft_make, emptied_told, reference_keys
from dlfportal.catalogue.index import index_of
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Content, Reference, Revision, Version
from dlfportal.catalogue.references import used_by
from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.errors import Conflict, StaleEdit, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import JsonPath, Problem
from dlfportal.formats.zip.writer import deflate


class NameTaken(Conflict):
    """Another object of the kind has this name in the workspace."""

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind = kind
        message = gettext_noop("The name %(name)s is taken: another %(kind)s has it.")
        super().__init__(message, kind=KINDS[kind].word, name=name)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write did. `changed` is False when the content was equal and no revision was made."""

    object: CatalogueObject
    changed: bool
    warnings: tuple[Problem, ...]
    emptied: tuple[JsonPath, ...]


def object_create(
    *,
    actor: Actor,
    workspace: Workspace,
    kind: Kind,
    document: Any,
    cluster: str = "",
    reason: str = "",
    submit: bool = False,
    strict: bool = False,
) -> Saved:
    """Create an object from its document; `cluster` belongs to CDM jobs only, `submit` makes a version too.
    `strict` judges the document as the documents of DLF say; otherwise it need only be keepable.

    An object of this name that was deleted lends its history and wire id. Raises NotFound or
    Forbidden (policy), InvalidDocument, or NameTaken.
    """
    policy.require(actor.user, workspace, Right.EDIT)
    draft = draft_make(kind, document, cluster, strict=strict)
    content = content_store(draft.data)
    with _name_guard(draft), transaction.atomic():
        namesake = _namesake(workspace, draft)
        _refuse_taken(workspace, draft)
        target = namesake or CatalogueObject(
            workspace=workspace, kind=kind, created_by=actor.user.get_username()
        )
        target.deleted_at = None
        changed = _write(actor, target, draft, content, reason)
        _record(actor, Verb.CREATE, target, draft, reason)
        if submit:
            _submit(actor, target, "")
    return Saved(target, changed, draft.warnings, draft.emptied)


def object_update(
    *,
    actor: Actor,
    target: CatalogueObject,
    document: Any,
    expected: int | None = None,
    cluster: str | None = None,
    reason: str = "",
    submit: bool = False,
    strict: bool = False,
) -> Saved:
    """Replace the document of an object; a new name in the document renames it, `submit` makes a version too.
    `strict` is as in `object_create`.

    `expected` is the number of the revision the edit began from: raises StaleEdit when a newer one
    stands. Content equal to the newest revision makes none. Raises NotFound or Forbidden (policy,
    or the object is gone), InvalidDocument, or NameTaken.
    """
    policy.require(actor.user, target.workspace, Right.EDIT)
    cluster = target.cluster if cluster is None else cluster
    draft = draft_make(Kind(target.kind), document, cluster, strict=strict)
    content = content_store(draft.data)
    with _name_guard(draft), transaction.atomic():
        row = _locked(target, expected)
        renamed = _names_before(row, draft)
        if renamed:
            _refuse_taken(row.workspace, draft)
        changed = _write(actor, row, draft, content, reason)
        if changed or renamed:
            _record(actor, Verb.UPDATE, row, draft, reason, **renamed)
        if submit:
            _submit(actor, row, "")
    return Saved(row, changed, draft.warnings, draft.emptied)


def revision_restore(
    *, actor: Actor, target: CatalogueObject, number: int, expected: int | None = None
) -> Saved:
    """Make the document of revision `number` the newest again, as a new revision.

    Raises as `object_update`, and NotFound for an unknown revision.
    """
    policy.require(actor.user, target.workspace, Right.EDIT)
    revision = selectors.revision_get(target, number)
    return object_update(
        actor=actor,
        target=target,
        document=selectors.document_of(revision),
        expected=expected,
        reason=f"restore {number}",
    )


def version_submit(
    *, actor: Actor, target: CatalogueObject, comment: str = "", expected: int | None = None
) -> Version:
    """Submit the newest revision of an object as its next version and return it.

    A newest revision that is submitted already keeps its version. `comment` has at most 128
    characters. Raises NotFound, Forbidden or StaleEdit.
    """
    policy.require(actor.user, target.workspace, Right.EDIT)
    with transaction.atomic():
        return _submit(actor, _locked(target, expected), comment)


def object_delete(
    *, actor: Actor, target: CatalogueObject, expected: int | None = None
) -> list[CatalogueObject]:
    """Delete an object: its name is free again, its history stays.

    Returns the objects that still point to it. Raises NotFound, Forbidden or StaleEdit.
    """
    policy.require(actor.user, target.workspace, Right.EDIT)
    with transaction.atomic():
        row = _locked(target, expected)
        users = list(used_by(row))
        row.deleted_at = timezone.now()
        row.version = None
        row.save(update_fields=["deleted_at", "version"])
        row.references.all().delete()
        _record(actor, Verb.DELETE, row, None, "", used_by=[user.name for user in users])
    return users


def _submit(actor: Actor, row: CatalogueObject, comment: str) -> Version:
    """Mark the newest revision of a row that is locked or new as its next version, unless it has one."""
    if row.version and row.version.revision_id == row.revision_id:
        return row.version
    highest = row.versions.aggregate(highest=Max("number"))["highest"] or 0
    version = Version.objects.create(
        object=row,
        number=highest + 1,
        revision=cast(Revision, row.revision),
        author=actor.user,
        author_name=actor.user.get_username(),
        comment=comment[:128],
    )
    row.version = version
    row.save(update_fields=["version"])
    _record(actor, Verb.SUBMIT, row, None, comment, version=version.number)
    return version


def content_store(data: bytes) -> Content:
    """Return the content row of these canonical bytes, made if there is none yet."""
    deflated = deflate(data)
    values = {
        "size": deflated.size,
        "crc32": deflated.crc32,
        "stored": len(deflated.data),
        "data": deflated.data,
    }
    content: Content = Content.objects.defer("data").get_or_create(sha256=deflated.sha256, defaults=values)[0]
    return content


def _lock(rows: QuerySet[CatalogueObject]) -> CatalogueObject | None:
    """Return the first of the rows locked, with what it points to.

    That is read after the lock: PostgreSQL, when it waited for another writer, joins the row's new
    state with the old revision, finds that they do not fit, and leaves the revision empty.
    """
    locked = rows.select_for_update().values_list("pk", flat=True).first()
    related = CatalogueObject.objects.select_related("revision", "version", "workspace")
    return related.get(pk=locked) if locked else None


def _locked(target: CatalogueObject, expected: int | None) -> CatalogueObject:
    """Return the row locked for this transaction; raise NotFound if deleted, StaleEdit if newer."""
    row = _lock(CatalogueObject.objects.filter(ALIVE, pk=target.pk))
    if row is None or row.revision is None:
        raise ObjectMissing(Kind(target.kind), target.name)
    if expected is not None and row.revision.number != expected:
        raise StaleEdit(
            gettext_noop(
                "%(who)s saved revision %(number)s of %(name)s since you began. Nothing was written: "
                "look at that revision, then save again to replace it."
            ),
            who=row.revision.author_name,
            number=row.revision.number,
            name=row.name,
        )
    return row


def _write(actor: Actor, target: CatalogueObject, draft: Draft, content: Content, reason: str) -> bool:
    """Point `target` at `content` with its index and references; tell whether a revision was made."""
    target.cluster, target.name = draft.cluster, draft.name
    newest = target.revision
    changed = newest is None or newest.content_id != content.pk
    for column, value in index_of(draft.kind, draft.document).items():
        setattr(target, column, value)
    target.size = content.size
    if changed:
        target.updated_at = timezone.now()
        target.updated_by = actor.user.get_username()
    target.save()
    if changed:
        target.revision = Revision.objects.create(
            object=target,
            number=newest.number + 1 if newest else 1,
            content=content,
            author=actor.user,
            author_name=actor.user.get_username(),
            reason=reason[:255],
        )
        target.save(update_fields=["revision"])
    _index_references(target, draft)
    return changed


def _index_references(target: CatalogueObject, draft: Draft) -> None:
    wanted = reference_keys(draft)
    kept = set(target.references.values_list("target", "cluster", "name", "soft"))
    if wanted == kept:
        return
    target.references.all().delete()
    Reference.objects.bulk_create(
        Reference(
            workspace_id=target.workspace_id,
            source=target,
            target=kind,
            cluster=cluster,
            name=name,
            soft=soft,
        )
        for kind, cluster, name, soft in sorted(wanted)
    )


def _namesake(workspace: Workspace, draft: Draft) -> CatalogueObject | None:
    """Return the deleted object that bore this name last, locked, so that one writer at a time revives it."""
    return _lock(
        CatalogueObject.objects.filter(
            workspace=workspace,
            kind=draft.kind,
            name=draft.name,
            cluster=draft.cluster,
            deleted_at__isnull=False,
        ).order_by("-deleted_at")
    )


def _names_before(target: CatalogueObject, draft: Draft) -> dict[str, str]:
    """Return the name and cluster that a write takes away from `target`, as the audit entry tells them."""
    before = {"renamed_from": target.name} if target.name != draft.name else {}
    return before | ({"cluster_from": target.cluster} if target.cluster != draft.cluster else {})


def _refuse_taken(workspace: Workspace, draft: Draft) -> None:
    taken = CatalogueObject.objects.filter(
        ALIVE, workspace=workspace, kind=draft.kind, name=draft.name, cluster=draft.cluster
    )
    if taken.exists():
        raise NameTaken(draft.kind, draft.name)


@contextmanager
def _name_guard(draft: Draft) -> Iterator[None]:
    """Turn the database's word that a name is taken (two writers at once) into NameTaken."""
    try:
        yield
    except IntegrityError as error:
        if "object_identity" not in str(error) and "catalogueobject.name" not in str(error):
            raise
        raise NameTaken(draft.kind, draft.name) from error


def _record(
    actor: Actor, verb: Verb, target: CatalogueObject, draft: Draft | None, reason: str, **detail: Any
) -> None:
    if target.revision:
        detail["revision"] = target.revision.number
    if reason:
        detail["reason"] = reason
    if draft and draft.emptied:
        detail["emptied"] = list(emptied_told(draft))
    audit_record(
        actor=actor,
        action=object_action(target.kind, verb),
        workspace_id=target.workspace_id,
        workspace_name=target.workspace.name,
        kind=target.kind,
        object_name=target.name,
        detail=detail,
    )
