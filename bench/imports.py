"""An import beside its floor, each in a process and a database of its own: `python -m bench.imports ...`."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

WORKSPACE = "7" * 32
ROWS_A_WRITE = 200


@dataclass(frozen=True)
class Timed:
    """One run: seconds, the seconds of its longest transaction, the process's peak memory in MiB."""

    seconds: float
    longest: float
    peak: float


def timed(how: str, package: Path) -> Timed:
    """Run `how` ("floor" or "import") on `package` in a new process with a new database."""
    with tempfile.TemporaryDirectory(prefix="dlf-bench-import-") as folder:
        environment = {**os.environ, "DLF_DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "bench.imports", how, str(package)]
        printed = subprocess.run(
            command, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
    seconds, longest, peak = map(float, printed.split())
    return Timed(seconds, longest, peak)


def main() -> None:
    """Prepare a database and print seconds, longest transaction and peak memory of one run."""
    import django

    django.setup()
    from django.core.management import call_command

    how, package = sys.argv[1:]
    call_command("migrate", verbosity=0)
    transactions = _watch_transactions()
    run = {"floor": _floor, "import": _import}[how]
    started = time.perf_counter()
    run(Path(package))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.3f} {max(transactions, default=0):.3f} {peak:.0f}")


def _floor(package: Path) -> None:
    """Parse each document with the stdlib and insert its deflated bytes with bulk_create: no more."""
    from dlfportal.catalogue.models import Content

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


def _import(package: Path) -> None:
    from django.contrib.auth.models import User

    from dlfportal.access.models import Project, Workspace
    from dlfportal.audit.actor import Actor, Channel
    from dlfportal.transfer.imports.execute import import_file
    from dlfportal.transfer.imports.options import ImportOptions
    from dlfportal.transfer.models import RunStatus

    user = User.objects.create_superuser("bench")
    project = Project.objects.create(pk=WORKSPACE, name="bench")
    workspace = Workspace.objects.create(pk=WORKSPACE, project=project, name="default")
    with package.open("rb") as file:
        run = import_file(
            actor=Actor(user, Channel.COMMAND),
            workspace=workspace,
            file=file,
            source=package.name,
            options=ImportOptions(),
        )
    if run.status != RunStatus.SUCCESSFUL:
        raise RuntimeError(run.message % run.params)


def _watch_transactions() -> list[float]:
    """Note how long each transaction holds SQLite's one write lock, in the list that is returned."""
    from django.db import connection

    held: list[float] = []
    began = [0.0]

    def watch(execute: object, sql: str, params: object, many: object, context: object) -> object:
        if sql.startswith("BEGIN"):
            began[0] = time.perf_counter()
        return execute(sql, params, many, context)  # type: ignore[operator]

    connection.ensure_connection()
    connection.execute_wrappers.append(watch)  # type: ignore[arg-type]
    commit = connection._commit

    def _commit() -> None:
        commit()
        held.append(time.perf_counter() - began[0])

    connection._commit = _commit  # type: ignore[method-assign]
    return held


if __name__ == "__main__":
    main()
