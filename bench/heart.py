"""The exports, beside their floors, in rounds that take turns: `python -m bench.run bench.heart DATABASE`."""

from __future__ import annotations

import json
from contextlib import ExitStack

from bench.data import JOB, KEY_FILE, MANY, SINGLE
from bench.databases import Portal, copy_of, filled_portal
from bench.filling import SUPERUSER, TOKEN
from bench.goals import Goal, report
from bench.rounds import Figure
from bench.server import CLIENTS, THREADS, WORKERS, Rate, Server, Stream, post
from bench.sizes import sizes
from tests.signing import authorization, date_now

BODY = '{"exportDepend":true}'
WITH_TOKEN = {"X-Auth-Token": TOKEN, "Content-Type": "application/json"}
EXPORT = f"/v1/{SINGLE}/jobs/{JOB}/export"
ZIPFILE_ROUNDS = 2


def main(database: str) -> None:
    """Fill a portal unless one is kept, serve a copy of it, and measure."""
    jobs = sizes().jobs
    with ExitStack() as stack:
        portal = stack.enter_context(copy_of(filled_portal(database, "bench.data", jobs)))
        cookie = portal.run("-m", "bench.run", "bench.people", SUPERUSER).strip()
        server = stack.enter_context(Server(portal))
        plain = stack.enter_context(
            Server(portal, settings="bench.plain", application="bench.plain_wsgi", path="/bench/plain/1")
        )
        _single(server, plain, portal, cookie)
        _many(server, database, jobs)


def _single(server: Server, plain: Server, portal: Portal, cookie: str) -> None:
    """A job with 50 scripts of 20 KB: answers per second and processor time beside the floors'."""
    size = server.stream(EXPORT, WITH_TOKEN, BODY).size
    lines = {
        "export": (server, EXPORT, WITH_TOKEN),
        "export, signed": (server, EXPORT, _signed(server.port, portal)),
        "floor: token, one row, one audit row": (server, f"/bench/floor/{size}", WITH_TOKEN),
        "token alone": (server, f"/bench/token/{size}", WITH_TOKEN),
        "DRF, constant answer": (server, f"/bench/drf/{size}", {}),
        "whole stack, signed in, constant answer": (server, f"/bench/signed-in/{size}", {"Cookie": cookie}),
        "whole stack, constant answer": (server, f"/bench/constant/{size}", {}),
        "plain Django, constant answer": (plain, f"/bench/plain/{size}", {}),
    }
    rounds: dict[str, list[Rate]] = {name: [] for name in lines}
    for turn in range(sizes().rounds + 1):
        for name, (at, path, headers) in lines.items():
            found = at.load(post(at.port, path, headers, BODY), sizes().seconds if turn else 0.5)
            if turn:  # the first round warms up
                rounds[name].append(found)
    print(f"\none job with 50 scripts of 20 KB, {size / 1000:.0f} kB of zip, to {CLIENTS} clients")
    print(f"{WORKERS} workers of {THREADS} threads{'answers a second':>34}{'ms of processor each':>26}")
    for name, rates in rounds.items():
        print(f"  {name:42}{_rate(rates).show(0):>22}{_cpu(rates).show(2):>26}")
    _single_goals(portal.database, rounds)


def _single_goals(database: str, rounds: dict[str, list[Rate]]) -> None:
    export, floor = rounds["export"], rounds["floor: token, one row, one audit row"]
    whole, plain = rounds["whole stack, constant answer"], rounds["plain Django, constant answer"]
    signed = rounds["export, signed"]
    print()
    for name, found in (("single export", export), ("single export, signed", signed)):
        note = f"{_cpu(found).show()}; 4 counts as done"
        report(Goal(f"CPU of a {name}", database, _cpu(found).median, 3.0, "ms", note=note))
    note = f"{_times(export, floor).show()}; CPU {_less(export, floor).show()}; 1.5 counts as done"
    what = "single export / floor, requests a second"
    report(Goal(what, database, _times(export, floor).median, 2.0, "x", at_least=True, note=note))
    note = f"{_times(whole, plain).show()}; CPU {_less(whole, plain).show()}"
    what = "whole stack / plain Django, constant answers a second"
    report(Goal(what, database, _times(whole, plain).median, 0.5, "x", at_least=True, note=note))


def _many(server: Server, database: str, jobs: int) -> None:
    """The whole workspace as a stream, beside reading its rows and beside zipfile."""
    runs: dict[str, list[Stream]] = {"read": [], "export": [], "zipfile": []}
    for turn in range(sizes().rounds + 1):
        for how, found in runs.items():
            if how != "zipfile" or len(found) < ZIPFILE_ROUNDS:
                stream = server.stream(f"/bench/many/{MANY}/{how}", {"X-Auth-Token": TOKEN})
                if turn:  # the first round warms up
                    found.append(stream)
    print(f"\n{jobs} jobs with {jobs * 2} scripts as one stream")
    for how, streams in runs.items():
        print(f"  {how:10}{_stream_line(streams)}")
    export = runs["export"]
    ratio = Figure.ratio([run.seconds for run in export], [run.seconds for run in runs["read"]])
    first = Figure.of([1000 * run.first_byte for run in export])
    growth = max(run.growth for run in export)
    print()
    report(Goal("workspace export / reading the rows", database, ratio.median, 1.2, "x", note=ratio.show()))
    report(Goal("first byte of a workspace export", database, first.median, 20.0, "ms", note=first.show(1)))
    report(Goal("memory of a workspace export", database, growth, 16.0, "MiB"))


def _stream_line(streams: list[Stream]) -> str:
    seconds = Figure.of([run.seconds for run in streams]).show()
    first = Figure.of([1000 * run.first_byte for run in streams]).show(1)
    growth = max(run.growth for run in streams)
    return f"{seconds:>24} s   first byte {first} ms   +{growth:.1f} MiB   {streams[0].size / 1e6:.0f} MB"


def _signed(port: int, portal: Portal) -> dict[str, str]:
    """Return the headers of a signed request, good for the fifteen minutes of its clock window."""
    access_key, secret = json.loads((portal.folder / KEY_FILE).read_text())
    headers = {"Host": f"127.0.0.1:{port}", "X-Sdk-Date": date_now(), "Content-Type": "application/json"}
    signature = authorization((access_key, secret), "POST", EXPORT, headers, BODY.encode())
    return {**headers, "Authorization": signature}


def _rate(rounds: list[Rate]) -> Figure:
    return Figure.of([found.rate for found in rounds])


def _cpu(rounds: list[Rate]) -> Figure:
    return Figure.of([found.cpu for found in rounds])


def _times(rounds: list[Rate], others: list[Rate]) -> Figure:
    """How many times as many answers came."""
    return Figure.ratio([found.rate for found in rounds], [found.rate for found in others])


def _less(rounds: list[Rate], others: list[Rate]) -> Figure:
    """How many times less an answer cost."""
    return Figure.ratio([found.cpu for found in others], [found.cpu for found in rounds])
