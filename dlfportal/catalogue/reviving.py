"""Deleted objects: finding one by its name, and bringing it back as it was, with its history and wire id."""

from __future__ import annotations

from typing import NamedTuple

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Deletion, Origin, Revision
from dlfportal.catalogue.selectors import ObjectMissing, document_of
from dlfportal.catalogue.services import Saved, object_create
from dlfportal.formats.kinds import Kind


class Gone(NamedTuple):
    """A deleted object with its newest revision, and how it was deleted, as far as that is kept."""

    object: CatalogueObject
    revision: Revision
    deletion: Deletion | None


def deleted_get(workspace: Workspace, kind: Kind, name: str, cluster: str | None = None) -> Gone:
    """Return the object that had this name last and was deleted, whether its name is free now or not.

    `cluster` None finds a CDM job by name alone where only one cluster had it. Raises NotFound.
    """
    found = CatalogueObject.objects.filter(
        workspace=workspace, kind=kind, name=name, deleted_at__isnull=False, revision__isnull=False
    )
    if cluster is not None:
        found = found.filter(cluster=cluster)
    related = found.select_related("revision__content", "workspace__project").order_by("-deleted_at")
    target = related.first()
    if target is None or (kind is Kind.CDM_JOB and found.exclude(cluster=target.cluster).exists()):
        raise ObjectMissing(kind, name)
    revision = target.revision
    assert revision is not None  # noqa: S101 - asked for above
    return Gone(target, revision, Deletion.objects.filter(revision=revision).first())


def namesake_of(target: CatalogueObject) -> CatalogueObject | None:
    """Return the living object that has the name of a deleted one now."""
    return CatalogueObject.objects.filter(
        ALIVE, workspace=target.workspace, kind=target.kind, name=target.name, cluster=target.cluster
    ).first()


def object_revive(*, actor: Actor, gone: Gone, expected: int) -> Saved:
    """Bring a deleted object back by a new revision with the document it had; it has no submitted version.

    `expected` is the number of the revision that was shown. Raises NotFound or Forbidden (policy), NameTaken,
    or StaleEdit when it was restored and deleted again since.
    """
    policy.require(actor.user, gone.object.workspace, Right.CHANGE)
    return object_create(
        actor=actor,
        workspace=gone.object.workspace,
        kind=Kind(gone.object.kind),
        document=document_of(gone.revision),
        cluster=gone.object.cluster,
        origin=Origin.RESTORE,
        origin_id=str(gone.revision.number),
        revives=expected,
    )
