"""Packages for the tests of imports: real exports, and archives made by hand."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.selectors import object_list
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.package import export_job, export_jobs
from dlfportal.transfer.imports.execute import import_file
from dlfportal.transfer.imports.options import ImportOptions, Policy
from dlfportal.transfer.models import ImportRun
from tests.factories import operator

OVERWRITE = ImportOptions(policy=Policy.OVERWRITE)


def job(name: str = "load", **fields: Any) -> dict[str, Any]:
    """Return the document of a small job."""
    schedule = {"type": "EXECUTE_ONCE"}
    return {"name": name, "nodes": [], "schedule": schedule, "processType": "BATCH", **fields}


def script(name: str = "load_sql", content: str = "SELECT 1;\n", **fields: Any) -> dict[str, Any]:
    """Return the document of a small script."""
    return {"name": name, "type": "DLISQL", "content": content, **fields}


def package(entries: dict[str, Any]) -> BytesIO:
    """Return a zip whose entries are JSON documents, or bytes as they are."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries.items():
            data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
            archive.writestr(path, data)
    file.seek(0)
    return file


def pack(*documents: dict[str, Any]) -> BytesIO:
    """Return a package of jobs and scripts at their places in the single layout."""
    return package(
        {
            (f"jobs/{one['name']}.job" if "nodes" in one else f"scripts/{one['name']}.script"): one
            for one in documents
        }
    )


def exported(workspace: Workspace, name: str | None = None) -> bytes:
    """Return the export of one job, or of all in the batch layout."""
    if name:
        return b"".join(export_job(actor=operator(), workspace=workspace, name=name).stream)
    jobs = object_list(workspace, Kind.JOB)
    return b"".join(export_jobs(actor=operator(), workspace=workspace, jobs=jobs).stream)


def imported(
    workspace: Workspace,
    file: BytesIO | bytes,
    options: ImportOptions | None = None,
    user: User | None = None,
) -> ImportRun:
    """Import a package in this process and return the run."""
    return import_file(
        actor=Actor(user, Channel.WEB) if user else operator(),
        workspace=workspace,
        file=BytesIO(file) if isinstance(file, bytes) else file,
        source="test.zip",
        options=options or ImportOptions(),
    )


def waiting(workspace: Workspace, user: User | None, **fields: Any) -> ImportRun:
    """Keep the task of an import as it is asked for."""
    given = {"user_name": "x", "channel": "api", "source": "obs://packages/a.zip", **fields}
    return ImportRun.objects.create(workspace=workspace, user=user, **given)


def outcomes(run: ImportRun) -> dict[str, str]:
    """Return name -> what the plan said of it."""
    return {item.name: item.outcome for item in run.items.all()}


def alive(workspace: Workspace) -> list[CatalogueObject]:
    """Return the living objects of a workspace."""
    return list(CatalogueObject.objects.filter(ALIVE, workspace=workspace).select_related("revision"))


def delete_all(workspace: Workspace) -> None:
    """Delete every object of a workspace."""
    for target in alive(workspace):
        object_delete(actor=operator(), target=target)
