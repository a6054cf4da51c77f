"""One portal in a process of its own: it reads what to ask, line by line, and answers what that cost.

`python -m bench.run bench.growth.asked`; a line is a JSON object, see `main`.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.filling import SUPERUSER, TOKEN
from bench.growth.asks import Ask
from bench.growth.fill import MAIN, VIEWER
from bench.growth.links import admin_lists, last_page
from bench.growth.package import package, package_import
from bench.growth.places import BUCKET_FILE, places
from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.transfer.store.buckets import file_put
from dlfportal.transfer.store.paths import obs_file


@dataclass(frozen=True, slots=True)
class Cost:
    """What some requests cost: each one's milliseconds of processor time and until its first byte.

    `size` and `status` are those of the last; the size of a stream, of which only the first piece is read,
    is 0. `queries` are known of a cold portal.
    """

    cpu: list[float]
    first: list[float]
    queries: int
    size: int
    status: int


def main() -> None:
    """Answer each line: {"do": "lists"} with the asks of the admin's lists, {"do": "ask"} with a `Cost`."""
    asked = Asked()
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "lists":
            found: Any = [asdict(ask) for ask in admin_lists(asked.clients[SUPERUSER])]
        else:
            found = asdict(asked.cost(Ask(**command["ask"]), command["times"], cold=command["cold"]))
        print(json.dumps(found), flush=True)


@dataclass(slots=True)
class Asked:
    """The portal of the environment, with its people signed in."""

    clients: dict[str, Client] = field(init=False)
    places: dict[str, str] = field(init=False)
    user: User = field(init=False)
    serial: count[int] = field(init=False)
    last_pages: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sign in, look up what paths stand for, and put a package into the bucket."""
        self.user = User.objects.get(username=SUPERUSER)
        self.clients = {"": _client(), "wire": _client(headers={"X-Auth-Token": TOKEN})}
        for name in (SUPERUSER, VIEWER):
            self.clients[name] = _client()
            self.clients[name].force_login(User.objects.get(username=name))
        self.places = places()
        self.serial = count(int(time.time()))
        actor, workspace = Actor(self.user, Channel.COMMAND), Workspace.objects.get(pk=MAIN)
        file_put(actor=actor, workspace=workspace, path=obs_file(BUCKET_FILE), content=package(0))

    def cost(self, ask: Ask, times: int, *, cold: bool) -> Cost:
        """Ask `times` times; a `cold` portal is asked once before, which fills caches and counts queries."""
        path = self.placed(ask.path)
        if ask.last:
            path = self._last_page(ask.who, path)
        queries = self._queries(ask, path) if cold else 0
        done = [self._once(ask, path) for _ in range(times)]
        status, size, *_ = done[-1]
        return Cost([one[2] for one in done], [one[3] for one in done], queries, size, status)

    def _queries(self, ask: Ask, path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            self._once(ask, path)
            return len(queries)

    def _once(self, ask: Ask, path: str) -> tuple[int, int, float, float]:
        """Return status, size, and the milliseconds of processor time and until the first byte."""
        serial = str(next(self.serial))
        data = {key: self.placed(value, serial) for key, value in ask.data.items()}
        started, before = time.perf_counter(), _processor()
        if ask.method == "import":
            package_import(self.user, int(serial))
            return 200, 0, 1000 * (_processor() - before), 1000 * (time.perf_counter() - started)
        kind = {"content_type": "application/json"} if ask.who == "wire" and ask.method != "get" else {}
        response: Any = getattr(self.clients[ask.who], ask.method)(path, data or None, **kind)
        size = 0 if response.streaming else len(response.content)
        if response.streaming:
            next(iter(response.streaming_content), b"")
        cost = 1000 * (_processor() - before), 1000 * (time.perf_counter() - started)
        if response.streaming:
            response.close()
        return response.status_code, size, *cost

    def _last_page(self, who: str, path: str) -> str:
        if path not in self.last_pages:
            self.last_pages[path] = last_page(self.clients[who], path)
        return self.last_pages[path]

    def placed(self, value: Any, serial: str = "") -> Any:
        """Return a path or a value of a body with what `{...}` stands for in it."""
        if not isinstance(value, str) or "{" not in value:
            return value
        return value.format_map({**self.places, "serial": serial})


def _client(headers: dict[str, str] | None = None) -> Client:
    return Client(headers=headers, SERVER_NAME="127.0.0.1")


def _processor() -> float:
    """Return the seconds of processor time so far: of this process, its ended children, its database.

    The database's server has a process for this connection, which is kept for as long as this one lives.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() + children.ru_utime + children.ru_stime
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        pid = connection.connection.info.backend_pid
        spent += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return spent
