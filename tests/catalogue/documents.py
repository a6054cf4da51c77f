"""Plain documents, for tests that watch what the services make of them."""

from __future__ import annotations

from typing import Any


def script(name: str = "load", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "DLISQL", "content": "SELECT 1;\n", "directory": "/", **more}


def resource(name: str = "lib", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "jar", "location": f"obs://libs/{name}.jar", "directory": "/", **more}


def job(name: str = "nightly", **more: Any) -> dict[str, Any]:
    schedule = {"type": "EXECUTE_ONCE"}
    return {"name": name, "nodes": [], "schedule": schedule, "processType": "BATCH", "directory": "/", **more}


def cdm_job(name: str = "copy", **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"job_type": "NORMAL_JOB", "name": name}
    for side in ("from", "to"):
        body |= {f"{side}-link-name": f"{side}_link", f"{side}-connector-name": "generic-jdbc-connector"}
        body |= {f"{side}-config-values": {"configs": []}}
    return {"jobs": [body | {"driver-config-values": {"configs": []}} | more]}
