"""How large a walk is: `DLF_WALK_JOBS=2000` walks the same way among so many further jobs.

Then a worker does what is too much for a request, and the seconds of each step are properties of the tests
(`-o junit_family=xunit1 --junitxml=FILE`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

JOBS = int(os.environ.get("DLF_WALK_JOBS", "0"))
JOBS_A_SCRIPT = 10
PATIENCE = 15_000 + 60 * JOBS
"""So many milliseconds a step may take."""

Record = Callable[[str, object], None]


def documents(jobs: int, connection: str, text: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield entries of a package: jobs, of which ten each share a script. Their names come last in order."""
    for number in range(jobs):
        script = f"walk_script_{number // JOBS_A_SCRIPT:04}"
        properties = [
            {"name": "statementOrScript", "value": "SCRIPT"},
            {"name": "scriptName", "value": script},
            {"name": "connectionName", "value": connection},
            {"name": "note", "value": text},
        ]
        folder = f"/walk/{number // 100}"
        name = f"walk_{number:05}"
        yield (
            f"jobs/{name}/{name}.job",
            {
                "name": name,
                "processType": "BATCH",
                "directory": folder,
                "description": text,
                "schedule": {"type": "EXECUTE_ONCE"},
                "nodes": [{"name": "load", "type": "HiveSQL", "properties": properties}],
            },
        )
        if number % JOBS_A_SCRIPT == 0:
            content = f"SELECT {number};\n{text}"
            document = {"name": script, "type": "HiveSQL", "directory": folder, "content": content}
            yield f"jobs/{name}/{script}.script", document | {"connectionName": connection}


def written(path: Path, entries: dict[str, dict[str, Any]]) -> Path:
    """Write a package, and return its path."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, document in entries.items():
            archive.writestr(name, json.dumps(document))
    return path


@contextmanager
def step(record: Record, name: str) -> Iterator[None]:
    """Note the seconds that a step takes."""
    begun = time.monotonic()
    yield
    record(name, round(time.monotonic() - begun, 2))
