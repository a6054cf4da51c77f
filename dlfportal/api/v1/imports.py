"""Import of packages from the object store, looking into one, and the tasks of imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.access.policy import Right
from dlfportal.api.base import WorkspaceView, json_body
from dlfportal.api.errors import WireError
from dlfportal.api.schema import json_answer, operation
from dlfportal.api.v1.params import LANGUAGE
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports.check_file import package_look
from dlfportal.transfer.imports.deaths import task_get
from dlfportal.transfer.imports.options import options_read
from dlfportal.transfer.imports.texts import item_message, item_name, run_message, run_name
from dlfportal.transfer.models import ImportItem, ImportRun, RunStatus
from dlfportal.transfer.planning.proposing import import_ask

ABSENT = 0
"""The status of a cloud resource that is not in the workspace."""


class ImportView(WorkspaceView):
    """`POST /v1/{project_id}/jobs/import` (reference: wire API, section 2.8)."""

    right = Right.EDIT

    @operation("ImportJob", "Import a package", body="Import", answers=json_answer("ImportStarted"))
    def post(self, request: Request, project_id: str) -> Response:
        """A worker does it: poll the task of the answer. All of the package comes in, or nothing.

        The package is a file of a bucket that was given to the workspace. SKIP leaves objects alone that
        exist, OVERWRITE replaces them; each job and script that is written gets a version, unless
        `targetStatus` is SAVED. Where imports of the workspace need a second person, the task has failed and
        says the address at which another developer can look at the import and apply it.
        """
        body = json_body(request)
        run = import_ask(
            actor=self.actor,
            workspace=self.workspace,
            path=path(body),
            options=options_read(body),
            site=request.build_absolute_uri("/"),
        )
        return Response({"taskId": run.pk})


class CheckFileView(WorkspaceView):
    """`POST /v1/{project_id}/jobs/check-file` (reference: wire API, section 2.9)."""

    @operation("ShowFileInfo", "Look into a package", body="CheckFile", answers=json_answer("FileChecked"))
    def post(self, request: Request, project_id: str) -> Response:
        """Names the jobs, with their parameters, and the scripts of a package; nothing is written.

        `resources` are the cloud resources they use. Their status is 0 (absent): this service keeps none,
        so each must be there under its name, or be replaced by the `resources` of the import.
        """
        found = package_look(actor=self.actor, workspace=self.workspace, path=path(json_body(request)))
        jobs = [
            {"name": job.name, "path": job.directory, "params": job.params} for job in found.glances[Kind.JOB]
        ]
        scripts = [{"name": one.name, "path": one.directory} for one in found.glances[Kind.SCRIPT]]
        resources = [{"name": one.name, "status": ABSENT, "type": one.type} for one in found.cloud]
        return Response({"jobs": jobs, "scripts": scripts, "resources": resources})


class TaskView(WorkspaceView):
    """`GET /v1/{project_id}/system-tasks/{task_id}` (reference: wire API, section 3)."""

    action = ""

    @operation("ListSystemTasks", "Show an import", query=(LANGUAGE,), answers=json_answer("Task"))
    def get(self, request: Request, project_id: str, task_id: str) -> Response:
        """RUNNING until it ends as SUCCESSFUL or FAILED; one subtask for each object of the package."""
        run = task_get(actor=self.actor, project=self.workspace.project, task_id=task_id.replace("-", ""))
        with translation.override(LANGUAGE.read(request)):
            return Response(task_body(run))


def path(body: dict[str, Any]) -> Any:
    """Return `path`. Raises DLF.0802 when there is none."""
    value = body.get("path")
    if value is None or value == "":
        raise WireError(400, "DLF.0802", "The specified parameter is not configured. Give path.")
    return value


def task_body(run: ImportRun) -> dict[str, Any]:
    """Return a task as the wire has it, with a subtask for each object of the package once it has ended.

    Until then nothing is known of a single object: all are written, or none is. Clients poll.
    """
    facts = _facts(run)
    items = run.items.all() if run.status != RunStatus.RUNNING else ()
    return {
        **_part(run.pk, run_name(run), facts, run_message(run)),
        "projectId": run.workspace.project_id,
        "subtasks": [_subtask(run, item, facts) for item in items],
    }


def _subtask(run: ImportRun, item: ImportItem, facts: dict[str, Any]) -> dict[str, Any]:
    pk = f"{run.pk[:24]}{item.position:08x}"
    return {**_part(pk, item_name(item), facts, item_message(run, item)), "taskId": run.pk}


def _facts(run: ImportRun) -> dict[str, Any]:
    """Return what a task and its subtasks have in common."""
    facts = {
        "status": run.status,
        "startTime": _milliseconds(run.created_at),
        "lastUpdate": _milliseconds(run.updated_at),
    }
    if run.ended_at and run.status != RunStatus.RUNNING:
        facts["endTime"] = _milliseconds(run.ended_at)
    return facts


def _part(pk: str, name: str, facts: dict[str, Any], message: str) -> dict[str, Any]:
    part = {"id": pk, "name": name, **facts}
    return {**part, "message": message} if message else part


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
