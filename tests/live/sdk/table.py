"""The operations of both SDKs by name: what the catalogue does, and what it does not."""

from __future__ import annotations

import pytest

from tests.live.sdk.client import Document

# What the catalogue does. `test_objects.py` and `test_packages.py` drive every one, with both SDKs.
OBJECTS = {
    "create_script", "list_scripts", "show_script", "update_script", "delete_script",
    "create_resource", "list_resources", "show_resource", "update_resource", "delete_resource",
    "create_job", "list_jobs", "show_job", "update_job", "delete_job",
}  # fmt: skip
STATUS = {"show_job_status", "list_job_instances"}
PACKAGES = {"export_job", "export_job_list", "show_file_info", "import_job", "list_system_tasks"}
CATALOGUE = OBJECTS | STATUS | PACKAGES

INSTANCE = {"job_name": "myJob", "instance_id": "1"}
SCRIPT_RUN = {"script_name": "TRIP_RAW_STANDARD", "instance_id": "1"}
CONNECTION = {"connection_name": "dws"}

# What a catalogue does not do, with what each request says: all answer DLF.9901 in `test_refusals.py`.
RUNNING: dict[str, Document] = {
    "start_job": {"job_name": "myJob", "body": {"jobParams": []}},
    "stop_job": {"job_name": "myJob"},
    "run_once": {"job_name": "myJob", "body": {"jobParams": [{"name": "day", "value": "1"}]}},
    "show_job_instance": INSTANCE,
    "stop_job_instance": INSTANCE,
    "restore_job_instance": INSTANCE,
    "execute_script": {"script_name": "TRIP_RAW_STANDARD", "body": {"params": {}}},
    "list_script_results": SCRIPT_RUN,
    "cancel_script": SCRIPT_RUN,
}
CONNECTIONS: dict[str, Document] = {
    "create_connection": {"body": {"name": "dws", "type": "DWS", "config": {}}},
    "list_connections": {},
    "show_connection": CONNECTION,
    "update_connection": {**CONNECTION, "body": {"name": "dws", "type": "DWS", "config": {}}},
    "delete_connction": CONNECTION,  # so it is spelled in the SDK
    "export_connections": {},
    "import_connections": {"body": {"path": "obs://bucket/connections.zip"}},
    "show_directory_tree": {},
}
UNSUPPORTED = {"dlf": {**RUNNING, **CONNECTIONS}, "dgc": RUNNING}


def check_driven(request: pytest.FixtureRequest, done: set[str], table: set[str]) -> None:
    """Check, as the last test of a file, that its tests drove all of `table`: no row is only a name."""
    ran = {getattr(item, "originalname", "") for item in request.session.items}
    if any(name.startswith("test_") and name not in ran for name in vars(request.module)):
        pytest.skip("only a part of the file was run")
    assert done >= table
