"""Copies of an object under another name, and moving it to another folder."""

from __future__ import annotations

from dlfportal.access import policy
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject, Origin, Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import Saved, object_create, object_update
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.renaming import moved, renamed


def object_copy(*, actor: Actor, target: CatalogueObject, revision: Revision, name: str) -> Saved:
    """Create an object of the document that `revision` of `target` has, under a new name beside it.

    Raises NotFound or Forbidden (policy), InvalidDocument, or NameTaken.
    """
    policy.require(actor.user, target.workspace, Right.CHANGE)
    kind = Kind(target.kind)
    return object_create(
        actor=actor,
        workspace=target.workspace,
        kind=kind,
        document=renamed(kind, document_of(revision), name),
        cluster=target.cluster,
        origin=Origin.COPY,
        origin_id=str(target.uid),
    )


def object_move(*, actor: Actor, target: CatalogueObject, revision: Revision, directory: str) -> Saved:
    """Put an object into a folder: `revision` is its newest, whose document says so from then on.

    Raises NotFound or Forbidden (policy), BadRequest for a kind without folders, InvalidDocument, or
    StaleEdit when a newer revision stands.
    """
    policy.require(actor.user, target.workspace, Right.CHANGE)
    if not has_folders(Kind(target.kind)):
        raise BadRequest(gettext_noop("Objects of this kind are in no folder."))
    return object_update(
        actor=actor,
        target=target,
        document=moved(document_of(revision), directory),
        expected=revision.number,
    )


def has_folders(kind: Kind) -> bool:
    """Return whether objects of a kind are in folders: CDM jobs are in their clusters."""
    return "folder" in KINDS[kind].filters
