"""What the workers of a fresh portal hold, idle and after load, and how soon the first answer comes.

`python -m bench.run bench.memory DATABASE`
"""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle

from bench.databases import Portal, new_portal
from bench.filling import TOKEN
from bench.goals import Goal, report
from bench.processes import pss
from bench.rounds import Figure
from bench.server import CLIENTS, Server
from bench.sizes import sizes

SETTINGS = "dlfportal.settings"
STARTS = 3
IDLE_SECONDS = 2.0
FIRST_ANSWERS = 16
"""So many sign-in pages are asked for first: either worker has answered some."""
PROJECT, WORKSPACE = "b384b9e9ab9b4ee8994c8633aabc9505", "e1b7d0c4a52f4f6d9c38a7706b1f2d95"
"""Those of the sample catalogue."""
PAGES = (
    "/", "/help/", "/w/{w}/jobs/", "/w/{w}/jobs/?q=trip", "/w/{w}/scripts/", "/w/{w}/jobs/myJob/",
    "/w/{w}/scripts/CS_PROCESS_TRIP/", "/w/{w}/jobs/myJob/export/", "/admin/", "/admin/catalogue/job/",
    "/admin/audit/auditentry/",
)  # fmt: skip
CALLS = (
    ("GET", "/v1/{p}/jobs", ""),
    ("GET", "/v1/{p}/jobs/myJob", ""),
    ("GET", "/v1/{p}/scripts?limit=100", ""),
    ("POST", "/v1/{p}/jobs/myJob/export", '{"exportDepend":true}'),
    ("POST", "/v1/{p}/jobs/batch-export", '{"jobList":["myJob"]}'),
)
"""What is asked for in turns: as a person with a session, and as a program with a token."""


def main(database: str) -> None:
    """Prepare the sample catalogue as `make run` does, serve it, and measure."""
    with new_portal(database) as portal:
        portal.run("manage.py", "prepare", settings=SETTINGS)
        starts = []
        for _ in range(STARTS):
            with Server(portal, settings=SETTINGS) as server:
                starts.append(server.start_seconds)
        seconds = Figure.of(starts)
        print()
        report(Goal("start to first answer", database, seconds.median, 1.5, "s", note=seconds.show()))
        with Server(portal, settings=SETTINGS) as server:
            _hold(server, portal)


def _hold(server: Server, portal: Portal) -> None:
    """Report the memory of both workers before and after load."""
    for _ in range(FIRST_ANSWERS):
        _ask(_connection(server), ("GET", "/accounts/login/", "", {}))
    time.sleep(IDLE_SECONDS)
    idle = pss(server.workers)
    count = _soak(server, portal)
    time.sleep(IDLE_SECONDS)
    after = pss(server.workers)
    note = f"{idle:.0f} MiB became {after:.0f} in {count} requests of {sizes().soak:.0f} s"
    report(Goal("two idle workers, PSS", portal.database, idle, 120.0, "MiB"))
    report(Goal("the same after load", portal.database, after / idle, 1.5, "x", note=note))


def _soak(server: Server, portal: Portal) -> int:
    """Ask for everything in turns from several clients; return how many answers came."""
    cookie = portal.run("-m", "bench.run", "bench.people", "admin").strip()
    answers: Counter[int] = Counter()
    end = time.perf_counter() + sizes().soak

    def visit() -> None:
        connection = _connection(server)
        for request in cycle(list(_requests(cookie))):
            if time.perf_counter() > end:
                return
            answers[_ask(connection, request)] += 1

    threads = [threading.Thread(target=visit) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong := answers.total() - answers[200]:
        print(f"  {wrong} answers of the load were not 200: {dict(answers)}")
    return answers.total()


Request = tuple[str, str, str, dict[str, str]]


def _requests(cookie: str) -> Iterator[Request]:
    for path in PAGES:
        yield "GET", path.format(w=WORKSPACE), "", {"Cookie": cookie}
    for method, path, body in CALLS:
        yield (
            method,
            path.format(p=PROJECT),
            body,
            {"X-Auth-Token": TOKEN, "Content-Type": "application/json"},
        )


def _connection(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)


def _ask(connection: http.client.HTTPConnection, request: Request) -> int:
    connection.request(*request)
    answer = connection.getresponse()
    answer.read()
    return answer.status
