"""Writing the audit record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils import timezone

from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.db.rows import stored, storing
from dlfportal.db.staged import Staged


def audit_record(
    *,
    actor: Actor,
    action: Action,
    workspace_id: str = "",
    workspace_name: str = "",
    kind: str = "",
    object_name: str = "",
    detail: dict[str, Any] | None = None,
    part_of: AuditEntry | None = None,
) -> AuditEntry:
    """Write one audit entry and return it; of a person without an account, only the name is kept.

    The actor of a refused sign-in may be nobody: a `User` that was never saved, of the name as typed.
    `part_of` is the entry of the act that this one belongs to, such as an export's start. The entry
    belongs to the caller's transaction: it is committed with the change it describes, or not at all.
    """
    entry = AuditEntry(
        user_id=actor.user.pk,
        user_name=actor.user.get_username(),
        channel=actor.channel,
        action=action,
        workspace_id=workspace_id,
        workspace_name=workspace_name,
        kind=kind,
        object_name=object_name,
        request_id=actor.request_id,
        detail=detail or {},
        part_of_id=part_of.pk if part_of else None,
    )
    entry.save()
    return entry


class Act(NamedTuple):
    """One of many things done at once in a workspace: see `acts_stage`."""

    action: Action
    kind: str
    object_name: str
    detail: dict[str, Any]


def acts_stage(acts: Iterable[Act]) -> Staged:
    """Write acts ahead of the transaction that does and records them."""
    detail = storing(AuditEntry, "detail")
    rows = ((*act[:3], detail(act.detail)) for act in acts)
    return Staged(AuditEntry, Act._fields, rows)


def audit_record_many(
    *, actor: Actor, workspace_id: str, workspace_name: str, acts: Staged, part_of: AuditEntry | None = None
) -> None:
    """Write the audit entries of a change of many objects, as `audit_record` writes one."""
    acts.insert(
        at=stored(AuditEntry, "at", timezone.now()),
        user=actor.user.pk,
        user_name=actor.user.get_username(),
        channel=str(actor.channel),
        workspace_id=workspace_id,
        workspace_name=workspace_name,
        request_id=actor.request_id,
        part_of=part_of.pk if part_of else None,
    )
