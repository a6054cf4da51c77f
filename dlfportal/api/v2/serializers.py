"""The rows of v2: what v1 shows, under names with underscores."""

from __future__ import annotations

from typing import Any

from dlfportal.api.v1.serializers import job_row as job_row_v1
from dlfportal.api.v1.serializers import script_shown, stored
from dlfportal.catalogue.models import CatalogueObject

# The names in v1 and in v2 (`huaweicloudsdkdataartsstudio`: `JobResultV2`, `ScriptInfo`).
JOB_FIELDS = {
    "name": "name",
    "jobType": "job_type",
    "status": "status",
    "createUser": "create_user",
    "createTime": "create_time",
    "owner": "owner",
    "lastUpdateUser": "last_update_user",
    "lastUpdateTime": "last_update_time",
    "priority": "priority",
    "path": "path",
    "singleNodeJobFlag": "single_node_job_flag",
    "singleNodeJobType": "single_node_job_type",
    "emptyRunningJob": "empty_running_job",
}
SCRIPT_FIELDS = {
    "id": "id",
    "name": "name",
    "type": "type",
    "directory": "directory",
    "createUser": "create_user",
    "connectionName": "connection_name",
    "database": "database",
    "queueName": "queue_name",
    "configuration": "configuration",
    "description": "description",
    "owner": "owner",
    "modifyTime": "modify_time",
    "version": "version",
}


def job_row(job: CatalogueObject) -> dict[str, Any]:
    """Return a job as a row of `GET /v2/{project_id}/factory/jobs`."""
    document = stored(job.revision)
    own = {"singleNodeJobType": document.get("singleNodeJobType")}
    empty = {"emptyRunningJob": document.get("emptyRunningJob", "0")}
    return _renamed({**job_row_v1(job), **own, **empty}, JOB_FIELDS)


def script_row(script: CatalogueObject) -> dict[str, Any]:
    """Return a script as a row of `GET /v2/{project_id}/factory/scripts`: without its content."""
    return _renamed({"directory": "/", **script_shown(script)}, SCRIPT_FIELDS)


def _renamed(values: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return the values that v2 has; what is unknown is left out, not sent as null."""
    return {new: values[old] for old, new in names.items() if values.get(old) is not None}
