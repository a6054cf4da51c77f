"""A portal as people run it: gunicorn with its settings in processes of its own, a database of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from copy import copy
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import requests

from tests.forking import ROOT, Fork, Forks

SAMPLE_PROJECT = "b384b9e9ab9b4ee8994c8633aabc9505"
SAMPLE_WORKSPACE = "e1b7d0c4a52f4f6d9c38a7706b1f2d95"
SAMPLE_PRODUCTION = "7c2a94e06d3b4b1f8ef5120c9da6b843"
START_SECONDS = 60


class Portal:
    """A running portal with the sample catalogue and the superuser `admin`."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "DLF_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "dlfportal.settings",
        }
        self.environment.pop("DATABASE_URL", None)
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        self._forks: Forks | None = None
        self._token = ""
        self.manage("prepare")
        self.password = (folder / "initial-admin-password").read_text()
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> str:
        """Run a command of the portal and return what it printed."""
        return self._loaded().run(*arguments)

    def begin(self, *arguments: str) -> Fork:
        """Begin a command of the portal that goes on by itself."""
        return self._loaded().begin(*arguments)

    def _loaded(self) -> Forks:
        if self._forks is None:
            self._forks = Forks(self.folder, self.environment)
        return self._forks

    def start(self, *options: str) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "dlfportal.wsgi", f"--bind=127.0.0.1:{self.port}"]
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [*command, "--workers=2", "--threads=4", *options],
            env=self.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if requests.get(f"{self.url}/healthz", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError((self.folder / "server.log").read_text())

    def beside(self, **environment: str) -> Portal:
        """Return another server of this portal, not yet started, with further settings."""
        other = copy(self)
        other.environment = self.environment | environment
        other.port = _free_port()
        other.url = f"http://127.0.0.1:{other.port}"
        other.process = None
        other._forks = None
        return other

    def stop(self) -> None:
        """End the server."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=START_SECONDS)
        if self._forks:
            self._forks.close()

    def token(self) -> str:
        """Return a token of `admin` for the sample project, got over HTTP once, as a program would."""
        if not self._token:
            user = {"name": "admin", "password": self.password, "domain": {"name": "team"}}
            body = {
                "auth": {
                    "identity": {"methods": ["password"], "password": {"user": user}},
                    "scope": {"project": {"id": SAMPLE_PROJECT}},
                }
            }
            answer = requests.post(f"{self.url}/v3/auth/tokens", json=body, timeout=30)
            answer.raise_for_status()
            self._token = answer.headers["X-Subject-Token"]
        return self._token


def database_beside(url: str, name: str) -> str:
    """Make the database `name` on the server of `url`, instead of one left there; return its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
