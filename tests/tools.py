"""Programs the suite needs outside of Python: a skip where one is absent, a failure under DLF_TEST_ALL."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one draws no window, and takes half the time."""


def everything_must_run() -> bool:
    """Tell whether an absent program is a failure: `.ci/run` says so."""
    return os.environ.get("DLF_TEST_ALL") == "1"


def need(*names: str) -> str:
    """Return the path of the first program found; else skip the test, or fail it in `.ci/run`."""
    for name in names:
        if path := shutil.which(name):
            return path
    message = f"none of these programs is installed: {', '.join(names)}"
    if everything_must_run():
        pytest.fail(message)
    pytest.skip(message)


def run(program: str, *arguments: str) -> str:
    """Run `program`, which must succeed, and return what it prints; Java may always be absent."""
    if program in ("java", "jar") and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run([need(program), *arguments], capture_output=True, env=environment, check=False)
    output = done.stdout.decode()
    assert done.returncode == 0, output + done.stderr.decode()
    return output
