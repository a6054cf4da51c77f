"""A PostgreSQL server for one run of the suite: made, used and thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = "-c fsync=off -c full_page_writes=off -c max_connections=100"


def postgres_folder() -> Path | None:
    """Return the folder of `initdb` and `pg_ctl`, or None where no server is installed."""
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1].parent if debian else None


@contextmanager
def throwaway_postgres(programs: Path) -> Iterator[str]:
    """Yield the URL of a fresh server that ends with the block.

    The server refuses to run as root: as root it is started as the user `postgres`.
    """
    data = Path(tempfile.mkdtemp(prefix="dlf-postgres-"))
    port = _free_port()
    owner = pwd.getpwnam("postgres").pw_uid if os.getuid() == 0 else os.getuid()
    os.chown(data, owner, -1)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), *arguments]
        subprocess.run(command, user=owner, cwd=data, check=True, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data / "db"), "-U", "dlf", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -k {data} -h 127.0.0.1 {FAST}"
    run("pg_ctl", "-D", str(data / "db"), "-l", str(data / "log"), "-o", options, "-w", "start")
    try:
        yield f"postgres://dlf@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", str(data / "db"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(data)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
