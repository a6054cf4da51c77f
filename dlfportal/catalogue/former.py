"""Finding an object by a name that it had before, for those who keep its old address."""

from __future__ import annotations

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Verb, object_action
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.formats.kinds import Kind

CHANGES_READ = 10_000
"""Renames are looked for among so many of the newest changes of a kind in a workspace."""
RENAMES_FOLLOWED = 10


def former_find(
    workspace: Workspace, kind: Kind, name: str, cluster: str | None = None
) -> CatalogueObject | None:
    """Return the living object that was called `name` (in `cluster`, None for in any), or None.

    The record says what it was renamed to, and its revisions that it was this object: several renames are
    followed, and a name that another object took meanwhile is passed over.
    """
    asked, names = {name}, {name}
    had = {"revisions__name": name}
    had |= {} if cluster is None else {"revisions__cluster": cluster}
    for _step in range(RENAMES_FOLLOWED):
        called = CatalogueObject.objects.filter(
            ALIVE, workspace=workspace, kind=kind, name__in=names, **had
        ).distinct()
        rows = list(called[:2])
        names = _renamed_to(workspace, kind, names) - asked if not rows else set()
        if not names:
            return rows[0] if len(rows) == 1 else None
        asked |= names
    return None


def _renamed_to(workspace: Workspace, kind: Kind, names: set[str]) -> set[str]:
    """Return what objects of these names were renamed to, by the newest changes of the record."""
    changes = AuditEntry.objects.filter(
        workspace_id=workspace.pk, action=object_action(kind, Verb.UPDATE), part_of__isnull=True
    )
    newest = changes.order_by("-at", "-id").values("pk")[:CHANGES_READ]
    renames = AuditEntry.objects.filter(pk__in=newest, detail__renamed_from__in=sorted(names))
    return set(renames.values_list("object_name", flat=True))
