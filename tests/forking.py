"""Processes of a portal, each forked from one that has loaded it.

Loading the portal takes seconds of a processor, a fork takes milliseconds. What it makes is a process like
another: it has the portal's settings and connections of its own, and ends by itself or by a signal.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import execute_from_command_line

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 300.0


class Fork:
    """A command of the portal in a process of its own."""

    def __init__(self, forks: Forks, pid: int, output: Path) -> None:
        self.pid = pid
        self.output = output
        self._forks = forks
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return the code it ended with, or None while it runs; -9 is the end by signal 9."""
        if self._code is None:
            self._code = self._forks.ask(pid=self.pid)
        return self._code

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def wait(self, timeout: float = WAIT_SECONDS) -> int:
        """Wait for its end, and return the code it ended with."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.output), timeout)
            time.sleep(0.005)
        return code


class Forks:
    """The process that has loaded a portal, and forks others; it ends with this one, or by `close`."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, *arguments: str) -> Fork:
        """Begin a command of the portal; what it says goes into files."""
        self._count += 1
        output = self._folder / f"command-{os.getpid()}-{self._count}"
        pid: int = self.ask(arguments=arguments, output=str(output))
        return Fork(self, pid, output)

    def run(self, *arguments: str) -> str:
        """Run a command of the portal and return what it printed; raise where it failed."""
        fork = self.begin(*arguments)
        code = fork.wait()
        printed, errors = (file.read_text() for file in _files(fork.output))
        for file in _files(fork.output):
            file.unlink()
        if code:
            raise subprocess.CalledProcessError(code, arguments, printed, errors)
        return printed

    def ask(self, **request: Any) -> Any:
        """Send a request to the process, and return its answer."""
        assert self._process.stdin and self._process.stdout
        print(json.dumps(request), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _files(output: Path) -> tuple[Path, Path]:
    return output.with_suffix(".out"), output.with_suffix(".err")


def main() -> None:
    """Load the portal, and answer requests until nobody can ask any more: begin a command, or see its end."""
    django.setup()
    import_module(settings.ROOT_URLCONF)  # every page of it
    for line in sys.stdin:
        request = json.loads(line)
        if "arguments" in request:
            answer: int | None = os.fork()
            if answer == 0:
                _become(request["arguments"], Path(request["output"]))
                return
        else:
            answer = _ended(request["pid"])
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _become(arguments: list[str], output: Path) -> None:
    """Be the process of a command, as if `manage.py` had been started for it."""
    printed, errors = (os.open(file, os.O_WRONLY | os.O_CREAT) for file in _files(output))
    for file, number in ((os.open(os.devnull, os.O_RDONLY), 0), (printed, 1), (errors, 2)):
        os.dup2(file, number)
    sys.argv = ["manage.py", *arguments]
    execute_from_command_line(sys.argv)


def _ended(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


if __name__ == "__main__":
    main()
