"""Refusals arrive as the SDK's own exceptions, with status, code and text of the documents."""

from __future__ import annotations

import secrets
from uuid import uuid4

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from tests.live.sdk.catalogue import JOBS, NO_JOB, NO_RESOURCE, NO_SCRIPT, NO_WORKSPACE, RESOURCE, pair
from tests.live.sdk.client import CLIENTS, Document, Key, Sdk
from tests.live.sdk.scene import Scene
from tests.live.sdk.table import CATALOGUE, UNSUPPORTED, check_driven
from tests.portal import SAMPLE_PROJECT, Portal

SAMPLE_DEFAULT = "e1b7d0c4a52f4f6d9c38a7706b1f2d95"
ABSENT = "没有 这个"
REFUSED: list[tuple[str, Document, tuple[str, str]]] = [
    ("show_job", {"job_name": ABSENT}, NO_JOB),
    ("update_job", {"job_name": ABSENT, "body": {**JOBS["myJob"]}}, NO_JOB),
    ("delete_job", {"job_name": ABSENT}, NO_JOB),
    ("export_job", {"job_name": ABSENT}, NO_JOB),
    (
        "export_job_list",
        {"body": {"jobList": [ABSENT]}},
        (NO_JOB[0], f'{NO_JOB[1]} Not in this workspace: "{ABSENT}".'),
    ),
    ("show_script", {"script_name": ABSENT}, NO_SCRIPT),
    ("update_script", {"script_name": ABSENT, "body": {"content": ""}}, NO_SCRIPT),
    ("delete_script", {"script_name": ABSENT}, NO_SCRIPT),
    ("show_resource", {"resource_id": str(uuid4())}, NO_RESOURCE),
    ("update_resource", {"resource_id": str(uuid4()), "body": RESOURCE}, NO_RESOURCE),
    ("delete_resource", {"resource_id": str(uuid4())}, NO_RESOURCE),
    ("list_system_tasks", {"task_id": "0" * 32}, ("DLF.0810", "Task does not exist")),
    (
        "export_job_list",
        {"body": {"jobList": []}},
        ("DLF.3051", "The request parameter is invalid. jobList must hold 1 to 100 job names."),
    ),
    (
        "import_job",
        {"body": {"path": "/in/x.zip"}},
        ("DLF.0803", "The OBS path is invalid. /in/x.zip is not of the form obs://bucket/key."),
    ),
    (
        "import_job",
        {"body": {"path": "obs://nobodys-bucket/x.zip"}},
        ("DLF.1242", "The OBS bucket does not exist."),
    ),
    ("show_file_info", {"body": {"path": "obs://{bucket}/no.zip"}}, ("DLF.0815", "Fail to read OBS file.")),
    ("import_job", {"body": {"path": "obs://{bucket}/no.zip"}}, ("DLF.0815", "Fail to read OBS file.")),
]


@pytest.mark.parametrize(
    ("operation", "fields", "answer"), REFUSED, ids=[f"{row[0]}-{row[2][0]}" for row in REFUSED]
)
def test_a_refusal_is_the_sdks_exception(
    scene: Scene, operation: str, fields: Document, answer: tuple[str, str]
) -> None:
    """Status 400, with the code and the text of the documents."""
    if path := fields.get("body", {}).get("path"):
        fields = {"body": {"path": path.format(bucket=scene.bucket)}}
    assert pair(scene.sdk.error(operation, **fields)) == answer


@pytest.mark.parametrize(
    ("operation", "kind", "document", "code", "text"),
    [
        ("create_job", "JobInfo", {"nodes": []}, "DLF.3004", "The job name cannot be left blank."),
        ("create_job", "JobInfo", {"name": "a/b", "nodes": []}, "DLF.3018", "The job name is invalid."),
        ("create_job", "JobInfo", {"name": "空"}, "DLF.3025", "The job scheduling parameter is invalid."),
        (
            "create_script",
            "ScriptInfo",
            {"name": "空", "content": ""},
            "DLF.6247",
            "The script type is not specified.",
        ),
        (
            "create_resource",
            "ResourceInfo",
            {"name": "空", "location": "obs://b/k", "directory": "/"},
            "DLF.6263",
            "The resource type is invalid.",
        ),
    ],
)
def test_a_refused_document_says_what_is_wrong(
    sdk: Sdk, operation: str, kind: str, document: Document, code: str, text: str
) -> None:
    """The sentence of the documents, then every error with its place."""
    refused = sdk.error(operation, body=sdk.body(kind, document))
    assert refused.error_code == code
    assert refused.error_msg.startswith(f"{text} $")


@pytest.mark.parametrize("kind", ["jobs", "scripts", "resources"])
@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"limit": 0}, "limit must be a whole number from 1 to {highest}."),
        ({"limit": 1001}, "limit must be a whole number from 1 to {highest}."),
        ({"offset": -1}, "offset must be a whole number from 0."),
    ],
)
def test_bad_paging(sdk: Sdk, kind: str, query: Document, detail: str) -> None:
    """By the operation where the SDK has fields for it, else by its `call_api`."""
    highest = 1000 if kind == "jobs" else 100
    with pytest.raises(ClientRequestException) as refused:
        if sdk.name == "dgc":
            sdk(f"list_{kind}", **query)
        else:
            sdk.send("GET", kind, **query)
    assert refused.value.status_code == 400
    assert pair(refused.value) == (
        "DLF.3051",
        f"The request parameter is invalid. {detail.format(highest=highest)}",
    )


@pytest.mark.parametrize("operation", ["list_jobs", "list_scripts", "list_resources"])
def test_an_unknown_workspace(sdk: Sdk, operation: str) -> None:
    error = sdk.error(operation, workspace="0" * 32)
    assert pair(error) == NO_WORKSPACE


def test_without_a_workspace_it_is_the_default_one(sdk: Sdk, portal: Portal, key: Key) -> None:
    """The header is absent when the request has no workspace; the project of the scene has no default."""
    sample = Sdk(sdk.name, portal.url, key, SAMPLE_PROJECT)
    assert sample.request("export_job", job_name="myJob").workspace is None
    default, named = (
        sample("export_job", workspace=workspace, job_name="myJob").raw_content
        for workspace in (None, SAMPLE_DEFAULT)
    )
    assert default == named
    assert pair(sdk.error("list_jobs", workspace=None)) == NO_WORKSPACE


@pytest.mark.parametrize("operation", sorted(CATALOGUE))
def test_a_wrong_secret_is_401(sdk: Sdk, portal: Portal, key: Key, operation: str) -> None:
    """Whatever the operation: nothing is told before the signature holds."""
    stranger = Sdk(sdk.name, portal.url, (key[0], "x" * 40), sdk.project, sdk.workspace)
    names = {"job_name": "a", "script_name": "a", "resource_id": "a", "task_id": "a", "body": {}}
    known = getattr(stranger.models, type(stranger.request(operation)).__name__).attribute_map
    fields = {field: value for field, value in names.items() if field in known}
    with pytest.raises(ClientRequestException) as refused:
        stranger(operation, **fields)
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")
    assert refused.value.error_msg.startswith("Incorrect IAM authentication information: ")


def test_a_project_of_nobody_is_403(sdk: Sdk, portal: Portal, key: Key) -> None:
    stranger = Sdk(sdk.name, portal.url, key, secrets.token_hex(16))
    with pytest.raises(ClientRequestException) as refused:
        stranger("list_jobs")
    assert (refused.value.status_code, refused.value.error_code) == (403, "APIGW.0302")


@pytest.mark.parametrize(
    ("scene", "operation"),
    [(name, operation) for name in CLIENTS for operation in UNSUPPORTED[name]],
    indirect=["scene"],
)
def test_what_a_catalogue_does_not_do(stocked: Scene, operation: str) -> None:
    """Known paths answer a clear error; a job or script that is not there is told first."""
    sdk = stocked.sdk
    fields = UNSUPPORTED[sdk.name][operation]
    refused = sdk.error(operation, **fields)
    assert refused.error_code == "DLF.9901"
    assert refused.error_msg.startswith("This service only stores job definitions; ")
    for field_name, missing in (("job_name", NO_JOB), ("script_name", NO_SCRIPT)):
        if field_name in fields:
            assert pair(sdk.error(operation, **{**fields, field_name: ABSENT})) == missing


def test_every_unsupported_operation_was_driven(sdk: Sdk, request: pytest.FixtureRequest) -> None:
    check_driven(request, sdk.refused, set(UNSUPPORTED[sdk.name]))
