"""The portals that are measured: a data folder and a database each, on SQLite or on PostgreSQL."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.postgres import PostgresServer

ROOT = Path(__file__).resolve().parent.parent
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
SERVER = "DLF_BENCH_POSTGRES"
"""The variable that holds the address of the PostgreSQL server of this run."""
SAFE = "-c max_connections=100 -c shared_buffers=256MB"
"""Unlike the suite's server this one waits for the disk: what it acknowledges is kept."""
DERIVED_BY = (
    "bench/data.py",
    "bench/twins.py",
    "bench/filling.py",
    "bench/growth/documents.py",
    "bench/growth/fill.py",
    "dlfportal/catalogue/**/*.py",
)
"""The code that decides what a filled database holds, beside the migrations."""


@dataclass(frozen=True, slots=True)
class Portal:
    """One portal: its data folder, and its database if that is not the folder's SQLite file."""

    folder: Path
    url: str = ""

    @property
    def database(self) -> str:
        """The database by its name for people."""
        return POSTGRES if self.url else SQLITE

    def environment(self, settings: str = "bench.settings") -> dict[str, str]:
        """Return the environment of a process of this portal."""
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        own = {"DLF_DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": settings, "LOG_LEVEL": "ERROR"}
        return kept | own | ({"DATABASE_URL": self.url} if self.url else {})

    def run(self, *arguments: str, settings: str = "bench.settings") -> str:
        """Run a Python command of this portal and return what it printed."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, env=self.environment(settings), cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}")
        return done.stdout


@contextmanager
def new_portal(database: str) -> Iterator[Portal]:
    """Yield an empty portal, not yet migrated, that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="dlf-bench-") as name:
        folder = Path(name)
        (folder / "static").mkdir()
        if database == SQLITE:
            yield Portal(folder)
        else:
            url = _database_make(folder.name)
            yield Portal(folder, url)
            _database_drop(folder.name)


@contextmanager
def copy_of(portal: Portal) -> Iterator[Portal]:
    """Yield a copy of a filled portal that is thrown away: measuring writes, too."""
    with tempfile.TemporaryDirectory(prefix="dlf-bench-") as name:
        folder = Path(name) / "data"
        shutil.copytree(portal.folder, folder)
        (folder / "static").mkdir(exist_ok=True)
        if not portal.url:
            yield Portal(folder)
        else:
            url = _database_make(Path(name).name, template=urlsplit(portal.url).path[1:])
            yield Portal(folder, url)
            _database_drop(Path(name).name)


def filled_portal(database: str, module: str, jobs: int) -> Portal:
    """Return the portal that `module` filled with `jobs` jobs, by an earlier run if it is still the same.

    It is filled anew when the migrations or the code that decides what it holds have changed.
    """
    name = f"{module.replace('.', '_')}_{jobs}"
    folder = cache_folder() / database.lower() / name
    marker = folder / "made-by"
    url = _url_of(name) if database == POSTGRES else ""
    portal = Portal(folder, url)
    if marker.exists() and marker.read_text() == _state():
        return portal
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if url:
        _database_drop(name)
        _database_make(name)
    started = time.perf_counter()
    portal.run("-m", "bench.run", module, str(jobs))
    print(f"  filled {database} with {jobs} jobs in {time.perf_counter() - started:.0f} s", flush=True)
    marker.write_text(_state())
    return portal


def cache_folder() -> Path:
    """Return where filled databases are kept between runs; the user `postgres` can reach it, too."""
    folder = Path(
        os.environ.get("DLF_BENCH_CACHE") or Path(tempfile.gettempdir()) / f"dlf-bench-{os.getuid()}"
    )
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    return folder


@contextmanager
def kept_server(programs: Path) -> Iterator[str]:
    """Yield the URL of a PostgreSQL server whose databases are kept for the next run."""
    folder = cache_folder() / f"server-{programs.parent.name}"
    with PostgresServer(programs, options=SAFE, folder=folder) as server:
        yield server.url


def _state() -> str:
    """Return a digest of what decides what a filled database holds."""
    digest = hashlib.sha256()
    migrations = (ROOT / "dlfportal").glob("*/migrations/*.py")
    code = (path for place in DERIVED_BY for path in ROOT.glob(place))
    for path in sorted({*migrations, *code}):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _url_of(name: str) -> str:
    return urlsplit(os.environ[SERVER])._replace(path=f"/{name}").geturl()


def _database_make(name: str, template: str = "template0") -> str:
    strategy = "" if template == "template0" else " STRATEGY FILE_COPY"
    _execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}')
    return _url_of(name)


def _database_drop(name: str) -> None:
    _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(statement: str) -> None:
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute(statement.encode())
