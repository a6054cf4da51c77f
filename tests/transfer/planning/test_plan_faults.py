"""What goes wrong with a plan: one sentence each, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.services import object_create
from dlfportal.formats.kinds import Kind
from dlfportal.formats.mapping import MapKind
from dlfportal.transfer.imports import execute, spool
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import Bucket, Choice, ImportRun, RunStatus
from dlfportal.transfer.planning import making
from dlfportal.transfer.planning.applying import PlanBlocked
from dlfportal.transfer.planning.choosing import plan_choose, plan_map, plan_rename
from dlfportal.transfer.planning.making import PackageGone, plan_again, plan_begin_bucket
from dlfportal.transfer.store.paths import ObsPath
from dlfportal.transfer.store.storage import obs_delete, obs_write
from tests.factories import operator
from tests.importing import OVERWRITE, alive, imported, job, pack, package, script
from tests.planning import by, choices, item, planned, planned_file
from tests.transfer.planning.test_plan_apply import applied, documents, node
from tests.undoing import standing, undone

FULL = "disk is full or read-only. Nothing was saved"
DIGITS = " ".join(str(number**7) for number in range(60_000))
"""A text that cannot be made much shorter."""


@pytest.fixture
def gone(workspace: Workspace, developer: User, folder: Path) -> ImportRun:
    """A plan with a new name in it, of which the package was deleted."""
    run = planned(workspace, developer, job(nodes=[node()]), script())
    run = plan_rename(actor=by(developer), run=run, digest=run.plan_digest, position=1, new_name="other")
    for path in folder.iterdir():
        path.unlink()
    return run


@pytest.mark.django_db
def test_without_its_package_a_plan_is_applied_as_it_is_or_not_at_all(
    workspace: Workspace, developer: User, gone: ImportRun
) -> None:
    seen: dict[str, Any] = {"actor": by(developer), "run": gone, "digest": gone.plan_digest}
    acts: list[Callable[[], object]] = [
        lambda: plan_again(actor=by(developer), run=gone),
        lambda: plan_rename(**seen, position=0, new_name="x"),
        lambda: plan_map(**seen, mapping={(MapKind.OWNER, "a"): "b"}),
        lambda: plan_choose(**seen, choice=Choice.SKIP, positions=[1]),
    ]
    for act in acts:
        with pytest.raises(PackageGone, match="can be applied as it is"):
            act()
    assert choices(gone) == {"load": "new take", "load_sql": "new rename"}
    assert applied(gone, developer).status == RunStatus.SUCCESSFUL
    assert sorted(documents(workspace)) == ["load", "other"]


@pytest.mark.django_db
def test_a_package_that_was_deleted_from_its_bucket(workspace: Workspace, developer: User) -> None:
    Bucket.objects.create(name="packages").workspaces.add(workspace)
    path = ObsPath("packages", "a.zip")
    obs_write(path, pack(job()))
    run = plan_begin_bucket(actor=by(developer), workspace=workspace, path=str(path), options=OVERWRITE)
    obs_delete(path)
    with pytest.raises(PackageGone):
        plan_again(actor=by(developer), run=run)
    assert applied(run, developer).status == RunStatus.SUCCESSFUL


@pytest.mark.django_db
def test_two_jobs_that_a_mapping_makes_one_are_not_both_written(
    workspace: Workspace, developer: User
) -> None:
    """They are CDM jobs of one name in two clusters, of which the target has only one."""
    bodies = {name: {"jobs": [{"name": "copy", "from-link-name": name}]} for name in ("one", "two")}
    file = package({f"cdms/{cluster}/copy.json": body for cluster, body in bodies.items()})
    run = planned_file(workspace, developer, file)
    mapping = {(MapKind.CLUSTER, "one"): "prod", (MapKind.CLUSTER, "two"): "prod"}
    run = plan_map(actor=by(developer), run=run, digest=run.plan_digest, mapping=mapping)
    assert sorted(run.items.values_list("outcome", flat=True)) == ["invalid", "new"]
    with pytest.raises(PlanBlocked, match="copy"):
        applied(run, developer)
    assert alive(workspace) == []


@pytest.mark.django_db
def test_a_new_name_that_is_taken_meanwhile_stops_the_apply(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job(nodes=[node()]), script())
    position = item(run, "load_sql").position
    run = plan_rename(
        actor=by(developer), run=run, digest=run.plan_digest, position=position, new_name="theirs"
    )
    object_create(
        actor=operator(), workspace=workspace, kind=Kind.SCRIPT, document=script("theirs", "theirs")
    )
    run = applied(run, developer)
    assert run.status == RunStatus.PLANNED and "theirs" in run_message(run)
    assert {name: one["content"] for name, one in documents(workspace).items()} == {"theirs": "theirs"}


@pytest.mark.django_db
def test_more_entries_than_a_package_may_have(workspace: Workspace, developer: User, settings: Any) -> None:
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "entries": 2}
    run = planned(workspace, developer, job("a"), job("b"), job("c"))
    assert (run.status, run.items.count()) == (RunStatus.DISCARDED, 0)
    assert "2" in run_message(run)


@pytest.mark.django_db
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_disk_that_is_full_while_a_plan_is_made(
    workspace: Workspace, developer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(spool, "TemporaryFile", lambda: Path("/dev/full").open("w+b"))  # noqa: SIM115
        run = planned(workspace, developer, job(), script())
    assert (run.status, run.plan_digest, run.items.count()) == (RunStatus.PLANNED, "", 0)
    assert FULL in run_message(run) and alive(workspace) == []
    run = plan_again(actor=by(developer), run=run)
    assert choices(run) == {"load": "new take", "load_sql": "new take"}
    assert applied(run, developer).status == RunStatus.SUCCESSFUL


@contextmanager
def no_room() -> Iterator[None]:
    """Let the database grow by a few pages alone."""
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 4}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite lets a test say how large it may grow")
def test_a_database_that_is_full_at_each_step(
    workspace: Workspace, developer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(making, "AT_ONCE_BYTES", 2**30)
    imported(workspace, pack(*(script(f"s{one}", "old") for one in range(40))))
    before, written = standing(workspace), Revision.objects.count()
    brought = pack(script("long", DIGITS), *(script(f"s{one}", str(one)) for one in range(40)))
    with no_room():
        run = planned_file(workspace, developer, brought)
    assert FULL in run_message(run) and run.plan_digest == ""
    run = plan_again(actor=by(developer), run=run)
    with no_room():
        run = applied(run, developer)
    assert (run.status, run.plan_digest != "") == (RunStatus.PLANNED, True)
    assert FULL in run_message(run)
    assert (standing(workspace), Revision.objects.count()) == (before, written)
    run = applied(run, developer)
    assert run.status == RunStatus.SUCCESSFUL
    after = standing(workspace)
    with no_room():
        undo = undone(run)
    assert undo.status == RunStatus.FAILED and FULL in run_message(undo)
    assert standing(workspace) == after
    assert undone(run).status == RunStatus.SUCCESSFUL and standing(workspace) == before
