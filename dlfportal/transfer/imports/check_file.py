"""Looking into a package of the object store without importing it."""

from __future__ import annotations

from typing import Any, BinaryIO, NamedTuple, cast

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.drafts import draft_make
from dlfportal.catalogue.index import directory_of
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument, Level
from dlfportal.formats.shapes import objects
from dlfportal.formats.zip.reader import (
    MOST_PROBLEMS,
    BadDocuments,
    EntryProblem,
    IncomingPackage,
    PackageObject,
    package_take,
)
from dlfportal.transfer.imports.cloud import CloudResource, cloud_resources
from dlfportal.transfer.imports.plan import check_size, package_open
from dlfportal.transfer.store.buckets import file_open
from dlfportal.transfer.store.paths import obs_file


class Glance(NamedTuple):
    """What a look shows of an object: its directory, and a job's parameters, secret values left out.

    `problems` are the reasons why an import would refuse it.
    """

    kind: Kind
    name: str
    directory: str
    params: dict[str, Any]
    cloud: tuple[CloudResource, ...]
    problems: tuple[EntryProblem, ...]


class Look(NamedTuple):
    """The objects of a package by kind, by name, and the cloud resources that they use."""

    glances: dict[Kind, list[Glance]]
    cloud: list[CloudResource]


def package_look(*, actor: Actor, workspace: Workspace, path: Any) -> Look:
    """Return what the package at an `obs://` path holds; memory holds one document.

    That somebody looked is recorded first. Raises NotFound (policy), BadObsPath, BucketMissing,
    ObsUnreadable or BadPackage, this also for what an import would refuse.
    """
    source = obs_file(path)
    with file_open(actor=actor, workspace=workspace, path=source, check=check_size) as file:
        audit_record(
            actor=actor,
            action=Action.PACKAGE_CHECK,
            workspace_id=workspace.pk,
            workspace_name=workspace.name,
            object_name=source.bucket,
            detail={"path": str(source)},
        )
        glances = _glances(package_open(cast(BinaryIO, file)))
    listing: dict[Kind, list[Glance]] = {kind: [] for kind in Kind}
    for glance in sorted(glances, key=lambda glance: glance.name):
        listing[glance.kind].append(glance)
    return Look(listing, sorted({one for glance in glances for one in glance.cloud}))


def _glances(package: IncomingPackage) -> list[Glance]:
    """Return what a look shows of each object. Raises BadDocuments with what an import would refuse."""
    glances: list[Glance] = []
    problems: list[EntryProblem] = []
    try:
        for glance in package_take(package, _glance, map):
            glances.append(glance)
            problems += glance.problems
    except BadDocuments as error:
        problems += error.problems
    if problems:
        raise BadDocuments(problems[:MOST_PROBLEMS])
    return glances


def _glance(found: PackageObject) -> Glance:
    try:
        document = draft_make(found.kind, found.document, found.cluster, data=found.data).document
    except InvalidDocument as error:
        errors = [one for one in error.problems if one.level is Level.ERROR]
        problems = tuple(EntryProblem(found.path, one, found.key) for one in errors)
        return Glance(found.kind, found.name, "", {}, (), problems)
    cloud = tuple(cloud_resources(found.kind, found.cluster, document))
    params = _params(document) if found.kind is Kind.JOB else {}
    return Glance(found.kind, found.name, directory_of(document), params, cloud, ())


def _params(job: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a job as a map, whatever their shapes."""
    return {
        param["name"]: "" if param.get("value") is None else param["value"]
        for _, param in objects(job, "params")
        if isinstance(param.get("name"), str)
    }
