"""Runs the measurements and prints them: ratios count, the seconds are this machine's."""

from __future__ import annotations

import os
import random
import statistics
import tempfile
from pathlib import Path

JOBS, SCRIPTS_A_JOB = 10_000, 2
ROUNDS, SECONDS = 5, 3.0
IMPORT_ROUNDS = 3
SINGLE, MANY = "5" * 32, "6" * 32


def main() -> None:
    """Measure in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="dlf-bench-") as folder:
        os.environ.update(DLF_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="bench.settings")
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        Path(folder, "static").mkdir()
        _measure(Path(folder))


def _measure(folder: Path) -> None:
    from bench.server import Server

    token = _prepare()
    server = Server(folder)
    try:
        _single(server, token)
        _many(server, token)
        _import(folder)
    finally:
        server.stop()


def _prepare() -> str:
    """Make the two catalogues and return a token for both projects' superuser."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    from bench.data import fill, job, script
    from dlfportal.access.services import ProjectScope, token_issue

    call_command("migrate", verbosity=0)
    User.objects.create_superuser("bench", password="bench")
    chance = random.Random(1)
    names = [f"script_{number:02}" for number in range(50)]
    fill(SINGLE, [*(script(name, 20_000, chance) for name in names), job("big", names, 25_000, chance)])
    total = fill(
        MANY,
        (
            row
            for number in range(JOBS)
            for row in (
                script(f"script_{number:05}_a", 10_000, chance),
                script(f"script_{number:05}_b", 10_000, chance),
                job(f"job_{number:05}", [f"script_{number:05}_{end}" for end in "ab"], 6_000, chance),
            )
        ),
    )
    print(f"catalogue: {JOBS} jobs, {JOBS * SCRIPTS_A_JOB} scripts, {total / 1e6:.0f} MB of documents")
    issued = token_issue(username="bench", password="bench", project=ProjectScope(id=SINGLE))
    connection.close()
    if issued is None:
        raise RuntimeError("no token")
    return issued.text


def _single(server: object, token: str) -> None:
    """A job with 50 scripts of 20 KB: requests per second beside the floor's, in alternating rounds."""
    from bench.server import Server

    assert isinstance(server, Server)
    headers = {"X-Auth-Token": token, "Content-Type": "application/json"}
    export = f"/v1/{SINGLE}/jobs/big/export"
    size = server.stream(export, headers).size
    paths = {
        "export": export,
        "floor: token, one row, one audit row": f"/bench/floor/{size}",
        "constant answer": f"/bench/constant/{size}",
    }
    rates: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(ROUNDS):
        for name, path in paths.items():
            rates[name].append(server.rate(path, headers, '{"exportDepend":true}', SECONDS))
    print(f"\none job with 50 scripts of 20 KB ({size / 1000:.0f} kB zip), median of {ROUNDS} rounds")
    for name, found in rates.items():
        print(f"  {name:40}{statistics.median(found):8.0f} requests/s   {_spread(found)}")
    ratio = statistics.median(rates["export"]) / statistics.median(list(rates.values())[1])
    print(f"  export / floor = {ratio:.2f} (goal: at least 0.50)")


def _many(server: object, token: str) -> None:
    """The whole workspace as a stream, beside reading its rows and beside zipfile."""
    from bench.server import Server, Stream

    assert isinstance(server, Server)
    runs: dict[str, list[Stream]] = {"read": [], "export": [], "zipfile": []}
    for turn in range(ROUNDS):
        for how, found in runs.items():
            if how != "zipfile" or turn < 2:
                found.append(server.stream(f"/bench/many/{MANY}/{how}", {"X-Auth-Token": token}))
    print(f"\n{JOBS} jobs with {JOBS * SCRIPTS_A_JOB} scripts as one stream, median of {ROUNDS} rounds")
    for how, found in runs.items():
        seconds = statistics.median(run.seconds for run in found)
        first = statistics.median(run.first_byte for run in found) * 1000
        growth = max(run.growth for run in found)
        print(
            f"  {how:10}{seconds:7.2f} s   first byte {first:6.1f} ms   "
            f"memory +{growth:5.1f} MiB   {found[0].size / 1e6:.0f} MB"
        )
    ratio = statistics.median(run.seconds for run in runs["export"]) / statistics.median(
        run.seconds for run in runs["read"]
    )
    print(f"  export / read = {ratio:.2f} (goal: at most 1.5)")


def _import(folder: Path) -> None:
    """The same catalogue as a package that comes into an empty portal, beside the floor of its bytes."""
    from django.contrib.auth.models import User

    from bench.imports import Timed, timed
    from dlfportal.access.models import Workspace
    from dlfportal.audit.actor import Actor, Via
    from dlfportal.catalogue.selectors import object_list
    from dlfportal.formats.kinds import Kind
    from dlfportal.transfer.export import export_jobs

    workspace = Workspace.objects.get(pk=MANY)
    actor = Actor(User.objects.get(username="bench"), Via.COMMAND)
    path = folder / "jobs.zip"
    with path.open("wb") as file:
        file.writelines(
            export_jobs(actor=actor, workspace=workspace, jobs=object_list(workspace, Kind.JOB)).stream
        )
    runs: dict[str, list[Timed]] = {"floor": [], "import": []}
    for _ in range(IMPORT_ROUNDS):
        for how, found in runs.items():
            found.append(timed(how, path))
    print(f"\nimport of {JOBS} jobs with {JOBS * SCRIPTS_A_JOB} scripts, median of {IMPORT_ROUNDS} rounds")
    for how, found in runs.items():
        seconds = statistics.median(run.seconds for run in found)
        longest = max(run.longest for run in found)
        peak = max(run.peak for run in found)
        print(f"  {how:10}{seconds:7.2f} s   longest transaction {longest:5.2f} s   peak {peak:.0f} MiB")
    ratio = statistics.median(run.seconds for run in runs["import"]) / statistics.median(
        run.seconds for run in runs["floor"]
    )
    print(f"  import / floor = {ratio:.2f} (goal: at most 3)")


def _spread(found: list[float]) -> str:
    return f"({min(found):.0f} to {max(found):.0f})"


if __name__ == "__main__":
    main()
