"""One import, or its floor, in a process and a database of its own.

`python -m bench.run bench.importing HOW FILE` prints a JSON object: see `Timed`.
"""

from __future__ import annotations

import hashlib
import json
import time
import zipfile
import zlib
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper

from bench.filling import superuser
from dlfportal.access.models import Project, Workspace
from dlfportal.catalogue.models import Content
from dlfportal.transfer.imports.execute import import_file
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.models import RunStatus

WORKSPACE = "7" * 32
ROWS_A_WRITE = 200


def main(how: str, package: str) -> None:
    """Prepare a database, run "floor" or "import", and print seconds, longest transaction, and outcome."""
    call_command("migrate", verbosity=0)
    held = _watch_transactions()
    run = {"floor": _floor, "import": _import}[how]
    started = time.perf_counter()
    outcome = run(Path(package))
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "longest": max(held, default=0.0), "outcome": outcome}))


def _floor(package: Path) -> str:
    """Parse each document with the stdlib and insert its deflated bytes with bulk_create: no more."""
    with zipfile.ZipFile(package) as archive, package.open("rb") as file:
        infos = iter(archive.infolist())
        while batch := list(islice(infos, ROWS_A_WRITE)):
            rows = []
            for info in batch:
                file.seek(info.header_offset + 30 + len(info.filename.encode()))
                packed = file.read(info.compress_size)
                data = zlib.decompress(packed, -15)
                json.loads(data)
                rows.append(
                    Content(
                        sha256=hashlib.sha256(data).hexdigest(),
                        size=len(data),
                        crc32=info.CRC,
                        stored=len(packed),
                        data=packed,
                    )
                )
            Content.objects.bulk_create(rows)
    return "written"


def _import(package: Path) -> str:
    """Import into an empty workspace; return the state of the import, and why it failed if it did."""
    actor = superuser()
    project = Project.objects.create(pk=WORKSPACE, name="bench")
    workspace = Workspace.objects.create(pk=WORKSPACE, project=project, name="default")
    with package.open("rb") as file:
        run = import_file(
            actor=actor, workspace=workspace, file=file, source=package.name, options=ImportOptions()
        )
    return "written" if run.status == RunStatus.SUCCESSFUL else f"refused: {run.message % run.params}"


def _watch_transactions() -> list[float]:
    """Note how long each outermost transaction takes, on every connection, in the list that is returned."""
    held: list[float] = []
    switch = BaseDatabaseWrapper.set_autocommit
    began: dict[int, float] = {}

    def noted(connection: BaseDatabaseWrapper, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        switch(connection, autocommit, *args, **kwargs)
        if not autocommit:  # SQLite has its one write lock from here on
            began[id(connection)] = time.perf_counter()
        elif (since := began.pop(id(connection), None)) is not None:
            held.append(time.perf_counter() - since)

    BaseDatabaseWrapper.set_autocommit = noted  # type: ignore[method-assign, assignment]
    return held
