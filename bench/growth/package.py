"""The package of 100 objects that is imported into both catalogues: another revision of each, each time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.contrib.auth.models import User

from bench.growth.fill import MAIN
from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.transfer.imports.execute import import_file
from dlfportal.transfer.imports.options import ImportOptions, Policy
from dlfportal.transfer.models import RunStatus
from dlfportal.transfer.planning.making import plan_begin

JOBS = 34
"""With 66 scripts they make 100 objects."""


def package(serial: int) -> BinaryIO:
    """Return a package of 34 jobs and 66 scripts whose documents hold `serial`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, document in _entries(serial):
            archive.writestr(path, json.dumps(document))
    file.seek(0)
    return file


def package_import(user: User, serial: int) -> None:
    """Import the package in this process, over what an earlier one left."""
    run = import_file(
        actor=Actor(user, Channel.COMMAND),
        workspace=Workspace.objects.get(pk=MAIN),
        file=package(serial),
        source="growth.zip",
        options=ImportOptions(policy=Policy.OVERWRITE),
    )
    if run.status != RunStatus.SUCCESSFUL:
        raise RuntimeError(run.message % run.params)


def _entries(serial: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(JOBS):
        name = f"import_{number:02}"
        scripts = [f"{name}_{end}" for end in "ab"][: 2 if number < JOBS - 2 else 1]
        nodes = [
            {
                "name": script,
                "type": "DLISQL",
                "location": {"x": "1", "y": "2"},
                "preNodeName": [],
                "properties": [{"name": "scriptName", "value": script}],
                "maxExecutionTime": serial,
            }
            for script in scripts
        ]
        schedule = {"type": "EXECUTE_ONCE"}
        yield (
            f"jobs/{name}.job",
            {
                "name": name,
                "nodes": nodes,
                "schedule": schedule,
                "directory": "/import",
                "processType": "BATCH",
            },
        )
        for script in scripts:
            content = f"SELECT {serial} FROM {script}"
            yield (
                f"scripts/{script}.script",
                {"name": script, "type": "DLISQL", "content": content, "directory": "/import"},
            )


def package_plan(user: User) -> str:
    """Plan the import of the package, over what stands now, and return the id of the plan."""
    run = plan_begin(
        actor=Actor(user, Channel.WEB),
        workspace=Workspace.objects.get(pk=MAIN),
        file=package(0),
        name="growth.zip",
        options=ImportOptions(policy=Policy.OVERWRITE),
        here=True,
    )
    return str(run.pk)
