"""A PostgreSQL server for one run of the suite: made, used and thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

FAST = "-c fsync=off -c full_page_writes=off -c max_connections=100"


def postgres_folder() -> Path | None:
    """Return the folder of `initdb` and `pg_ctl`, or None where no server is installed."""
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1].parent if debian else None


class PostgresServer:
    """A server that ends with the `with` block; it can be stopped and started within.

    It is fresh, and thrown away at the end, unless `folder` says where its databases are kept. PostgreSQL
    refuses to run as root: as root it is started as the user `postgres`.
    """

    def __init__(self, programs: Path, *, options: str = FAST, folder: Path | None = None) -> None:
        self.programs = programs
        self.options = options
        self.is_kept = folder is not None
        self.data = folder or Path(tempfile.mkdtemp(prefix="dlf-postgres-"))
        self.data.mkdir(exist_ok=True)
        self.port = _free_port()
        self.owner = pwd.getpwnam("postgres").pw_uid if os.getuid() == 0 else os.getuid()
        os.chown(self.data, self.owner, -1)
        self.url = f"postgres://dlf@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        database = self.data / "db"
        if not database.exists():
            encoding = ("--encoding=UTF8", "--locale=C.UTF-8")
            self._run("initdb", "-D", str(database), "-U", "dlf", "--auth=trust", *encoding)
        elif (database / "postmaster.pid").exists():
            with suppress(subprocess.CalledProcessError):  # a run that was killed left it, and it may run
                self._end("fast")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_kept:
            self._end("fast")
        else:
            self.stop()
            shutil.rmtree(self.data)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-p {self.port} -k {self.data} -h 127.0.0.1 {self.options}"
        log = str(self.data / "log")
        self._run("pg_ctl", "-D", str(self.data / "db"), "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """Kill the server as a crash does."""
        self._end("immediate")

    def _end(self, mode: str) -> None:
        self._run("pg_ctl", "-D", str(self.data / "db"), "-m", mode, "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, user=self.owner, cwd=self.data, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def throwaway_postgres(programs: Path) -> Iterator[str]:
    """Yield the URL of a fresh server that ends with the block."""
    with PostgresServer(programs) as server:
        yield server.url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
