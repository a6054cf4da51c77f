"""`importpackage` and `createbucket` on the command line."""

from __future__ import annotations

import os
from contextlib import suppress
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.transfer.models import Bucket, ImportRun
from tests.factories import ScriptFactory, operator
from tests.importing import job, pack, script

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def packed(tmp_path: Path) -> str:
    operator()
    path = tmp_path / "jobs.zip"
    path.write_bytes(pack(job(), script()).read())
    return str(path)


def test_dry_run_prints_the_plan_and_writes_nothing(packed: str, workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load_sql")
    printed = run("importpackage", packed, "--workspace", workspace.pk, "--dry-run").splitlines()
    assert printed[0].split() == ["new", "job", "load"]
    assert printed[1].split()[:3] == ["skipped", "script", "load_sql"] and "SKIP" in printed[1]
    assert printed[2].startswith("Nothing was written; the import would be: 1 new,")
    assert not CatalogueObject.objects.filter(name="load").exists()


def test_import_prints_each_object_and_the_sum(packed: str, workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load_sql", content="old")
    arguments = ("importpackage", packed, "--workspace", workspace.pk, "--policy", "OVERWRITE")
    printed = run(*arguments).splitlines()
    assert [line.split() for line in printed[:2]] == [
        ["new", "job", "load"],
        ["changed", "script", "load_sql"],
    ]
    assert printed[2].startswith("1 new, 1 changed")
    assert run(*arguments).splitlines()[2].startswith("0 new, 0 changed, 2 the same")


@pytest.mark.parametrize(("status", "submitted"), [("SAVED", False), ("SUBMITTED", True)])
def test_the_status_asked_for(packed: str, workspace: Workspace, status: str, submitted: bool) -> None:
    run("importpackage", packed, "--workspace", workspace.pk, "--status", status)
    kept = CatalogueObject.objects.filter(workspace=workspace)
    assert [one.version is not None for one in kept] == [submitted, submitted]


def test_viewers_do_not_import(packed: str, workspace: Workspace, viewer: User) -> None:
    with pytest.raises(CommandError, match="role"):
        run("importpackage", packed, "--workspace", workspace.pk, "--user", "viewer")
    assert not CatalogueObject.objects.exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_an_invalid_package_ends_with_an_error(
    tmp_path: Path, workspace: Workspace, options: list[str]
) -> None:
    operator()
    path = tmp_path / "bad.zip"
    path.write_bytes(pack(job("bad", schedule="daily"), script()).read())
    out = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("importpackage", str(path), "--workspace", workspace.pk, *options, stdout=out)
    assert ended.value.returncode == 1 and "invalid" in str(ended.value).lower()
    assert "$.schedule" in out.getvalue() and not CatalogueObject.objects.exists()


def test_bad_files_and_people_end_with_an_error(
    tmp_path: Path, packed: str, workspace: Workspace, viewer: User
) -> None:
    (tmp_path / "text").write_text("no zip")
    for arguments in (
        (str(tmp_path / "absent.zip"), "--workspace", workspace.pk),
        (str(tmp_path / "text"), "--workspace", workspace.pk),
        (packed, "--workspace", "f" * 32),
        (packed, "--workspace", workspace.pk, "--user", viewer.username),
    ):
        with pytest.raises(CommandError):
            run("importpackage", *arguments)
    assert not CatalogueObject.objects.exists()


def test_createbucket_gives_a_bucket_to_workspaces(
    workspace: Workspace, other_workspace: Workspace, settings: object, tmp_path: Path
) -> None:
    operator()
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    for place in (workspace, other_workspace, workspace):
        assert "obs://packages/" in run("createbucket", "packages", "--workspace", place.pk)
    assert Bucket.objects.get().workspaces.count() == 2
    with pytest.raises(CommandError):
        run("createbucket", "No", "--workspace", workspace.pk)


def test_what_is_no_file_is_told(tmp_path: Path, workspace: Workspace) -> None:
    """A pipe cannot be read twice."""
    operator()
    pipe = tmp_path / "pipe.zip"
    os.mkfifo(pipe)

    def write() -> None:
        with suppress(BrokenPipeError):
            pipe.write_bytes(b"PK")

    writer = Thread(target=write)
    writer.start()
    with pytest.raises(CommandError, match="is not a file"):
        call_command("importpackage", str(pipe), "--workspace", workspace.pk)
    writer.join()


def test_names_that_are_not_utf8_are_no_crash(tmp_path: Path, workspace: Workspace) -> None:
    operator()
    path = Path(os.fsdecode(os.fsencode(tmp_path / "a") + b"\xff.zip"))
    path.write_bytes(pack(job()).read())
    call_command("importpackage", str(path), "--workspace", workspace.pk, stdout=StringIO())
    assert ImportRun.objects.get().source == "a\ufffd.zip"
    with pytest.raises(CommandError, match="does not exist"):
        call_command("importpackage", str(path), "--workspace", os.fsdecode(b"\xff"))


def test_a_wrong_policy_names_the_right_ones(workspace: Workspace) -> None:
    with pytest.raises(CommandError, match="choose from '?SKIP'?, '?OVERWRITE"):
        call_command("importpackage", "a.zip", "--workspace", workspace.pk, "--policy", "MERGE")
