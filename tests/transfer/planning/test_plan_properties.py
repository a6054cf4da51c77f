"""Whatever people choose: an apply writes the documents of the plan, a plan made again keeps choices, and an
undo puts all back.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import Content
from dlfportal.catalogue.selectors import content_bytes
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.mapping import MapKind
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import Choice, ImportRun, RunStatus
from dlfportal.transfer.planning.applying import plan_apply_begin
from dlfportal.transfer.planning.choosing import plan_choose, plan_map, plan_rename_many
from dlfportal.transfer.planning.making import plan_again
from dlfportal.transfer.planning.plans import plan_counts
from tests.importing import alive, delete_all, imported, job, pack, script
from tests.planning import by, choices, planned
from tests.transfer.planning.test_plan_apply import documents, node
from tests.undoing import assert_right, standing, undone

pytestmark = pytest.mark.django_db

NAMES = ["a", "b", "c"]
STATES = st.sampled_from(["", "old", "same", "submitted"])
CHOICES = st.sampled_from(["", "take", "skip", "rename"])


def document(name: str, content: str) -> dict[str, Any]:
    return script(name, content=content, connectionName="dev")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    here=st.fixed_dictionaries(dict.fromkeys(NAMES, STATES)),
    chosen=st.fixed_dictionaries(dict.fromkeys(NAMES, CHOICES)),
    options=st.builds(
        ImportOptions, policy=st.sampled_from(Policy), target_status=st.sampled_from(TargetStatus)
    ),
    is_mapped=st.booleans(),
)
def test_an_apply_writes_what_the_plan_says_and_an_undo_takes_it_back(
    workspace: Workspace,
    developer: User,
    here: dict[str, str],
    chosen: dict[str, str],
    options: ImportOptions,
    is_mapped: bool,
) -> None:
    put(workspace, here)
    before, all_before = documents(workspace), standing(workspace)
    user = job("user", nodes=[node(name) for name in NAMES], basicConfig={"tags": ["t"]})
    package = [user, *(document(name, "same") for name in NAMES)]
    run = planned(workspace, developer, *package, options=options)
    run = choose(run, developer, chosen, is_mapped)
    again = plan_again(actor=by(developer), run=run)
    assert (choices(again), again.plan_digest) == (choices(run), run.plan_digest)
    wanted = {**before, **planned_documents(again)}
    if not plan_counts(again).may_apply:
        return
    done = plan_apply_begin(actor=by(developer), run=again, digest=again.plan_digest)
    assert done.status == RunStatus.SUCCESSFUL
    found = {one.name: content_bytes(one.revision.content) for one in alive(workspace) if one.revision}
    assert found == {name: canonical(one) if isinstance(one, dict) else one for name, one in wanted.items()}
    taken_back(workspace, done, all_before)


def put(workspace: Workspace, here: dict[str, str]) -> None:
    """Have scripts stand in the workspace, and nothing else; some of them are submitted."""
    delete_all(workspace)
    for status in TargetStatus:
        is_submitted = status is TargetStatus.SUBMITTED
        some = [
            document(name, state)
            for name, state in here.items()
            if state and (state == "submitted") is is_submitted
        ]
        if some:
            imported(workspace, pack(*some), ImportOptions(Policy.OVERWRITE, target_status=status))


def taken_back(workspace: Workspace, done: ImportRun, before: dict[str, Any]) -> None:
    """Undo an import, and then the undo: what stood before each stands again, and all that is derived."""
    after = standing(workspace)
    undo = undone(done)
    assert undo.status == RunStatus.SUCCESSFUL, run_message(undo)
    assert standing(workspace) == before
    assert_right(workspace)
    assert undone(undo).status == RunStatus.SUCCESSFUL
    assert standing(workspace) == after


def choose(run: ImportRun, developer: User, chosen: dict[str, str], is_mapped: bool) -> ImportRun:
    """Return the plan with a choice for each script, and perhaps a mapping."""
    places = dict(run.items.values_list("name", "position"))
    actor = by(developer)
    for choice in (Choice.TAKE, Choice.SKIP):
        positions = [places[name] for name, one in chosen.items() if one == choice]
        run = plan_choose(actor=actor, run=run, digest=run.plan_digest, choice=choice, positions=positions)
    names = {places[name]: f"{name}_new" for name, one in chosen.items() if one == "rename"}
    if names:
        run = plan_rename_many(actor=actor, run=run, digest=run.plan_digest, names=names)
    if is_mapped:
        mapping = {(MapKind.CONNECTION, "dev"): "prod"}
        run = plan_map(actor=actor, run=run, digest=run.plan_digest, mapping=mapping)
    return run


def planned_documents(run: ImportRun) -> dict[str, bytes]:
    """Return what the plan would write, by the names in the workspace."""
    writes = run.items.filter(outcome__in=("new", "changed")).exclude(choice=Choice.SKIP)
    kept = {one.sha256: content_bytes(one) for one in Content.objects.all()}
    return {one.new_name or one.name: kept[one.sha256] for one in writes}
