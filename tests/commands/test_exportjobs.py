from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management.base import CommandError

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.transfer.exports import splitting
from tests.commands.conftest import Run
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node
from tests.packages import unzip
from tests.portal import ROOT


@pytest.fixture
def jobs(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load")
    JobFactory(workspace=workspace, name="a", nodes=[node("1", scriptName="load")])
    JobFactory(workspace=workspace, name="b", nodes=[node("1", scriptName="gone")])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_one_name_gives_its_package(run: Run, folder: Path, jobs: None) -> None:
    assert run("exportjobs", "a" * 32, "a") == (["DLF_a.zip"], [])
    assert list(unzip((folder / "DLF_a.zip").read_bytes())) == ["jobs/a.job", "scripts/load.script"]
    assert files(folder) == ["DLF_a.zip"]
    entry = AuditEntry.objects.get(action="package.export_end")
    assert (entry.channel, entry.user_name, entry.detail["complete"]) == ("command", "admin", True)


def test_several_names_or_all_give_jobs_zip(run: Run, folder: Path, jobs: None) -> None:
    run("exportjobs", "a" * 32, "b", "a", "b")
    named = (folder / "jobs.zip").read_bytes()
    (folder / "jobs.zip").unlink()
    run("exportjobs", "a" * 32, "--all")
    assert (folder / "jobs.zip").read_bytes() == named
    assert list(unzip(named)) == ["jobs/a/a.job", "jobs/a/load.script", "jobs/b/b.job"]


@pytest.mark.parametrize("more", [0, 100])
def test_what_is_missing_is_told_on_standard_error_however_many_jobs(
    run: Run, folder: Path, workspace: Workspace, jobs: None, more: int
) -> None:
    for _ in range(more):
        JobFactory(workspace=workspace)
    out, err = run("exportjobs", "a" * 32, "--all", "--output", "out.zip")
    assert (out, err) == (["out.zip"], ["missing: scripts/gone"])


def test_output_is_a_file_or_a_folder_and_replaces(run: Run, folder: Path, jobs: None) -> None:
    (folder / "there").mkdir()
    run("exportjobs", "a" * 32, "a", "--output", "there")
    (folder / "x.zip").write_text("old")
    run("exportjobs", "a" * 32, "a", "--no-depend", "--output", "x.zip")
    assert files(folder / "there") == ["DLF_a.zip"]
    assert list(unzip((folder / "x.zip").read_bytes())) == ["jobs/a.job"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a", "--all"],
        ["absent"],
        ["a", "absent"],
        ["a", "--status", "SUBMIT"],
        ["--all", "--status", "SUBMIT"],
        ["a", "--output", "no/such/folder.zip"],
        ["a", "--output", "x" * 300],
        ["a", "--user", "stranger"],
    ],
)
def test_a_failure_ends_with_one_line_and_leaves_no_file(
    run: Run, folder: Path, jobs: None, stranger: User, arguments: list[str]
) -> None:
    with pytest.raises(CommandError) as caught:
        run("exportjobs", "a" * 32, *arguments)
    assert "\n" not in str(caught.value)
    assert files(folder) == []


def test_a_long_chinese_name_fits_into_a_file_name(run: Run, folder: Path, workspace: Workspace) -> None:
    name = "数" * 82  # with DLF_ and .zip 254 bytes: the most a file name may have is 255
    JobFactory(workspace=workspace, name=name)
    run("exportjobs", "a" * 32, name)
    assert files(folder) == [f"DLF_{name}.zip"]


def test_a_package_broken_off_leaves_the_old_file_and_is_recorded(
    run: Run, folder: Path, jobs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "DLF_a.zip").write_text("old")

    def breaks_off(writer: object) -> Iterator[bytes]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dlfportal.transfer.exports.package.ZipWriter.end", breaks_off)
    with pytest.raises(CommandError, match="No space left"):
        run("exportjobs", "a" * 32, "a")
    assert files(folder) == ["DLF_a.zip"]
    assert (folder / "DLF_a.zip").read_text() == "old"
    assert AuditEntry.objects.get(action="package.export_end").detail["complete"] is False


def test_exit_codes_are_those_of_a_program(folder: Path) -> None:
    """As a shell sees it: 1 and one line without a traceback."""
    environment = {**os.environ, "DLF_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "dlfportal.settings"}
    environment.pop("DATABASE_URL", None)
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity=0"], env=environment, check=True)
    failed = subprocess.run(
        [*manage, "exportjobs", "a" * 32, "a"], env=environment, capture_output=True, text=True
    )
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert failed.stderr.count("\n") == 1
    assert failed.stderr.startswith("CommandError: There is no superuser")


def test_all_says_what_it_does_not_have_and_everything_takes_it(
    run: Run, folder: Path, workspace: Workspace, jobs: None
) -> None:
    ScriptFactory(workspace=workspace, name="adhoc")
    ResourceFactory(workspace=workspace, name="lib")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    _out, err = run("exportjobs", "a" * 32, "--all", "--output", "all.zip")
    assert err == [
        "missing: scripts/gone",
        "not in the package: scripts 1, resources 1, cdms 1, which no job uses; --everything takes them",
    ]
    _out, err = run("exportjobs", "a" * 32, "--everything", "--output", "everything.zip")
    assert err == ["missing: scripts/gone"]
    more = set(unzip((folder / "everything.zip").read_bytes())) - set(
        unzip((folder / "all.zip").read_bytes())
    )
    assert more == {"scripts/adhoc.script", "resources/lib.resource", "cdms/cdm-1/copy.json"}


def test_everything_of_a_large_workspace_is_complete(run: Run, folder: Path, workspace: Workspace) -> None:
    for number in range(101):
        ScriptFactory(workspace=workspace, name=f"s{number}")
    JobFactory(workspace=workspace, name="a", nodes=[node("1", scriptName="s7")])
    assert run("exportjobs", "a" * 32, "--everything", "--output", "x.zip") == (["x.zip"], [])
    entries = list(unzip((folder / "x.zip").read_bytes()))
    assert (len(entries), entries[:2]) == (102, ["jobs/a/a.job", "jobs/a/s7.script"])


def test_what_a_run_alone_knows_is_told(run: Run, folder: Path, workspace: Workspace) -> None:
    nodes = [
        node("n1", scriptName="etl_${region}"),
        node("n2", "CDMJob", clusterName="lake", jobName="#{Job.getParam()}"),
        node("n4", "DLFSubJob", jobName="child"),
    ]
    JobFactory(workspace=workspace, name="dyn", nodes=nodes)
    _out, err = run("exportjobs", "a" * 32, "dyn")
    assert err == [
        "not in the package: jobs/child (a job of it starts or waits for it)",
        "named by an expression: scripts/etl_${region} (job dyn, node n1)",
        "named by an expression: cdms/lake/#{Job.getParam()} (job dyn, node n2)",
    ]


def test_names_that_cannot_be_unpacked_are_told(run: Run, folder: Path, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="作" * 90)
    _out, err = run("exportjobs", "a" * 32, "--all")
    assert [line.split(":")[0] for line in err] == ["unpacking"]
    assert "cannot be unpacked on Linux" in err[0]


def test_output_to_a_pipe_is_written_into_it(run: Run, folder: Path, jobs: None) -> None:
    os.mkfifo(folder / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=folder, stdout=subprocess.PIPE)
    run("exportjobs", "a" * 32, "a", "--output", "pipe")
    data, _ = reader.communicate(timeout=20)
    assert list(unzip(data)) == ["jobs/a.job", "scripts/load.script"]
    assert (folder / "pipe").is_fifo()


def test_a_device_that_is_full_is_an_error_and_stays_a_device(run: Run, folder: Path, jobs: None) -> None:
    with pytest.raises(CommandError, match="Cannot write to '/dev/full': No space left on device"):
        run("exportjobs", "a" * 32, "a", "--output", "/dev/full")
    assert Path("/dev/full").is_char_device()


def test_a_link_is_followed_and_stays_one(run: Run, folder: Path, jobs: None) -> None:
    (folder / "there").mkdir()
    (folder / "link.zip").symlink_to("there/real.zip")
    run("exportjobs", "a" * 32, "a", "--output", "link.zip")
    assert (folder / "link.zip").is_symlink()
    assert list(unzip((folder / "there" / "real.zip").read_bytes())) == ["jobs/a.job", "scripts/load.script"]


def test_split_gives_packages_that_dataarts_takes(
    run: Run, folder: Path, jobs: None, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "JOBS_AT_MOST", 1)
    ScriptFactory(workspace=workspace, name="alone")
    out, err = run("exportjobs", "a" * 32, "--all", "--split", "--output", str(folder))
    assert [Path(line).name for line in out] == ["jobs_1_of_2.zip", "jobs_2_of_2.zip"]
    assert err == [
        "missing: scripts/gone",
        "not in the package: scripts 1, which no job uses; --everything takes them",
    ]
    first, second = (list(unzip((folder / name).read_bytes())) for name in files(folder))
    assert first == ["jobs/a/a.job", "jobs/a/load.script"]
    assert second == ["jobs/b/b.job"]


def test_split_needs_a_folder(run: Run, folder: Path, jobs: None) -> None:
    with pytest.raises(CommandError, match="folder"):
        run("exportjobs", "a" * 32, "--everything", "--split", "--output", str(folder / "jobs.zip"))
    assert files(folder) == []
