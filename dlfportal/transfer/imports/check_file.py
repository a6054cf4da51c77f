"""Looking into a package of the object store without importing it."""

from __future__ import annotations

from typing import Any, BinaryIO, NamedTuple, cast

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.index import directory_of
from dlfportal.formats.documents import prepare
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.reader import PackageObject, package_take
from dlfportal.transfer.imports.plan import check_size, package_open
from dlfportal.transfer.store.buckets import file_open
from dlfportal.transfer.store.paths import obs_file


class Glance(NamedTuple):
    """What a look tells of an object: its directory, and a job's parameters, secret values left out."""

    kind: Kind
    name: str
    directory: str
    params: dict[str, Any]


def package_look(*, actor: Actor, workspace: Workspace, path: Any) -> dict[Kind, list[Glance]]:
    """Return the objects of the package at an `obs://` path by kind, by name; memory holds one document.

    That somebody looked is recorded first. Raises NotFound (policy), BadObsPath, BucketMissing,
    ObsUnreadable or BadPackage.
    """
    source = obs_file(path)
    listing: dict[Kind, list[Glance]] = {kind: [] for kind in Kind}
    with file_open(actor=actor, workspace=workspace, path=source, check=check_size) as file:
        audit_record(
            actor=actor,
            action=Action.PACKAGE_CHECK,
            workspace_id=workspace.pk,
            workspace_name=workspace.name,
            object_name=source.bucket,
            detail={"path": str(source)},
        )
        for glance in package_take(package_open(cast(BinaryIO, file)), _glance, map):
            listing[glance.kind].append(glance)
    for glances in listing.values():
        glances.sort(key=lambda glance: glance.name)
    return listing


def _glance(found: PackageObject) -> Glance:
    document = prepare(found.kind, found.document).document if isinstance(found.document, dict) else {}
    params = _params(document) if found.kind is Kind.JOB else {}
    return Glance(found.kind, found.name, directory_of(document), params)


def _params(job: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a job as a map, whatever their shapes."""
    params = job.get("params")
    return {
        param["name"]: "" if param.get("value") is None else param["value"]
        for param in (params if isinstance(params, list) else ())
        if isinstance(param, dict) and isinstance(param.get("name"), str)
    }
