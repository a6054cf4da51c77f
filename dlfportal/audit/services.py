"""Writing the audit record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry


def audit_record(
    *,
    actor: Actor,
    action: str,
    workspace_id: str = "",
    workspace_name: str = "",
    kind: str = "",
    object_name: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one audit entry and return it.

    `action` is a dotted word such as `job.save` or `package.export`. The entry belongs to the
    caller's transaction: it is committed with the change it tells of, or not at all.
    """
    entry = audit_entry(
        actor=actor,
        action=action,
        workspace_id=workspace_id,
        workspace_name=workspace_name,
        kind=kind,
        object_name=object_name,
        detail=detail,
    )
    entry.save()
    return entry


def audit_record_many(entries: Iterable[AuditEntry]) -> None:
    """Write the entries of a change of many objects, as `audit_record` writes one."""
    AuditEntry.objects.bulk_create(entries)


def audit_entry(
    *,
    actor: Actor,
    action: str,
    workspace_id: str = "",
    workspace_name: str = "",
    kind: str = "",
    object_name: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Return an entry that is not written yet, for `audit_record_many`."""
    return AuditEntry(
        user=actor.user,
        user_name=actor.user.get_username(),
        via=actor.via,
        action=action,
        workspace_id=workspace_id,
        workspace_name=workspace_name,
        kind=kind,
        object_name=object_name,
        request_id=actor.request_id,
        detail=detail or {},
    )
