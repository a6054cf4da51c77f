"""The sample catalogue: a retail team's pipelines in two workspaces, loaded through the services."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlfportal import sample
from dlfportal.access.models import Project, Workspace
from dlfportal.access.services import project_save, workspace_save
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Origin
from dlfportal.catalogue.services import object_create, version_submit
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import EntryName, read_entry

FOLDER = Path(sample.__file__).parent
SHARED = "shared"
RELEASED = "production"
"""The workspace whose objects are submitted; those of the other are still being developed."""

ORDER = list(Kind)


@dataclass(frozen=True, slots=True)
class SampleObject:
    """One object of the sample: what its file name says, and its document."""

    entry: EntryName
    document: dict[str, Any]


def sample_load(*, actor: Actor) -> list[Workspace]:
    """Load the sample catalogue into its project and return its workspaces.

    Objects that exist are left alone, so that loading twice changes nothing. Raises Forbidden
    unless the actor is a superuser.
    """
    plan = json.loads((FOLDER / "catalogue.json").read_text(encoding="utf-8"))
    project = Project.objects.filter(pk=plan["project"]["id"]).first() or project_save(
        actor=actor, project=Project(pk=plan["project"]["id"], name=plan["project"]["name"])
    )
    workspaces = []
    for wanted in plan["workspaces"]:
        workspace = Workspace.objects.filter(pk=wanted["id"]).first() or workspace_save(
            actor=actor, workspace=Workspace(pk=wanted["id"], project=project, name=wanted["name"])
        )
        _fill(actor, workspace, wanted["folder"])
        workspaces.append(workspace)
    return workspaces


def sample_objects(folder: str) -> list[SampleObject]:
    """Return the objects of a workspace's folder and those it shares, scripts and resources first."""
    objects: dict[EntryName, SampleObject] = {}
    for part in (SHARED, folder):
        objects.update((found.entry, found) for found in _read(FOLDER / part))
    return sorted(
        objects.values(),
        key=lambda found: (found.entry.kind is Kind.JOB, ORDER.index(found.entry.kind), found.entry.name),
    )


def _fill(actor: Actor, workspace: Workspace, folder: str) -> None:
    alive = CatalogueObject.objects.filter(ALIVE, workspace=workspace)
    known = set(alive.values_list("kind", "cluster", "name"))
    for found in sample_objects(folder):
        entry = found.entry
        if (str(entry.kind), entry.cluster, entry.name) in known:
            continue
        saved = object_create(
            actor=actor,
            workspace=workspace,
            kind=entry.kind,
            document=found.document,
            cluster=entry.cluster,
            origin=Origin.SAMPLE,
        )
        if folder == RELEASED:
            version_submit(actor=actor, target=saved.object)


def _read(folder: Path) -> Iterator[SampleObject]:
    for path in sorted(folder.rglob("*")):
        entry = read_entry(path.relative_to(folder).as_posix())
        if entry is None:
            continue
        document = parse(path.read_bytes())
        if entry.kind is Kind.SCRIPT:
            document["content"] = _source(path)
        yield SampleObject(entry, document)


def _source(script: Path) -> str:
    """Return the text beside a `.script` file, byte for byte: line endings are part of it."""
    for suffix in (".sql", ".sh", ".py"):
        source = script.with_name(script.name.removesuffix(".script") + suffix)
        if source.exists():
            return source.read_bytes().decode()
    raise FileNotFoundError(f"{script.name} has no source beside it")
