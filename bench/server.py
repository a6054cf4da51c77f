"""The server under measurement, as `make run` starts it but for the workers, and the load put on it."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Self

from bench.databases import ROOT, Portal
from bench.processes import family, memory, memory_peak, peak_reset, processor

CLIENTS = 8
WORKERS, THREADS = 2, 4
START_SECONDS = 30.0
WARM_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Rate:
    """One round of load: answers per second, and the server's milliseconds of processor time for each."""

    rate: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Stream:
    """One large download: seconds to the first byte and in all, bytes, and the workers' growth in MiB."""

    first_byte: float
    seconds: float
    size: int
    growth: float


class Server:
    """The server of a portal: two workers of four threads, as the figures of the goals were taken."""

    def __init__(
        self,
        portal: Portal,
        *,
        settings: str = "bench.settings",
        application: str = "dlfportal.wsgi",
        path: str = "/healthz",
    ) -> None:
        self.port = _free_port()
        self.path = path
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            server_command(application, self.port), env=portal.environment(settings), cwd=ROOT
        )
        self._wait()
        self.start_seconds = time.perf_counter() - self.started

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    @property
    def workers(self) -> list[int]:
        """The processes that answer, without the one that only watches over them."""
        first, *others = family(self.process.pid)
        return others or [first]

    def load(self, request: bytes, seconds: float) -> Rate:
        """Put `CLIENTS` clients on the server that all send `request`, and return what it did."""
        before = processor(self.workers)
        command = [sys.executable, "-m", "bench.load", str(self.port), str(CLIENTS), str(seconds)]
        done = subprocess.run(command, cwd=ROOT, input=request, stdout=subprocess.PIPE)
        if done.returncode:
            raise RuntimeError(f"the load broke off: {request[:200]!r}")
        answers, passed = map(float, done.stdout.split())
        spent = processor(self.workers) - before
        return Rate(answers / passed, 1000 * spent / max(1.0, answers))

    def stream(self, path: str, headers: dict[str, str], body: str = "") -> Stream:
        """Download POST `path` once and throw the bytes away."""
        workers = self.workers
        for pid in workers:
            peak_reset(pid)
        before = {pid: memory(pid) for pid in workers}
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(answer.read())
        buffer = bytearray(1 << 20)
        answer.read(1)
        first_byte, size = time.perf_counter() - started, 1
        while count := answer.readinto(buffer):
            size += count
        seconds = time.perf_counter() - started
        growth = max(memory_peak(pid) - before[pid] for pid in workers)
        return Stream(first_byte, seconds, size, growth)

    def _wait(self) -> None:
        while time.perf_counter() - self.started < START_SECONDS:
            if self._answers():
                return
            time.sleep(0.02)
        self.process.kill()
        raise RuntimeError("the server does not start")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self.path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def server_command(application: str, port: int) -> list[str]:
    """Return the command of `make run` (the settings come from gunicorn.conf.py), with fewer threads."""
    options = [f"--bind=127.0.0.1:{port}", f"--workers={WORKERS}", f"--threads={THREADS}"]
    return [sys.executable, "-m", "gunicorn", application, *options, "--log-level=warning"]


def post(port: int, path: str, headers: dict[str, str], body: str = "") -> bytes:
    """Return the bytes of a POST request."""
    data = body.encode()
    lines = {"Host": f"127.0.0.1:{port}", **headers, "Content-Length": str(len(data))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + data


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
