"""What the page of the API offers to send: bodies by the name of their component."""

from __future__ import annotations

from typing import Any

PATH_EXAMPLE = "obs://bucket/folder/DLF_myJob.zip"
PASSWORD_EXAMPLE = {"name": "admin", "password": "...", "domain": {"name": "team"}}
EXAMPLES: dict[str, Any] = {
    "TokenRequest": {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": PASSWORD_EXAMPLE}},
            "scope": {"project": {"id": "b384b9e9ab9b4ee8994c8633aabc9505"}},
        }
    },
    "Job": {
        "name": "daily_load",
        "processType": "BATCH",
        "directory": "/sales",
        "nodes": [
            {
                "name": "load",
                "type": "DLISQL",
                "location": {"x": "0", "y": "0"},
                "preNodeName": [],
                "properties": [{"name": "scriptName", "value": "load_orders"}],
            }
        ],
        "schedule": {"type": "EXECUTE_ONCE"},
    },
    "Script": {"name": "load_orders", "type": "DLISQL", "content": "SELECT 1;", "directory": "/sales"},
    "ScriptChange": {"content": "SELECT 2;"},
    "Resource": {
        "name": "orders_lib",
        "type": "jar",
        "location": "obs://bucket/orders.jar",
        "directory": "/",
    },
    "Export": {"exportDepend": True},
    "BatchExport": {"jobList": ["myJob", "daily_load"], "exportDepend": True},
    "Import": {"path": PATH_EXAMPLE, "sameNamePolicy": "OVERWRITE"},
    "CheckFile": {"path": PATH_EXAMPLE},
}
