"""Runs the parts one after the other, each in a process of its own, and prints every goal at the end.

`PART` names one part; `QUICK=1` measures less, on SQLite only; `ONLY` is a regular expression that
names the pages and calls whose growth is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.databases import POSTGRES, ROOT, SERVER, kept_server
from bench.goals import KEPT_IN, gathered
from bench.sizes import is_quick, sizes
from tests.postgres import postgres_folder

PARTS = {
    "compare": "bench.comparing",
    "growth": "bench.growth.compare",
    "heart": "bench.heart",
    "import": "bench.imports",
    "memory": "bench.memory",
    "plans": "bench.plans",
}


def main() -> int:
    """Measure what the environment asks for."""
    part = os.environ.get("PART", "")
    if part and part not in PARTS:
        print(f"PART must be one of {', '.join(PARTS)}, not {part!r}")
        return 2
    started = time.perf_counter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dlf-bench-")))
        goals = folder / "goals"
        goals.touch()
        os.environ |= {
            KEPT_IN: str(goals),
            "DLF_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        for database in _databases(stack):
            for name in [part] if part else PARTS:
                _run(name, database)
        _summary(goals, time.perf_counter() - started)
    return 0


def _databases(stack: ExitStack) -> list[str]:
    """Return the databases that are measured; PostgreSQL's server runs for as long as `stack` is open."""
    wanted = list(sizes().databases)
    if is_quick():
        print("QUICK: smaller catalogues, fewer rounds, SQLite only; its figures prove nothing")
    elif programs := postgres_folder():
        os.environ[SERVER] = stack.enter_context(kept_server(programs))
    else:
        print("PostgreSQL is not installed here: only SQLite is measured")
        wanted.remove(POSTGRES)
    return wanted


def _run(part: str, database: str) -> None:
    """Measure one part on one database; one that breaks off is named, and the others go on."""
    print(f"\n== {part}, {database}", flush=True)
    command = [sys.executable, "-m", "bench.run", PARTS[part], database]
    if code := subprocess.run(command, cwd=ROOT).returncode:
        print(f"  this part broke off (exit code {code})", flush=True)


def _summary(goals: Path, seconds: float) -> None:
    found = list(gathered(goals))
    met = sum(goal.is_met for goal in found)
    print(f"\n== {met} of {len(found)} goals met, after {seconds:.0f} s")
    for goal in found:
        print(f"  {goal.line}")


if __name__ == "__main__":
    sys.exit(main())
