"""Imports beside their floor, and packages of extreme shapes.

`python -m bench.run bench.imports DATABASE`
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.databases import ROOT, cache_folder, new_portal
from bench.goals import Goal, report
from bench.processes import family, pss
from bench.rounds import Figure
from bench.sizes import sizes

LOOK_SECONDS = 0.1
"""How often the memory of an import is looked at."""
SCRIPTS, SCRIPTS_SECONDS, SCRIPTS_MEMORY = 200_000, 60.0, 300.0
NUMBERS_SECONDS = 3.0
MADE_BY = ("bench/packages.py", "bench/data.py", "dlfportal/formats/jsontext.py")


@dataclass(frozen=True, slots=True)
class Timed:
    """One run: seconds, those of its longest transaction, what came of it, and the most MiB it held.

    The memory is that of the process and all it starts, what they share counted once.
    """

    seconds: float
    longest: float
    outcome: str
    peak: float


def main(database: str) -> None:
    """Measure the import of the catalogue of the exports, then the packages of extreme shapes."""
    _beside_floor(database)
    _small_scripts(database)
    _tiny_numbers(database)


def _beside_floor(database: str) -> None:
    jobs = sizes().jobs
    path = package("jobs", jobs)
    runs: dict[str, list[Timed]] = {"floor": [], "import": []}
    for _ in range(sizes().import_rounds):
        for how, found in runs.items():
            found.append(timed(database, how, path))
    print(f"\nimport of {jobs} jobs with {jobs * 2} scripts, {path.stat().st_size / 1e6:.0f} MB of zip")
    for how, found in runs.items():
        seconds = Figure.of([run.seconds for run in found])
        held, peak = max(run.longest for run in found), max(run.peak for run in found)
        print(f"  {how:8}{seconds.show():>24} s   longest transaction {held:.2f} s   peak {peak:.0f} MiB")
    ratio = Figure.ratio([run.seconds for run in runs["import"]], [run.seconds for run in runs["floor"]])
    longest = Figure.of([run.longest for run in runs["import"]])
    print()
    report(Goal("import / its floor", database, ratio.median, 2.0, "x", note=ratio.show()))
    report(Goal("longest transaction of an import", database, longest.median, 2.0, "s", note=longest.show()))


def _small_scripts(database: str) -> None:
    count = sizes().scripts
    run = timed(database, "import", package("scripts", count))
    part = "" if count == SCRIPTS else f", {count} of them"
    limit = SCRIPTS_SECONDS * count / SCRIPTS
    print(f"\n{count} small scripts: {run.seconds:.1f} s, {run.peak:.0f} MiB, {run.outcome}")
    report(
        Goal(f"import of {SCRIPTS} small scripts{part}", database, run.seconds, limit, "s", note=run.outcome)
    )
    report(Goal(f"memory of that import{part}", database, run.peak, SCRIPTS_MEMORY, "MiB"))


def _tiny_numbers(database: str) -> None:
    count = sizes().numbers
    run = timed(database, "import", package("numbers", count))
    print(f"\n{count} tiny numbers in one file: {run.seconds:.1f} s, {run.peak:.0f} MiB, {run.outcome[:200]}")
    what = f"{count} tiny numbers in one file"
    report(Goal(what, database, run.seconds, NUMBERS_SECONDS, "s", note=run.outcome[:60]))


def timed(database: str, how: str, path: Path) -> Timed:
    """Run `how` ("floor" or "import") on a package in a new process with a new database."""
    with new_portal(database) as portal:
        command = [sys.executable, "-m", "bench.run", "bench.importing", how, str(path)]
        process = subprocess.Popen(
            command, env=portal.environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, pss(list(family(process.pid))))
            time.sleep(LOOK_SECONDS)
        printed = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"{how} of {path.name} ended with {process.returncode}")
    return Timed(**json.loads(printed.splitlines()[-1]), peak=peak)


def package(what: str, number: int) -> Path:
    """Return the file of a package, made unless an earlier run left it; see `bench.packages`."""
    digest = hashlib.sha256(b"".join((ROOT / place).read_bytes() for place in MADE_BY)).hexdigest()
    path = cache_folder() / f"{what}-{number}-{digest[:12]}.zip"
    if not path.exists():
        command = [sys.executable, "-m", "bench.run", "bench.packages", what, str(number), str(path)]
        subprocess.run(command, cwd=ROOT, check=True)
    return path
