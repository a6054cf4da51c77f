"""`make test`: the whole suite on SQLite, then on PostgreSQL what can differ there.

`DLF_TEST_ALL=1` (set by `.ci/run`) makes an absent browser or PostgreSQL a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.postgres import postgres_folder, throwaway_postgres
from tests.tools import everything_must_run

PYTEST = [sys.executable, "-m", "pytest", "--numprocesses=auto", "--quiet"]
ONCE = (
    "tests/formats",
    "tests/serving",
    "tests/architecture/test_layers.py",
    "tests/architecture/test_messages.py",
    "tests/architecture/test_settings.py",
    "tests/commands/test_prepare.py",
)
"""What meets no database, or only one of its own: a second pass would find what the first one did."""
ON_POSTGRES = ["-m", "not browser", *(f"--ignore={path}" for path in ONCE)]


def main() -> int:
    """Run both passes and return the exit code of the first that failed."""
    print("== the suite on SQLite", flush=True)
    code = _run(["-m", "not postgres"], None)
    programs = postgres_folder()
    if programs is None:
        return code or _without_postgres()
    print("== the suite on PostgreSQL", flush=True)
    with throwaway_postgres(programs) as url:
        return code or _run(ON_POSTGRES, url)


def _run(which: list[str], database_url: str | None) -> int:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    return subprocess.run([*PYTEST, *which, *sys.argv[1:]], env=environment).returncode


def _without_postgres() -> int:
    listing = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "--quiet", *ON_POSTGRES],
        capture_output=True,
        text=True,
    )
    count = sum("::" in line for line in listing.stdout.splitlines())
    print(f"{count} tests skipped on PostgreSQL: no server is installed")
    return int(everything_must_run())


if __name__ == "__main__":
    sys.exit(main())
