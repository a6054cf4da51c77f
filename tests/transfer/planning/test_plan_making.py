"""How a plan is made: at once, by a worker, again; and what is left when that fails."""

from __future__ import annotations

import errno
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import BadRequest, Forbidden, NotFound
from dlfportal.formats.zip.limits import BadPackage
from dlfportal.transfer.imports.deaths import TaskMissing, runs_give_up, runs_seen, task_get
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.imports.runs import NoWorker
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import Bucket, Choice, ImportRun, RunStatus
from dlfportal.transfer.planning import making
from dlfportal.transfer.planning.choosing import (
    NameRefused,
    name_check,
    plan_choose,
    plan_discard,
    plan_map,
    plan_options,
    plan_rename,
)
from dlfportal.transfer.planning.cleaning import plans_clean
from dlfportal.transfer.planning.making import plan_again, plan_begin, plan_begin_bucket, plan_take
from dlfportal.transfer.planning.plans import (
    ItemFilter,
    PlanMissing,
    item_documents,
    plan_counts,
    plan_get,
    plan_items,
    plan_lacks,
    plan_uses,
)
from dlfportal.transfer.planning.states import PlanBusy, PlanUnmade
from dlfportal.transfer.store.paths import ObsPath
from dlfportal.transfer.store.storage import FolderStorage, obs_write
from dlfportal.transfer.store.uploads import StoreFull
from tests.importing import OVERWRITE, imported, job, pack, script
from tests.planning import by, choices, item, planned, planned_file
from tests.transfer.planning.test_plan_apply import node

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A worker that lives, and packages that are all too large to be read at once."""
    monkeypatch.setattr(making, "AT_ONCE_BYTES", 0)
    with heartbeat(queued=True):
        yield


def test_a_worker_makes_a_large_plan(workspace: Workspace, developer: User, worker: None) -> None:
    run = planned(workspace, developer, job())
    assert (run.status, run.plan_digest) == (RunStatus.PLANNING, "")
    with pytest.raises(PlanBusy):
        plan_again(actor=by(developer), run=run)
    plan_take(run.pk)
    run.refresh_from_db()
    assert (run.status, choices(run)) == (RunStatus.PLANNED, {"load": "new take"})


def test_without_a_worker_nothing_is_kept(
    workspace: Workspace, developer: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE_BYTES", 0)
    with pytest.raises(NoWorker):
        planned(workspace, developer, job())
    assert not folder.exists() and not ImportRun.objects.exists()


def test_a_worker_that_dies_leaves_a_plan_to_be_made_again(
    workspace: Workspace, developer: User, worker: None
) -> None:
    run = planned(workspace, developer, job())
    ImportRun.objects.filter(pk=run.pk).update(queue_id="", runner="gone")
    run.refresh_from_db()
    seen = runs_seen([run])[0]
    assert (seen.status, "the plan is kept" in run_message(seen)) == (RunStatus.PLANNED, True)
    runs_give_up()
    run.refresh_from_db()
    assert (run.status, run.plan_digest) == (RunStatus.PLANNED, "")
    with pytest.raises(PlanUnmade):
        plan_choose(actor=by(developer), run=run, digest="", choice=Choice.SKIP, positions=[0])
    plan_again(actor=by(developer), run=run)
    plan_take(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.PLANNED and run.plan_digest
    assert AuditEntry.objects.filter(action="plan.fail").count() == 1


def test_a_package_that_cannot_be_read_gives_no_plan(
    workspace: Workspace, developer: User, folder: Path
) -> None:
    run = planned_file(workspace, developer, BytesIO(b"no zip"))
    assert (run.status, run_message(run)) == (RunStatus.DISCARDED, "This is not a zip package.")
    assert list(folder.iterdir()) == []
    with pytest.raises(TaskMissing):
        task_get(actor=by(developer), project=workspace.project, task_id=run.pk)


def test_a_package_over_the_limit_is_refused_before_it_is_kept(
    workspace: Workspace, developer: User, folder: Path, settings: Any
) -> None:
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "package_bytes": 10}
    with pytest.raises(BadPackage):
        planned(workspace, developer, job())
    assert not folder.exists()


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    workspace: Workspace, developer: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(FolderStorage, "_write", full)
    with pytest.raises(StoreFull, match="no room"):
        planned(workspace, developer, job())
    assert not ImportRun.objects.exists()
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_package_of_a_bucket_is_read_where_it_lies(workspace: Workspace, developer: User) -> None:
    Bucket.objects.create(name="packages").workspaces.add(workspace)
    path = ObsPath("packages", "a.zip")
    obs_write(path, pack(job("a"), job("b")))
    run = plan_begin_bucket(actor=by(developer), workspace=workspace, path=str(path), options=OVERWRITE)
    plan_choose(actor=by(developer), run=run, digest=run.plan_digest, choice=Choice.SKIP, positions=[0, 1])
    obs_write(path, pack(job("a"), job("b", description="other"), job("c")))
    run = plan_again(actor=by(developer), run=run)
    assert choices(run) == {"a": "new skip", "b": "new take", "c": "new take"}
    assert "not the one any more" in run.notes[0][0]


@pytest.mark.parametrize("path", ["obs://dlfportal-uploads/a.zip", "obs://other/a.zip", "x", "obs://\x00/a"])
def test_other_buckets_do_not_exist(workspace: Workspace, developer: User, path: str) -> None:
    with pytest.raises((BadRequest, NotFound)):
        plan_begin_bucket(actor=by(developer), workspace=workspace, path=path, options=OVERWRITE)


def test_a_plan_is_discarded_with_its_package(workspace: Workspace, developer: User, folder: Path) -> None:
    run = planned(workspace, developer, job())
    plan_discard(actor=by(developer), run=run, digest=run.plan_digest)
    run.refresh_from_db()
    assert (run.status, run.sealed, list(folder.iterdir())) == (RunStatus.DISCARDED, "", [])
    with pytest.raises(PlanBusy, match="given up"):
        plan_again(actor=by(developer), run=run)


def test_making_a_plan_again_changes_nothing_if_nothing_has_changed(
    workspace: Workspace, developer: User
) -> None:
    imported(workspace, pack(script(content="old")))
    run = planned(workspace, developer, job("a"), job("b"), script(content="new"), options=ImportOptions())
    run = plan_choose(
        actor=by(developer),
        run=run,
        digest=run.plan_digest,
        choice=Choice.TAKE,
        chosen=ItemFilter(outcome="changed"),
    )
    run = plan_choose(actor=by(developer), run=run, digest=run.plan_digest, choice=Choice.SKIP, positions=[0])
    before = (choices(run), run.plan_digest)
    run = plan_again(actor=by(developer), run=run)
    assert (choices(run), run.plan_digest) == before


def test_rows_are_chosen_by_outcome_kind_and_folder(workspace: Workspace, developer: User) -> None:
    documents = [job("a", directory="/x/y"), job("b", directory="/xy"), script(directory="/x")]
    run = planned(workspace, developer, *documents)
    for chosen, names in (
        (ItemFilter(folder="/x"), ["a", "load_sql"]),
        (ItemFilter(folder="x/y/"), ["a"]),
        (ItemFilter(kind="job"), ["a", "b"]),
        (ItemFilter(outcome="same"), []),
        (ItemFilter(choice="skip"), []),
    ):
        assert [one.name for one in plan_items(run, chosen)] == names


def test_a_plan_counts_what_it_would_write(workspace: Workspace, developer: User) -> None:
    imported(workspace, pack(script(content="old"), job("same")))
    run = planned(workspace, developer, job("same"), job("new"), script(content="new"))
    counts = plan_counts(run)
    assert (counts.new, counts.changed, counts.same, counts.writes_new, counts.may_apply) == (
        *(1, 1, 1, 1),
        True,
    )


def test_what_is_needed_and_left_out_is_said(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job(nodes=[node()]), script())
    assert plan_lacks(run) == {}
    place = item(run, "load_sql").position
    plan_choose(actor=by(developer), run=run, digest=run.plan_digest, choice=Choice.SKIP, positions=[place])
    lacking = plan_lacks(run)
    assert {at: [one.name for one in items] for at, items in lacking.items()} == {
        item(run, "load").position: ["load_sql"]
    }
    imported(workspace, pack(script(content="here")))
    run = plan_again(actor=by(developer), run=ImportRun.objects.get(pk=run.pk))
    assert plan_lacks(run) == {}


def test_names_of_the_package_are_counted_and_known_ones_marked(
    workspace: Workspace, developer: User
) -> None:
    imported(workspace, pack(script("theirs", connectionName="prod", database="sales")))
    run = planned(
        workspace,
        developer,
        script("a", connectionName="dev"),
        script("b", connectionName="dev"),
        script("theirs", connectionName="prod", database="sales"),
    )
    assert [tuple(one) for one in plan_uses(run)] == [
        ("connection", "dev", 2, False, "dev"),
        ("connection", "prod", 1, True, "prod"),
        ("database", "sales", 1, True, "sales"),
    ]
    run = plan_map(
        actor=by(developer),
        run=run,
        digest=run.plan_digest,
        mapping={(plan_uses(run)[0].kind, "dev"): "prod"},
    )
    assert plan_uses(run)[0].to == "prod"


def test_documents_of_both_sides_are_read(workspace: Workspace, developer: User) -> None:
    imported(workspace, pack(script(content="old")))
    run = planned(workspace, developer, script(content="new"), job())
    documents = item_documents(item(run, "load_sql"))
    assert documents.here and documents.package
    assert (documents.base, documents.here["content"], documents.package["content"]) == (None, "old", "new")
    assert item_documents(item(run, "load")).here is None


@pytest.mark.parametrize("name", ["", "a/b", "a\x00b", "..", "x" * 256, "load", "taken", "b", "\ud800"])
def test_a_name_that_cannot_be_is_refused(workspace: Workspace, developer: User, name: str) -> None:
    imported(workspace, pack(job("taken")))
    run = planned(workspace, developer, job(), job("b"))
    with pytest.raises(NameRefused):
        name_check(actor=by(developer), run=run, position=item(run, "load").position, new_name=name)
    if name:
        with pytest.raises(NameRefused):
            plan_rename(actor=by(developer), run=run, digest=run.plan_digest, position=1, new_name=name)


def test_viewers_look_and_strangers_do_not(
    workspace: Workspace, other_workspace: Workspace, developer: User, viewer: User, stranger: User
) -> None:
    run = planned(workspace, developer, job())
    assert plan_get(actor=by(viewer), workspace=workspace, run_id=run.pk).pk == run.pk
    with pytest.raises(NotFound):
        plan_get(actor=by(stranger), workspace=workspace, run_id=run.pk)
    with pytest.raises(PlanMissing):
        plan_get(actor=by(stranger), workspace=other_workspace, run_id=run.pk)
    for pk in ("", "x", "\x00" * 32, "0" * 32):
        with pytest.raises(PlanMissing):
            plan_get(actor=by(viewer), workspace=workspace, run_id=pk)
    with pytest.raises(Forbidden):
        plan_discard(actor=by(viewer), run=run)


def test_every_act_is_recorded_once(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job(), script())
    run = plan_rename(actor=by(developer), run=run, digest=run.plan_digest, position=1, new_name="x")
    run = plan_map(actor=by(developer), run=run, digest=run.plan_digest, mapping={})
    run = plan_choose(actor=by(developer), run=run, digest=run.plan_digest, choice=Choice.SKIP, positions=[0])
    plan_discard(actor=by(developer), run=run, digest=run.plan_digest)
    record = AuditEntry.objects.filter(action__startswith="plan.").order_by("pk")
    assert [(one.action, one.detail.get("what", "")) for one in record] == [
        ("plan.make", ""),
        ("plan.change", "rename"),
        ("plan.change", "map"),
        ("plan.change", "choose"),
        ("plan.discard", ""),
    ]


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 256])
def test_what_cannot_be_kept_is_refused_or_means_nothing(
    workspace: Workspace, developer: User, text: str
) -> None:
    run = planned(workspace, developer, job())
    digest = run.plan_digest
    with pytest.raises(BadRequest):
        plan_options(actor=by(developer), run=run, digest=digest, comment=text)
    for chosen in (ItemFilter(outcome=text), ItemFilter(kind=text), ItemFilter(folder=text)):
        assert list(plan_items(run, chosen)) == []
    wild = [-1, 2**31, 2**70]
    plan_choose(actor=by(developer), run=run, digest=digest, choice=Choice.SKIP, positions=wild)
    assert choices(run) == {"load": "new take"}
    for position in wild:
        with pytest.raises(BadRequest):
            plan_rename(actor=by(developer), run=run, digest=digest, position=position, new_name="x")


@pytest.mark.parametrize(
    ("name", "kept"), [("a\x00b\ud800.zip", "ab.zip"), ("", "package.zip"), ("x" * 2000, "x" * 1200)]
)
def test_any_name_of_a_file_can_be_kept(workspace: Workspace, developer: User, name: str, kept: str) -> None:
    run = plan_begin(actor=by(developer), workspace=workspace, file=pack(job()), name=name, options=OVERWRITE)
    assert (run.source, run.status) == (kept, RunStatus.PLANNED)


def test_a_package_that_cannot_be_deleted_now_is_deleted_later(
    workspace: Workspace, developer: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EACCES, "no")

    run = planned(workspace, developer, job())
    with monkeypatch.context() as patch:
        patch.setattr(FolderStorage, "delete", fail)
        plan_discard(actor=by(developer), run=run)
    assert len(list(folder.iterdir())) == 1
    plans_clean()
    assert list(folder.iterdir()) == []
