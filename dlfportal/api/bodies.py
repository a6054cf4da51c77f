"""The shapes of documents, answers and errors in the OpenAPI description.

Documents are open: any further field is taken, kept and shown. What is written here as a type is
what a document is refused for, or what the portal itself puts there.
"""

from __future__ import annotations

from typing import Any

from dlfportal.formats.models import PROCESS_TYPES, RESOURCE_TYPES, SCHEDULE_TYPES, SCRIPT_TYPES
from dlfportal.transfer.imports.options import ResourceType

Json = dict[str, Any]
MILLISECONDS = {"type": "integer", "format": "int64", "description": "milliseconds since 1970"}
TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
TEXTS: Json = {"type": "object", "additionalProperties": TEXT}
OBJECT: Json = {"type": "object", "additionalProperties": True}
CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


def reference(component: str) -> Json:
    """Return the reference to a component schema."""
    return {"$ref": f"#/components/schemas/{component}"}


def record(properties: Json, required: tuple[str, ...] = (), description: str = "") -> Json:
    """Return the schema of an open object."""
    schema: Json = {"type": "object", "properties": properties, "additionalProperties": True}
    if required:
        schema["required"] = list(required)
    if description:
        schema["description"] = description
    return schema


def listing(key: str, row: str) -> Json:
    """Return the schema of a page of a list."""
    total = {"type": "integer", "minimum": 0, "description": "the number of matches, before paging"}
    return record({"total": total, key: _list(reference(row))}, ("total", key))


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _name(longest: int, signs: str) -> Json:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": f"^[{signs}{CHINESE}-]+$"}


TARGET_STATUS = {
    "type": "string",
    "enum": ["SAVED", "SUBMITTED", "PRODUCTION"],
    "description": "SUBMITTED and PRODUCTION submit a version too",
}
STATUS = {"type": "string", "enum": ["STOPPED"]}
JOB_NAME = _name(128, "A-Za-z0-9_.")
UUID = {"type": "string", "format": "uuid"}
SUBMITTABLE = {"targetStatus": TARGET_STATUS, "approvers": _list(reference("Approver"))}

JOB_PARTS: Json = {
    "nodes": _list(reference("Node")),
    "schedule": reference("Schedule"),
    "processType": {"type": "string", "enum": list(PROCESS_TYPES)},
}
SCRIPT_PARTS: Json = {
    "content": {"type": "string", "description": "at most 4 MB of UTF-8"},
    "configuration": {"type": ["object", "string"], "description": "a map; a text holds it as JSON"},
    "description": {"type": "string", "maxLength": 255},
}
RESOURCE_PARTS: Json = {
    "type": {"type": "string", "enum": list(RESOURCE_TYPES)},
    "location": {"type": "string", "pattern": r"^(obs://[^/]|hdfs://.)", "maxLength": 1023},
    "desc": {"type": "string", "maxLength": 255},
    "dependFiles": _list(TEXT),
    "dependPackages": _list(record({"type": TEXT, "location": TEXT})),
}
KEPT = {"description": "as it is kept"}
"""What a document says, of whatever type it came with."""

MAP_KEPT = {"description": "a map, as it is kept"}
DIRECTORY = {"directory": {"type": "string", "description": "such as /a/b; / when absent"}}

RESOURCE_PARTS_KEPT: Json = {
    **dict.fromkeys(("name", "type", "location"), TEXT),
    **dict.fromkeys(("desc", "dependFiles", "dependPackages", "directory"), KEPT),
}

OBS_PATH = {"type": "string", "description": "such as obs://bucket/folder/DLF_myJob.zip"}
EXPORT_PARTS: Json = {
    "exportDepend": {"type": "boolean", "default": True, "description": "scripts and resources too"},
    "exportStatus": {"type": "string", "enum": ["DEVELOP", "SUBMIT"], "default": "DEVELOP"},
    "obsPath": {"type": "string", "description": "a folder of the object store to write the package to"},
}
TASK_PARTS: Json = {
    "id": TEXT,
    "name": TEXT,
    "status": {"type": "string", "enum": ["RUNNING", "SUCCESSFUL", "FAILED"]},
    "startTime": MILLISECONDS,
    "endTime": MILLISECONDS,
    "lastUpdate": MILLISECONDS,
    "message": TEXT,
}
TASK_REQUIRED = ("id", "name", "status", "startTime", "lastUpdate")

SCHEMAS: Json = {
    "Error": record(
        {
            "error_code": {"type": "string", "minLength": 1, "maxLength": 128, "example": "DLF.0100"},
            "error_msg": {"type": "string", "minLength": 1, "maxLength": 10240},
            "errors": _list(reference("ErrorPair")),
            "request_id": TEXT,
        },
        ("error_code", "error_msg", "errors"),
    ),
    "ErrorPair": record({"error_code": TEXT, "error_msg": TEXT}, ("error_code", "error_msg")),
    "IamError": record(
        {
            "error": record(
                {"code": {"type": "integer"}, "message": TEXT, "title": TEXT}, ("code", "message", "title")
            )
        },
        ("error",),
    ),
    "Approver": record({"approverName": TEXT}, ("approverName",)),
    "Approvers": record({"approvers": _list(reference("Approver"))}, description="Taken and ignored."),
    "Node": record(
        {
            "name": {"type": "string", "minLength": 1, "maxLength": 128},
            "type": {"description": "a text such as DLISQL; unknown types are kept"},
            "preNodeName": _list(TEXT),
            "properties": _list(record({"name": {"description": "a text"}})),
        },
        ("name",),
        "A step of the job; `preNodeName` names nodes of the same job and makes no loop.",
    ),
    "Schedule": record({"type": {"type": "string", "enum": list(SCHEDULE_TYPES)}}, ("type",)),
    "Job": record(
        {
            "name": JOB_NAME,
            **JOB_PARTS,
            "params": _list(OBJECT),
            "description": {"type": ["string", "null"]},
            **DIRECTORY,
            "basicConfig": OBJECT,
            **SUBMITTABLE,
        },
        ("name", "nodes", "schedule", "processType"),
        "The older key `jobType` is taken where `processType` is absent.",
    ),
    "JobShown": record(
        {
            "name": TEXT,
            **JOB_PARTS,
            "basicConfig": record({"tags": {"description": "a list of texts"}}),
            "id": {"type": "integer", "format": "int64"},
            "createTime": MILLISECONDS,
            "description": TEXT,
            "params": KEPT,
            "directory": KEPT,
            "emptyRunningJob": KEPT,
            "singleNodeJobFlag": KEPT,
            "version": {"type": "string", "description": "the version submitted last, or the one asked for"},
            "downstreamJobs": _list(reference("DownstreamJob")),
        },
        ("name", "nodes", "schedule", "processType", "basicConfig", "id", "createTime", "description"),
    ),
    "DownstreamJob": record(
        {"workSpace": TEXT, "jobName": TEXT, "jobId": {"type": "integer", "format": "int64"}},
        ("workSpace", "jobName", "jobId"),
    ),
    "JobRow": record(
        {
            "name": TEXT,
            "jobType": {"type": "string", "enum": list(PROCESS_TYPES)},
            "status": STATUS,
            "createUser": TEXT,
            "createTime": MILLISECONDS,
            "lastUpdateTime": MILLISECONDS,
            "lastUpdateUser": TEXT,
            "path": TEXT,
            "owner": KEPT,
            "priority": KEPT,
            "singleNodeJobFlag": KEPT,
        },
        ("name", "jobType", "status", "createUser", "createTime", "lastUpdateTime", "path"),
    ),
    "JobStatus": record(
        {"name": TEXT, "status": STATUS, "createUser": TEXT, "nodes": _list(reference("NodeStatus"))},
        ("name", "status", "nodes"),
    ),
    "NodeStatus": record({"name": KEPT, "status": STATUS, "nodeType": KEPT}, ("status",)),
    "JobInstances": record(
        {"total": {"type": "integer", "enum": [0]}, "instances": {"type": "array", "maxItems": 0}},
        ("total", "instances"),
    ),
    "JobList": listing("jobs", "JobRow"),
    "Script": record(
        {
            "name": JOB_NAME,
            "type": {"type": "string", "enum": list(SCRIPT_TYPES)},
            **SCRIPT_PARTS,
            **DIRECTORY,
            **SUBMITTABLE,
        },
        ("name", "type", "content"),
    ),
    "ScriptChange": record({**SCRIPT_PARTS, **DIRECTORY, **SUBMITTABLE}),
    "ScriptShown": record(
        {
            "name": TEXT,
            "type": TEXT,
            "content": TEXT,
            "configuration": MAP_KEPT,
            "id": UUID,
            "createUser": TEXT,
            "modifyTime": MILLISECONDS,
            "autoAcquireLock": FLAG,
            "directory": KEPT,
            "description": KEPT,
            "owner": KEPT,
            "version": {"description": "the version submitted last, or the one asked for"},
        },
        ("name", "type", "content", "id", "createUser", "modifyTime", "autoAcquireLock"),
    ),
    "ScriptList": listing("scripts", "ScriptShown"),
    "JobRowV2": record(
        {
            **dict.fromkeys(("name", "job_type", "create_user", "last_update_user", "path"), TEXT),
            "status": STATUS,
            "create_time": MILLISECONDS,
            "last_update_time": MILLISECONDS,
            **dict.fromkeys(
                ("owner", "priority", "single_node_job_flag", "single_node_job_type", "empty_running_job"),
                KEPT,
            ),
        },
        ("name", "job_type", "status", "create_user", "create_time", "last_update_time", "path"),
    ),
    "JobListV2": listing("jobs", "JobRowV2"),
    "Rename": record({"name": JOB_NAME}, ("name",)),
    "Renamed": record({"is_success": FLAG, "status_code": {"type": "integer"}}, ("is_success",)),
    "ScriptRowV2": record(
        {
            **dict.fromkeys(("name", "type", "create_user"), TEXT),
            "id": UUID,
            "modify_time": MILLISECONDS,
            "configuration": MAP_KEPT,
            **dict.fromkeys(
                ("directory", "connection_name", "database", "queue_name", "description", "owner", "version"),
                KEPT,
            ),
        },
        ("id", "name", "type", "create_user", "modify_time"),
    ),
    "ScriptListV2": listing("scripts", "ScriptRowV2"),
    "Resource": record(
        {"name": _name(32, "A-Za-z0-9_"), **RESOURCE_PARTS, **DIRECTORY, **SUBMITTABLE},
        ("name", "type", "location"),
    ),
    "ResourceChange": record(
        {"name": _name(32, "A-Za-z0-9_"), **RESOURCE_PARTS, **DIRECTORY, **SUBMITTABLE}, ("name", "type")
    ),
    "ResourceId": record({"resourceId": UUID}, ("resourceId",)),
    "ResourceRow": record(
        {**RESOURCE_PARTS_KEPT, "id": UUID, "resourceId": UUID},
        ("name", "type", "location", "id", "resourceId"),
    ),
    "ResourceShown": record(
        {
            **RESOURCE_PARTS_KEPT,
            "id": UUID,
            "resourceId": UUID,
            "jobRelation": _list(reference("Relation")),
        },
        ("name", "type", "location", "id", "resourceId", "jobRelation"),
    ),
    "ResourceList": listing("resources", "ResourceRow"),
    "Relation": record(
        {"relationType": TEXT, "taskName": TEXT, "taskId": {"type": "integer"}, "userName": TEXT},
        ("relationType", "taskName", "taskId"),
    ),
    "Export": record(EXPORT_PARTS),
    "BatchExport": record(
        {
            "jobList": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 100},
            **EXPORT_PARTS,
        },
        ("jobList",),
    ),
    "Kept": record({"obsPath": TEXT}, ("obsPath",), "where the package was written to"),
    "Import": record(
        {
            "path": OBS_PATH,
            "params": TEXTS,
            "sameNamePolicy": {"type": "string", "enum": ["SKIP", "OVERWRITE"], "default": "SKIP"},
            "jobsParam": _list(record({"name": TEXT, "params": TEXTS}, ("name",))),
            "executeUser": TEXT,
            "resources": _list(
                record(
                    {"name": TEXT, "type": {"type": "string", "enum": list(ResourceType)}, "replace": TEXT},
                    ("name", "type", "replace"),
                )
            ),
            "targetStatus": {
                **TARGET_STATUS,
                "default": "SUBMITTED",
                "description": "SAVED submits no version",
            },
            "approvers": _list(reference("Approver")),
        },
        ("path",),
    ),
    "ImportStarted": record({"taskId": TEXT}, ("taskId",), "poll the system task of this id"),
    "CheckFile": record({"path": OBS_PATH}, ("path",)),
    "FileChecked": record(
        {
            "jobs": _list(record({"name": TEXT, "path": TEXT, "params": OBJECT}, ("name", "path", "params"))),
            "scripts": _list(record({"name": TEXT, "path": TEXT}, ("name", "path"))),
            "resources": _list(
                record({"name": TEXT, "status": {"enum": [0, 1]}, "type": TEXT}, ("name", "status", "type"))
            ),
        },
        ("jobs", "scripts", "resources"),
    ),
    "Subtask": record({**TASK_PARTS, "taskId": TEXT}, (*TASK_REQUIRED, "taskId")),
    "Task": record(
        {**TASK_PARTS, "projectId": TEXT, "subtasks": _list(reference("Subtask"))},
        (*TASK_REQUIRED, "projectId", "subtasks"),
    ),
    "TokenRequest": record({"auth": OBJECT}, ("auth",), "IAM v3: `auth.identity` and `auth.scope`."),
    "Token": record({"token": OBJECT}, ("token",)),
    "Projects": record({"projects": _list(OBJECT), "links": OBJECT}, ("projects",)),
}
