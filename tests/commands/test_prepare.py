"""`prepare`, as `make run` calls it: in a process of its own, on an empty folder."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.portal import ROOT


def prepare(folder: Path, *command: str) -> str:
    environment = {**os.environ, "DLF_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "dlfportal.settings"}
    environment.pop("DATABASE_URL", None)
    manage = [sys.executable, str(ROOT / "manage.py"), *(command or ("prepare",))]
    return subprocess.run(manage, env=environment, check=True, capture_output=True, text=True).stdout


def counts(folder: Path) -> dict[str, int]:
    """Return how many rows each table has; contents are read with no code of ours."""
    with sqlite3.connect(folder / "dlf.sqlite3") as database:
        # A virtual table keeps its rows in tables of its own, which are counted.
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        tables = [row[0] for row in database.execute(named)]
        return {table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portal") / "var"


@pytest.fixture(scope="module")
def first(folder: Path) -> str:
    return prepare(folder)


def test_the_first_start_makes_a_user_whose_password_is_in_a_file_of_the_owner(
    folder: Path, first: str
) -> None:
    path = folder / "initial-admin-password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    password = path.read_text()
    assert len(password) >= 16
    assert first.splitlines() == ["user:     admin", f"password: {password}"]


def test_the_sample_is_there_and_acknowledged_writes_survive_a_power_cut(folder: Path, first: str) -> None:
    rows = counts(folder)
    assert rows["auth_user"] == 1
    assert rows["catalogue_catalogueobject"] > 50
    with sqlite3.connect(folder / "dlf.sqlite3") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_second_start_changes_nothing(folder: Path, first: str) -> None:
    rows, key = counts(folder), (folder / "secret_key").read_text()
    assert prepare(folder) == first
    assert (counts(folder), (folder / "secret_key").read_text()) == (rows, key)


def test_a_changed_password_is_not_printed_and_its_file_goes(folder: Path, first: str) -> None:
    change = (
        "from django.contrib.auth.models import User; "
        "user = User.objects.get(); user.set_password('x'); user.save()"
    )
    prepare(folder, "shell", "--command", change)
    out = prepare(folder)
    assert "changepassword admin" in out
    assert first.split()[-1] not in out
    assert not (folder / "initial-admin-password").exists()


@pytest.mark.parametrize("taken", ["secret_key", "dlf.sqlite3", "static"])
def test_a_folder_it_cannot_write_is_told_in_one_sentence(tmp_path: Path, taken: str) -> None:
    """A file where a folder should be, or the other way round, stops root as well."""
    if taken == "static":
        (tmp_path / taken).write_text("")
    else:
        (tmp_path / taken).mkdir()
    with pytest.raises(subprocess.CalledProcessError) as failed:
        prepare(tmp_path)
    [sentence] = failed.value.stderr.strip().splitlines()
    assert str(tmp_path) in sentence
