"""The server under measurement, what its workers' memory does, and the load put on it."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 4
WORKERS = 2
QUIET = ["--log-level=warning", "--no-control-socket"]


@dataclass(frozen=True)
class Stream:
    """One large download: seconds to the first byte and in all, bytes, and the workers' growth in MiB."""

    first_byte: float
    seconds: float
    size: int
    growth: float


class Server:
    """gunicorn with two workers over the database of `folder`."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        environment = {**os.environ, "DLF_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "bench.settings"}
        options = [f"--bind=127.0.0.1:{self.port}", f"--workers={WORKERS}", "--threads=4"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "dlfportal.wsgi", *options, *QUIET],
            env={**environment, "LOG_LEVEL": "ERROR"},
        )
        while not (len(self._workers()) == WORKERS and self._answers()):
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait()

    def rate(self, path: str, headers: dict[str, str], body: str, seconds: float) -> float:
        """Return answers per second of POST `path` over `seconds`, from four connections."""
        if shutil.which("wrk"):
            return self._rate_wrk(path, headers, body, seconds)
        return self._rate_threads(path, headers, body, seconds)

    def stream(self, path: str, headers: dict[str, str]) -> Stream:
        """Download POST `path` once and throw the bytes away."""
        before = [self._reset_peak(pid) for pid in self._workers()]
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", path, headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(answer.read())
        buffer = bytearray(1 << 20)
        answer.read(1)
        first_byte, size = time.perf_counter() - started, 1
        while count := answer.readinto(buffer):
            size += count
        seconds = time.perf_counter() - started
        peaks = [self._memory(pid, "VmHWM") for pid in self._workers()]
        growth = max(peak - start for peak, start in zip(peaks, before, strict=True))
        return Stream(first_byte, seconds, size, growth)

    def _rate_wrk(self, path: str, headers: dict[str, str], body: str, seconds: float) -> float:
        lines = [f"wrk.headers[{name!r}] = {value!r}" for name, value in headers.items()]
        script = "\n".join(['wrk.method = "POST"', f"wrk.body = {body!r}", *lines])
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
            file.write(script)
            file.flush()
            command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds:.0f}", "-s", file.name]
            printed = subprocess.run(
                [*command, f"http://127.0.0.1:{self.port}{path}"], check=True, capture_output=True, text=True
            ).stdout
        if "Non-2xx" in printed:
            raise RuntimeError(printed)
        found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
        return float(found[1]) if found else 0.0

    def _rate_threads(self, path: str, headers: dict[str, str], body: str, seconds: float) -> float:
        counts: list[int] = []
        started = time.perf_counter()

        def visit() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            count = 0
            while time.perf_counter() - started < seconds:
                connection.request("POST", path, body=body, headers=headers)
                answer = connection.getresponse()
                answer.read()
                count += answer.status == 200
            counts.append(count)

        threads = [threading.Thread(target=visit) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.perf_counter() - started)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 0.2).close()
        except OSError:
            return False
        return True

    def _workers(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def _reset_peak(self, pid: int) -> float:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        return self._memory(pid, "VmRSS")

    def _memory(self, pid: int, field: str) -> float:
        found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0
