"""`checkpackage`: what DataArts would refuse as lines or JSON, and an exit code for CI."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Revision
from dlfportal.formats.zip import reader
from dlfportal.transfer.imports import parallel
from dlfportal.transfer.management.commands import checkpackage
from tests.factories import JobFactory, ScriptFactory, node
from tests.importing import job, pack, package, script

BAD_CRON = {"type": "CRON", "cron": {"expression": "0 0 25 * * ?", "startTime": "2026-01-01T00:00:00+08"}}
CRON_LINE = "$.schedule.cron.expression: Field 3 of the cron expression cannot be “25”."


class Looked(NamedTuple):
    """How a look ended, and the lines of its two outputs."""

    code: int
    out: list[str]
    errors: list[str]


def look(*args: str) -> Looked:
    out, errors, code = StringIO(), StringIO(), 0
    try:
        call_command("checkpackage", *args, stdout=out, stderr=errors)
    except SystemExit as ended:
        code = int(str(ended.code))
    except CommandError as error:
        code = error.returncode
        errors.write(str(error))
    return Looked(code, out.getvalue().splitlines(), errors.getvalue().splitlines())


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[[BytesIO | bytes], str]:
    def write(data: BytesIO | bytes) -> str:
        path = tmp_path / "p.zip"
        path.write_bytes(data if isinstance(data, bytes) else data.getvalue())
        return str(path)

    return write


Files = Callable[[BytesIO | bytes], str]


def test_a_good_package_passes_and_needs_neither_person_nor_database(file_of: Files) -> None:
    assert look(file_of(pack(job(), script()))) == (0, [], ["2 objects: 0 would be refused, 0 perhaps"])


def test_what_is_only_documented_otherwise_passes(file_of: Files) -> None:
    shell = node("a", "Shell", scriptName="s")
    code, out, errors = look(file_of(pack(script(type="DorisSQL"), job(nodes=[shell]))))
    assert (code, errors) == (0, ["2 objects: 0 would be refused, 2 perhaps"])
    assert sorted(out)[0] == (
        "job load: $.nodes[0].properties (node a): perhaps: The node should have the property connectionName."
    )
    assert sorted(out)[1].startswith("script load_sql: $.type: perhaps: “DorisSQL” is not")


def test_what_would_be_refused_ends_with_one(file_of: Files) -> None:
    cdm = {"jobs": [{"name": "a", "job_type": "NORMAL_JOB"}, {"name": "x" * 241}]}
    file = file_of(package({"jobs/load.job": job(schedule=BAD_CRON), "cdms/c1/two.json": cdm}))
    code, out, errors = look(file)
    assert code == 1 and errors == ["3 objects: 2 would be refused, 1 perhaps"]
    assert out[0] == f"job load: {CRON_LINE}"
    assert f"cdm_job c1/{'x' * 241}: $.jobs[1].name: The name has 241 characters; 240 are allowed." in out


def test_what_cannot_be_read_would_be_refused(file_of: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_PROBLEMS", 2)
    monkeypatch.setattr(checkpackage, "MOST_PROBLEMS", 2)
    broken = {f"jobs/{name}.job": b'{"name": NaN}' for name in "abc"}
    code, out, errors = look(file_of(package({"scripts/load_sql.script": script(), **broken})))
    assert code == 1 and [line.split(":")[0] for line in out] == ["job a", "job b"]
    assert errors[-1] == "3 objects: 2 would be refused, 0 perhaps" and "Not looked further" in errors[0]


def test_a_name_cannot_break_a_line(file_of: Files) -> None:
    code, out, _errors = look(file_of(package({"jobs/a.job": job("a\nb")})))
    assert (code, len(out)) == (1, 1)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Name a package, or a workspace"),
        (["p.zip", "--workspace", "0" * 32], "Name a package, or a workspace"),
        (["p.zip", "--job", "a"], "Name a package, or a workspace"),
        (["nowhere.zip"], "Cannot read 'nowhere.zip': No such file or directory."),
        (["."], "Cannot read '.': Is a directory."),
    ],
)
def test_a_bad_call_ends_with_two(args: list[str], said: str) -> None:
    code, out, errors = look(*args)
    assert (code, out) == (2, []) and errors[0].startswith(said)


@pytest.mark.parametrize("data", [b"", b"no zip", package({"readme.txt": b"x"}).getvalue()])
def test_what_is_no_package_ends_with_two(file_of: Files, data: bytes) -> None:
    assert look(file_of(data)).code == 2


def test_json_says_the_same(file_of: Files) -> None:
    for schedule, code in ((BAD_CRON, 1), ({"type": "EXECUTE_ONCE"}, 0)):
        looked = look(file_of(pack(job(schedule=schedule), script())), "--json")
        told = json.loads("\n".join(looked.out))
        assert (looked.code, told["accepted"], told["objects"], told["refused"]) == (code, not code, 2, code)
        assert [one["place"] for one in told["findings"]] == ["$.schedule.cron.expression"] * code
        assert all(one["verdict"] == "refused" and one["kind"] == "job" for one in told["findings"])


def test_the_limits_of_a_package(file_of: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    file = file_of(pack(job("a"), job("b")))
    monkeypatch.setattr(checkpackage, "JOBS_AT_MOST", 1)
    assert look(file)[:2] == (
        0, ["package p.zip: perhaps: The package has 2 jobs; DataArts exports 1 in one call."],
    )  # fmt: skip
    monkeypatch.setattr(checkpackage, "PACKAGE_BYTES_AT_MOST", 10)
    code, out, _errors = look(file)
    assert code == 1 and out[0].endswith("bytes; DataArts imports 10. Split it.")


def test_a_large_package_is_judged_by_further_processes(
    file_of: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "MANY_BYTES", 0)
    monkeypatch.setattr(parallel, "PROCESSES", 2)
    assert look(file_of(pack(job(schedule=BAD_CRON)))).out == [f"job load: {CRON_LINE}"]


def test_a_workspace_and_jobs_of_it(workspace: Workspace, admin: User) -> None:
    ScriptFactory(workspace=workspace, name="used", type="DorisSQL")
    ScriptFactory(workspace=workspace, name="bad name")
    JobFactory(workspace=workspace, name="good", nodes=[node("a", scriptName="used")])
    JobFactory(workspace=workspace, name="waits", schedule=BAD_CRON)
    entries, revisions = AuditEntry.objects.count(), Revision.objects.count()
    whole = look("--workspace", workspace.pk)
    assert whole.code == 1 and whole.errors == ["4 objects: 2 would be refused, 1 perhaps"]
    assert sorted(line.split(":")[0] for line in whole.out) == [
        "job waits", "script bad name", "script used",
    ]  # fmt: skip
    one = look("--workspace", workspace.pk, "--job", "good", "--job", "good")
    assert (one.code, one.errors) == (0, ["2 objects: 0 would be refused, 1 perhaps"])
    assert [line.split(":")[0] for line in one.out] == ["script used"]
    assert look("--workspace", workspace.pk, "--job", "gone").code == 2
    assert (AuditEntry.objects.count(), Revision.objects.count()) == (entries, revisions)


def test_strangers_learn_nothing(workspace: Workspace, stranger: User) -> None:
    assert look("--workspace", workspace.pk, "--user", stranger.username).code == 2
