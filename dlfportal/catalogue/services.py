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
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_record
from dlfportal.catalogue import selectors
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.contents import contents_claim
from dlfportal.catalogue.counts import counts_move, standing_of
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.drafts import Draft, draft_make, emptied_told
from dlfportal.catalogue.index import State
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import (
    ALIVE,
    CatalogueObject,
    Content,
    Deletion,
    Origin,
    Reference,
    Revision,
    Version,
)
from dlfportal.catalogue.references import used_by
from dlfportal.catalogue.search.writing import text_of, text_replace
from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.catalogue.tags import tags_move, tags_standing
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
    """What a write did. `changed` is False when the content was equal and no revision was made; `entry` is
    what the record says of it then not either.
    """

    object: CatalogueObject
    changed: bool
    warnings: tuple[Problem, ...]
    emptied: tuple[JsonPath, ...]
    entry: AuditEntry | None = None


def object_create(
    *,
    actor: Actor,
    workspace: Workspace,
    kind: Kind,
    document: Any,
    cluster: str = "",
    reason: str = "",
    origin: Origin = Origin.EDIT,
    origin_id: str = "",
    submit: bool = False,
    strict: bool = False,
    revives: int | None = None,
) -> Saved:
    """Create an object from its document; `cluster` belongs to CDM jobs only, `submit` makes a version too.
    `strict` judges the document as the documents of DLF say; otherwise it need only be keepable.

    If a deleted object had this name, it is revived with its history and wire id, by a new revision.
    `revives` is the number of the revision that it must have. Raises NotFound or Forbidden (policy),
    InvalidDocument, NameTaken, or StaleEdit where it has another one.
    """
    policy.require(actor.user, workspace, Right.CHANGE)
    draft = draft_make(kind, document, cluster, strict=strict)
    content = content_store(draft.data)
    with _name_guard(draft), transaction.atomic():
        namesake = _namesake(workspace, draft)
        _refuse_taken(workspace, draft)
        if revives is not None and (namesake is None or cast(Revision, namesake.revision).number != revives):
            message = gettext_noop(
                "%(name)s is not as it was shown any more. Nothing was written: look again."
            )
            raise StaleEdit(message, name=draft.name)
        target = namesake or CatalogueObject(
            workspace=workspace, kind=kind, created_by=actor.user.get_username()
        )
        cause = Cause(reason, origin, origin_id)
        _write(actor, target, draft, content, cause)
        entry = _record(actor, Verb.CREATE, target, draft, cause.detail)
        if submit:
            _submit(actor, target, "")
    return Saved(target, True, draft.warnings, draft.emptied, entry)


def object_update(
    *,
    actor: Actor,
    target: CatalogueObject,
    document: Any,
    expected: int | None = None,
    cluster: str | None = None,
    reason: str = "",
    origin: Origin = Origin.EDIT,
    origin_id: str = "",
    submit: bool = False,
    strict: bool = False,
) -> Saved:
    """Replace the document of an object; a new name in the document renames it, `submit` makes a version too.
    `strict` is as in `object_create`.

    `expected` is the number of the revision the edit began from: raises StaleEdit when a newer one
    stands. A document and cluster equal to the newest revision's make none. An edit that renames or
    moves to another cluster has the origin `rename`. Raises NotFound or Forbidden (policy, or the
    object is gone), InvalidDocument, or NameTaken.
    """
    policy.require(actor.user, target.workspace, Right.CHANGE)
    cluster = target.cluster if cluster is None else cluster
    draft = draft_make(Kind(target.kind), document, cluster, strict=strict)
    content = content_store(draft.data)
    with _name_guard(draft), transaction.atomic():
        row = _locked(target, expected)
        renamed = _names_before(row, draft)
        if renamed:
            _refuse_taken(row.workspace, draft)
            origin = Origin.RENAME if origin is Origin.EDIT else origin
        cause = Cause(reason, origin, origin_id)
        changed = _write(actor, row, draft, content, cause)
        told = {**renamed, **cause.detail}
        entry = _record(actor, Verb.UPDATE, row, draft, told) if changed else None
        if submit:
            _submit(actor, row, "")
    return Saved(row, changed, draft.warnings, draft.emptied, entry)


def revision_restore(
    *, actor: Actor, target: CatalogueObject, number: int, expected: int | None = None
) -> Saved:
    """Make the document of revision `number` the newest again, as a new revision; the cluster stays.

    Raises as `object_update`, and NotFound for an unknown revision.
    """
    policy.require(actor.user, target.workspace, Right.CHANGE)
    revision = selectors.revision_get(target, number)
    return object_update(
        actor=actor,
        target=target,
        document=selectors.document_of(revision),
        expected=expected,
        origin=Origin.RESTORE,
        origin_id=str(number),
    )


def version_submit(
    *, actor: Actor, target: CatalogueObject, comment: str = "", expected: int | None = None
) -> Version:
    """Submit the newest revision of an object as its next version and return it.

    A newest revision that is submitted already keeps its version. `comment` has at most 128
    characters. Raises NotFound, Forbidden or StaleEdit.
    """
    policy.require(actor.user, target.workspace, Right.CHANGE)
    with transaction.atomic():
        return _submit(actor, _locked(target, expected), comment)


def object_delete(
    *, actor: Actor, target: CatalogueObject, expected: int | None = None
) -> list[CatalogueObject]:
    """Delete an object: its name is free again, its history stays.

    Returns the objects that still point to it. Raises NotFound, Forbidden or StaleEdit.
    """
    policy.require(actor.user, target.workspace, Right.CHANGE)
    with transaction.atomic():
        row = _locked(target, expected)
        users = list(used_by(row))
        deletion = Deletion.objects.create(
            object=row,
            revision=cast(Revision, row.revision),
            author=actor.user,
            author_name=actor.user.get_username(),
        )
        counts_move(row.workspace_id, standing_of(row), None)
        tags = tags_standing(row)
        text_replace(row.pk, text_of(row), None)
        row.deleted_at = deletion.at
        row.version, row.version_number, row.state = None, 0, State.DRAFT
        row.save(update_fields=["deleted_at", "version", "version_number", "state"])
        row.references.all().delete()
        tags_move(row, tags)
        _record(actor, Verb.DELETE, row, None, {"used_by": [user.name for user in users]})
    return users


def _submit(actor: Actor, row: CatalogueObject, comment: str) -> Version:
    """Mark the newest revision of a row that is locked or new as its next version, unless it has one."""
    if row.version and row.state == State.SUBMITTED:
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
    before = standing_of(row)
    row.version, row.version_number, row.state = version, version.number, State.SUBMITTED
    row.save(update_fields=["version", "version_number", "state"])
    counts_move(row.workspace_id, before, standing_of(row))
    told = {"reason": comment} if comment else {}
    _record(actor, Verb.SUBMIT, row, None, {"version": version.number, **told})
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
    rows = Content.objects.defer("data").select_related("orphan")
    content: Content
    content, is_new = rows.get_or_create(sha256=deflated.sha256, defaults=values)
    if not is_new and hasattr(content, "orphan"):
        contents_claim([deflated.sha256])
        content, _is_new = rows.get_or_create(sha256=deflated.sha256, defaults=values)
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


def _write(actor: Actor, target: CatalogueObject, draft: Draft, content: Content, cause: Cause) -> bool:
    """Point `target` at `content` with what is derived from it; return whether a revision was made.

    A deleted object comes alive by a new revision, equal content or not: the history shows when.
    """
    newest = target.revision
    changed = (
        newest is None
        or target.deleted_at is not None
        or (newest.content_id, target.cluster, target.name) != (content.pk, draft.cluster, draft.name)
    )
    before = standing_of(target)
    tags = tags_standing(target)
    text = text_of(target)
    target.cluster, target.name, target.deleted_at = draft.cluster, draft.name, None
    for column, value in draft.derived.columns.items():
        setattr(target, column, value)
    target.size = content.size
    if changed:
        target.updated_at = timezone.now()
        target.updated_by = actor.user.get_username()
        target.state = State.CHANGED if target.version_id else State.DRAFT
    target.save()
    if changed:
        target.revision = _revision(actor, target, newest.number + 1 if newest else 1, content, cause)
        target.save(update_fields=["revision"])
    _index_references(target, draft)
    counts_move(target.workspace_id, before, standing_of(target))
    tags_move(target, tags)
    text_replace(target.pk, text, text_of(target))
    return changed


def _revision(actor: Actor, target: CatalogueObject, number: int, content: Content, cause: Cause) -> Revision:
    revision: Revision = Revision.objects.create(
        object=target,
        number=number,
        content=content,
        cluster=target.cluster,
        name=target.name,
        author=actor.user,
        author_name=actor.user.get_username(),
        origin=cause.origin,
        origin_id=cause.origin_id,
        reason=cause.reason[:255],
    )
    return revision


def _index_references(target: CatalogueObject, draft: Draft) -> None:
    wanted = draft.derived.references
    kept = set(target.references.values_list(*ReferenceKey._fields))
    if wanted == kept:
        return
    target.references.all().delete()
    Reference.objects.bulk_create(
        Reference(workspace_id=target.workspace_id, source=target, **key._asdict()) for key in sorted(wanted)
    )


def _namesake(workspace: Workspace, draft: Draft) -> CatalogueObject | None:
    """Return the deleted object that had this name last, locked, so that one writer at a time revives it."""
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
    """Return the name and cluster that a write takes away from `target`, for the audit entry."""
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
    actor: Actor, verb: Verb, target: CatalogueObject, draft: Draft | None, detail: dict[str, Any]
) -> AuditEntry:
    """Write the audit entry of what was done with an object and return it; bulk writes make the same ones."""
    if target.revision:
        detail["revision"] = target.revision.number
    if draft and draft.emptied:
        detail["emptied"] = list(emptied_told(draft))
    return audit_record(
        actor=actor,
        action=object_action(target.kind, verb),
        workspace_id=target.workspace_id,
        workspace_name=target.workspace.name,
        kind=target.kind,
        object_name=target.name,
        detail=detail,
    )
