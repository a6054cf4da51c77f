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
BODY = '{"exportDepend":true}'
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

    token, key = _prepare()
    server = Server(folder)
    try:
        _single(server, token, key)
        _many(server, token)
        _import(folder)
    finally:
        server.stop()


def _prepare() -> tuple[str, tuple[str, str]]:
    """Make the two catalogues; return a token and (access key, secret key) of both projects' superuser."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    from bench.data import fill, job, script
    from dlfportal.access.keys import access_key_create
    from dlfportal.access.services import ProjectScope, token_issue
    from dlfportal.audit.actor import Actor, Channel

    call_command("migrate", verbosity=0)
    user = User.objects.create_superuser("bench", password="bench")
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
    key = access_key_create(actor=Actor(user, Channel.COMMAND), user=user)
    connection.close()
    if issued is None:
        raise RuntimeError("no token")
    return issued.text, (key.row.access_key, key.secret)


def _single(server: object, token: str, key: tuple[str, str]) -> None:
    """A job with 50 scripts of 20 KB: requests per second beside the floor's, in alternating rounds."""
    from bench.server import Server

    assert isinstance(server, Server)
    plain = {"X-Auth-Token": token, "Content-Type": "application/json"}
    export = f"/v1/{SINGLE}/jobs/big/export"
    size = server.stream(export, plain).size
    requests = {
        "export": (export, plain),
        "floor: token, one row, one audit row": (f"/bench/floor/{size}", plain),
        "export, signed": (export, _signed(server.port, key, export)),
        "constant answer": (f"/bench/constant/{size}", plain),
    }
    rates: dict[str, list[float]] = {name: [] for name in requests}
    for _ in range(ROUNDS):
        for name, (path, headers) in requests.items():
            rates[name].append(server.rate(path, headers, BODY, SECONDS))
    print(f"\none job with 50 scripts of 20 KB ({size / 1000:.0f} kB zip), median of {ROUNDS} rounds")
    for name, found in rates.items():
        print(f"  {name:40}{statistics.median(found):8.0f} requests/s   {_spread(found)}")
    export_rate, floor_rate, signed_rate, _constant = map(statistics.median, rates.values())
    print(f"  export / floor = {export_rate / floor_rate:.2f} (goal: at least 0.50)")
    print(f"  signed / floor = {signed_rate / floor_rate:.2f}")


def _signed(port: int, key: tuple[str, str], address: str) -> dict[str, str]:
    """Return the headers of a signed request, good for the fifteen minutes of its clock window."""
    from tests.signing import authorization, date_now

    headers = {"Host": f"127.0.0.1:{port}", "X-Sdk-Date": date_now(), "Content-Type": "application/json"}
    return {**headers, "Authorization": authorization(key, "POST", address, headers, BODY.encode())}


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
    from dlfportal.audit.actor import Actor, Channel
    from dlfportal.catalogue.selectors import object_list
    from dlfportal.formats.kinds import Kind
    from dlfportal.transfer.exports.package import export_jobs

    workspace = Workspace.objects.get(pk=MANY)
    actor = Actor(User.objects.get(username="bench"), Channel.COMMAND)
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
