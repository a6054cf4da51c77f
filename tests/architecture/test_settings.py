"""A bad value stops the start with the name of its variable; every variable is in the README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.portal import ROOT

SETTINGS = (ROOT / "dlfportal" / "settings.py").read_text(encoding="utf-8")
VARIABLES = sorted(set(re.findall(r'\benv_\w+\(\s*"([A-Z_]+)"', SETTINGS)))


SHOW = "settings.DEBUG, settings.SECRET_KEY"


def start(folder: Path, show: str = SHOW, **values: str) -> subprocess.CompletedProcess[str]:
    """Load the settings as a start does, and print what `show` says."""
    kept = {key: value for key, value in os.environ.items() if key not in VARIABLES}
    ours = {"DLF_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "dlfportal.settings"}
    program = f"import django; django.setup(); from django.conf import settings; print({show})"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=kept | ours | values, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "yes"),
        ("DEBUG", ""),
        ("HTTPS", "1"),
        ("DATABASE_URL", "mysql://localhost/dlf"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgres://host:port/name"),
        ("LOG_LEVEL", "LOUD"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../etc/passwd"),
        ("SECRET_KEY_FILE", "/no/such/file"),
        ("DLF_DATA_DIR", "/dev/null/var"),
        ("DLF_IMPORT_MAX_RATIO", "0"),
        ("DLF_IMPORT_MAX_NAME", "long"),
    ],
)
def test_a_bad_value_stops_the_start_with_its_name(tmp_path: Path, name: str, value: str) -> None:
    run = start(tmp_path, **{name: value})
    assert run.returncode != 0
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert name in last


def test_without_any_variable_it_starts_safely(tmp_path: Path) -> None:
    runs = [start(tmp_path) for _ in range(2)]
    assert [run.returncode for run in runs] == [0, 0], runs[0].stderr
    debug, key = runs[0].stdout.split()
    assert debug == "False"
    assert len(key) > 60
    assert runs[1].stdout == runs[0].stdout, "the generated key is kept"
    assert start(tmp_path / "other").stdout != runs[0].stdout


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    assert start(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key")).stdout.split() == ["False", "from-a-file"]


def test_each_limit_of_imports_has_its_variable(tmp_path: Path) -> None:
    limits = {
        "package_bytes": "PACKAGE",
        "total_bytes": "UNPACKED",
        "entries": "ENTRIES",
        "entry_bytes": "ENTRY",
        "ratio": "RATIO",
        "name_bytes": "NAME",
        "folders": "FOLDERS",
    }
    values = {f"DLF_IMPORT_MAX_{word}": str(place) for place, word in enumerate(limits.values(), 1)}
    shown = start(tmp_path, "settings.DLF_IMPORT_LIMITS", **values).stdout
    assert shown.strip() == str({limit: place for place, limit in enumerate(limits, 1)})


def test_no_variable_is_read_past_the_helpers() -> None:
    assert VARIABLES
    assert len(re.findall(r"os\.(?:environ|getenv)", SETTINGS)) == 3, "only env_text itself"


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_is_documented(name: str) -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`{name}`" in table
