"""A project of an SDK's own, and what one does there with a package."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.live.sdk.client import Document, Sdk

IMPORT_SECONDS = 60


@dataclass
class Scene:
    """A project of an SDK's own: the workspace it works in, another one, and a bucket of both."""

    sdk: Sdk
    copy: str
    bucket: str
    folder: Path
    documents: dict[str, Document] = field(default_factory=dict)
    """What the SDK sent, by the path in a package."""

    def put(self, name: str, content: bytes) -> str:
        """Put a file into the bucket and return its path."""
        (self.folder / name).write_bytes(content)
        return f"obs://{self.bucket}/{name}"

    def take(self, path: str, **options: Any) -> Any:
        """Import a package by the SDK, wait for the end of the task and return it."""
        workspace = options.pop("workspace", self.sdk.workspace)
        body = self.sdk.body("ImportFileReq", {"path": path, **options})
        task = self.sdk("import_job", workspace=workspace, body=body).task_id
        deadline = time.monotonic() + IMPORT_SECONDS
        while (told := self.sdk("list_system_tasks", workspace=workspace, task_id=task)).status == "RUNNING":
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        assert told.id == task
        return told
