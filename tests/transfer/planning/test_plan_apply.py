"""A plan is applied exactly as it was seen, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Content, Revision
from dlfportal.catalogue.selectors import content_bytes, document_of
from dlfportal.errors import Conflict, Forbidden, NotFound
from dlfportal.formats.mapping import MapKind
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import Choice, ImportRun, RunStatus
from dlfportal.transfer.planning import applying
from dlfportal.transfer.planning.applying import PlanBlocked, plan_apply_begin
from dlfportal.transfer.planning.choosing import plan_choose, plan_map, plan_options, plan_rename
from dlfportal.transfer.planning.making import plan_again
from dlfportal.transfer.planning.states import PlanMoved
from tests.importing import OVERWRITE, alive, imported, job, pack, script
from tests.planning import by, choices, item, planned

pytestmark = pytest.mark.django_db


def node(name: str = "load_sql", **properties: str) -> dict[str, Any]:
    values = {"scriptName": name, **properties}
    return {
        "name": "run",
        "type": "DLISQL",
        "properties": [{"name": key, "value": value} for key, value in values.items()],
    }


def documents(workspace: Workspace) -> dict[str, Any]:
    return {one.name: document_of(one.revision) for one in alive(workspace) if one.revision}


def applied(run: ImportRun, user: User) -> ImportRun:
    run.refresh_from_db()
    return plan_apply_begin(actor=by(user), run=run, digest=run.plan_digest)


def test_a_plan_writes_nothing_until_it_is_applied(
    workspace: Workspace, developer: User, folder: Path
) -> None:
    run = planned(workspace, developer, job(), script())
    assert (run.status, choices(run)) == (RunStatus.PLANNED, {"load": "new take", "load_sql": "new take"})
    assert alive(workspace) == []
    assert len(list(folder.iterdir())) == 1
    run = applied(run, developer)
    assert (run.status, run_message(run)) == (
        RunStatus.SUCCESSFUL,
        "2 new, 0 changed, 0 the same, 0 left out, as planned.",
    )
    assert sorted(documents(workspace)) == ["load", "load_sql"]
    assert list(folder.iterdir()) == []
    assert item(run, "load").revision_after_id == alive(workspace)[0].revision_id


def test_an_apply_writes_what_a_direct_import_writes(
    workspace: Workspace, other_workspace: Workspace, developer: User
) -> None:
    old, new = script(content="SELECT 1;\n"), script(content="SELECT 2;\n")
    for place in (workspace, other_workspace):
        imported(place, pack(old))
    applied(planned(workspace, developer, job(nodes=[node()]), new), developer)
    imported(other_workspace, pack(job(nodes=[node()]), new), OVERWRITE)
    assert documents(workspace) == documents(other_workspace)
    here, there = (
        {one.name: (one.state, one.version_number, one.node_count, one.size) for one in alive(place)}
        for place in (workspace, other_workspace)
    )
    assert here == there


def test_objects_are_taken_or_skipped(workspace: Workspace, developer: User) -> None:
    imported(workspace, pack(script(content="old")))
    run = planned(workspace, developer, job("a"), job("b"), script(content="new"))
    changed = [item(run, name).position for name in ("a", "load_sql")]
    plan_choose(actor=by(developer), run=run, digest=run.plan_digest, choice=Choice.SKIP, positions=changed)
    run = applied(run, developer)
    assert "1 new, 0 changed, 0 the same, 2 left out" in run_message(run)
    found = documents(workspace)
    assert sorted(found) == ["b", "load_sql"] and found["load_sql"]["content"] == "old"


def test_the_policy_chooses_for_what_has_changed(workspace: Workspace, developer: User) -> None:
    imported(workspace, pack(script(content="old")))
    run = planned(workspace, developer, job(), script(content="new"), options=ImportOptions())
    assert choices(run) == {"load": "new take", "load_sql": "changed skip"}
    run = plan_options(actor=by(developer), run=run, digest=run.plan_digest, policy=Policy.OVERWRITE)
    assert choices(run) == {"load": "new take", "load_sql": "changed take"}
    applied(run, developer)
    assert documents(workspace)["load_sql"]["content"] == "new"


def test_a_comment_is_the_reason_and_submitting_is_a_choice(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, script())
    plan_options(
        actor=by(developer),
        run=run,
        digest=run.plan_digest,
        target_status=TargetStatus.SAVED,
        comment=" ticket 7 ",
    )
    applied(run, developer)
    (one,) = alive(workspace)
    assert (one.version_number, one.revision and one.revision.reason) == (0, "ticket 7")
    act = AuditEntry.objects.get(action="package.import")
    assert act.detail["reason"] == "ticket 7" and act.user == developer


def test_a_new_name_is_followed_by_what_names_it(workspace: Workspace, developer: User) -> None:
    imported(workspace, pack(script(content="theirs")))
    run = planned(workspace, developer, job(nodes=[node(), node()]), script(content="ours"))
    position = item(run, "load_sql").position
    run = plan_rename(
        actor=by(developer), run=run, digest=run.plan_digest, position=position, new_name="load_sql_2"
    )
    renamed = item(run, "load_sql")
    assert (renamed.outcome, renamed.choice, renamed.new_name, renamed.followed) == (
        *("new", "rename", "load_sql_2"),
        2,
    )
    applied(run, developer)
    found = documents(workspace)
    assert found["load_sql"]["content"] == "theirs" and found["load_sql_2"]["content"] == "ours"
    assert [one["properties"][0]["value"] for one in found["load"]["nodes"]] == ["load_sql_2"] * 2


def test_a_new_name_can_be_taken_back(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job(nodes=[node()]), script())
    first = run.plan_digest
    position = item(run, "load_sql").position
    for name in ("other", ""):
        run = plan_rename(
            actor=by(developer), run=run, digest=run.plan_digest, position=position, new_name=name
        )
    assert run.plan_digest == first
    run = plan_rename(
        actor=by(developer), run=run, digest=run.plan_digest, position=position, new_name="other"
    )
    run = plan_choose(
        actor=by(developer), run=run, digest=run.plan_digest, choice=Choice.SKIP, positions=[position]
    )
    assert choices(run) == {"load": "new take", "load_sql": "new skip"}
    applied(run, developer)
    assert documents(workspace)["load"]["nodes"][0]["properties"][0]["value"] == "load_sql"


def test_names_are_mapped_and_the_plan_says_where(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job(nodes=[node(connectionName="dev")]), script(connectionName="dev"))
    mapping = {(MapKind.CONNECTION, "dev"): "prod"}
    run = plan_map(actor=by(developer), run=run, digest=run.plan_digest, mapping=mapping, profile="p")
    assert item(run, "load").mapped == [["connection", "dev", "prod", "$.nodes[0].properties[1].value"]]
    assert run.profile == "p"
    applied(run, developer)
    found = documents(workspace)
    assert found["load_sql"]["connectionName"] == "prod"
    assert found["load"]["nodes"][0]["properties"][1]["value"] == "prod"


def test_what_is_invalid_may_be_left_out(workspace: Workspace, developer: User) -> None:
    broken = {"name": "broken", "nodes": "none", "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
    run = planned(workspace, developer, job(), broken)
    assert choices(run) == {"load": "new take", "broken": "invalid take"}
    with pytest.raises(PlanBlocked, match="broken"):
        applied(run, developer)
    left_out = [item(run, "broken").position]
    plan_choose(actor=by(developer), run=run, digest=run.plan_digest, choice=Choice.SKIP, positions=left_out)
    applied(run, developer)
    assert sorted(documents(workspace)) == ["load"]


def test_nothing_to_write_is_said(workspace: Workspace, developer: User) -> None:
    imported(workspace, pack(script()))
    with pytest.raises(PlanBlocked, match="nothing to write"):
        applied(planned(workspace, developer, script()), developer)


@pytest.mark.parametrize("before", [True, False])
def test_moved_ground_is_named_and_the_choices_stay(
    workspace: Workspace, developer: User, before: bool
) -> None:
    if before:
        imported(workspace, pack(script(content="old")))
    run = planned(workspace, developer, job("a"), job("b"), script(content="new"))
    plan_choose(
        actor=by(developer),
        run=run,
        digest=run.plan_digest,
        choice=Choice.SKIP,
        positions=[item(run, "a").position],
    )
    imported(workspace, pack(script(content="meanwhile")), OVERWRITE)
    run = applied(run, developer)
    assert (run.status, run.sealed != "") == (RunStatus.PLANNED, True)
    assert "load_sql changed since the plan was made" in run_message(run)
    assert sorted(documents(workspace)) == ["load_sql"]
    run = plan_again(actor=by(developer), run=run)
    assert choices(run) == {"a": "new skip", "b": "new take", "load_sql": "changed take"}
    run = applied(run, developer)
    assert run.status == RunStatus.SUCCESSFUL
    assert documents(workspace)["load_sql"]["content"] == "new"


def test_what_is_left_out_may_move(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job(), script())
    plan_choose(
        actor=by(developer),
        run=run,
        digest=run.plan_digest,
        choice=Choice.SKIP,
        positions=[item(run, "load_sql").position],
    )
    imported(workspace, pack(script(content="meanwhile")))
    assert applied(run, developer).status == RunStatus.SUCCESSFUL


def test_the_package_is_not_needed_any_more(workspace: Workspace, developer: User, folder: Path) -> None:
    run = planned(workspace, developer, job(nodes=[node()]), script())
    for path in folder.iterdir():
        path.unlink()
    assert applied(run, developer).status == RunStatus.SUCCESSFUL


def test_two_people_do_not_write_over_each_other(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job(), script())
    seen = run.plan_digest
    plan_choose(actor=by(developer), run=run, digest=seen, choice=Choice.SKIP, positions=[0])
    for act in (
        lambda: plan_choose(actor=by(developer), run=run, digest=seen, choice=Choice.SKIP, positions=[1]),
        lambda: plan_rename(actor=by(developer), run=run, digest=seen, position=1, new_name="x"),
        lambda: plan_map(actor=by(developer), run=run, digest=seen, mapping={}),
        lambda: plan_options(actor=by(developer), run=run, digest=seen, comment="x"),
        lambda: plan_apply_begin(actor=by(developer), run=run, digest=seen),
    ):
        with pytest.raises(PlanMoved):
            act()
    run.refresh_from_db()
    assert (choices(run)["load"], run.status, alive(workspace)) == ("new skip", RunStatus.PLANNED, [])


def test_a_crash_while_applying_leaves_the_plan(
    workspace: Workspace, developer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = planned(workspace, developer, job())

    def crash(**_: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(applying, "plan_apply", crash)
        applied(run, developer)
    run.refresh_from_db()
    assert (run.status, alive(workspace)) == (RunStatus.PLANNED, [])
    assert "log says why" in run_message(run)
    assert AuditEntry.objects.filter(action="package.import_fail").count() == 1
    assert applied(run, developer).status == RunStatus.SUCCESSFUL


def test_a_plan_is_applied_once(workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job())
    digest = run.plan_digest
    applied(run, developer)
    with pytest.raises(Conflict, match="has been applied"):
        plan_apply_begin(actor=by(developer), run=run, digest=digest)
    assert Revision.objects.count() == 1


def test_viewers_may_not_act_and_strangers_see_nothing(
    workspace: Workspace, developer: User, viewer: User, stranger: User
) -> None:
    run = planned(workspace, developer, job())
    for user, error in ((viewer, Forbidden), (stranger, NotFound)):
        for act in (plan_apply_begin, plan_options):
            with pytest.raises(error):
                act(actor=by(user), run=run, digest=run.plan_digest)  # type: ignore[operator]
        with pytest.raises(error):
            plan_again(actor=by(user), run=run)
        with pytest.raises(error):
            planned(workspace, user, job())


def test_every_document_of_a_plan_is_stored(workspace: Workspace, developer: User) -> None:
    imported(workspace, pack(script(content="old")))
    run = planned(workspace, developer, job(), script(content="new"), options=ImportOptions())
    kept = {one.sha256: content_bytes(one) for one in Content.objects.all()}
    assert all(one.sha256 in kept for one in run.items.all())
