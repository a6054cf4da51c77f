"""Where both sides of a changed object come from, and what a plan from another workspace is."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Role, Workspace
from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.selections import Choice as Chosen
from dlfportal.errors import Forbidden, NotFound
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.models import Export
from dlfportal.transfer.planning.bringing import plan_from_workspace
from dlfportal.transfer.planning.packing import NothingChosen
from dlfportal.transfer.planning.plans import item_documents, plan_recognised
from tests.factories import MembershipFactory, WorkspaceFactory
from tests.importing import OVERWRITE, exported, imported, job, pack, script
from tests.planning import by, choices, item, planned, planned_file
from tests.transfer.planning.test_plan_apply import node

pytestmark = pytest.mark.django_db


@pytest.fixture
def development(workspace: Workspace, developer: User) -> Workspace:
    """Another workspace of the project, which the developer may look at."""
    made: Workspace = WorkspaceFactory(project=workspace.project, name="development")
    MembershipFactory(user=developer, workspace=made, role=Role.VIEWER)
    return made


def put(workspace: Workspace, content: str) -> None:
    imported(workspace, pack(job(nodes=[node()]), script(content=content)), OVERWRITE)


def test_what_left_the_workspace_last_is_where_both_come_from(workspace: Workspace, developer: User) -> None:
    put(workspace, "base")
    exported(workspace)
    base = Revision.objects.get(object__name="load_sql")
    put(workspace, "here")
    found = item(planned(workspace, developer, script(content="there")), "load_sql")
    assert (found.base_id, found.both_changed) == (base.pk, True)
    documents = item_documents(found)
    assert [one and one["content"] for one in documents] == ["base", "here", "there"]


def test_a_change_of_one_side_is_no_change_of_both(workspace: Workspace, developer: User) -> None:
    put(workspace, "base")
    exported(workspace)
    found = item(planned(workspace, developer, script(content="there")), "load_sql")
    assert (found.base_id is not None, found.both_changed) == (True, False)


def test_what_two_workspaces_had_in_common_is_where_both_come_from(
    workspace: Workspace, development: Workspace, developer: User
) -> None:
    for place in (workspace, development):
        put(place, "base")
    put(workspace, "here")
    put(development, "there")
    package = exported(development)
    run = planned_file(workspace, developer, BytesIO(package))
    assert item(run, "load_sql").both_changed
    assert choices(run) == {"load": "same take", "load_sql": "changed take"}
    recognised = plan_recognised(actor=by(developer), run=run)
    assert recognised and recognised.workspace_id == development.pk


def test_what_one_may_not_see_is_not_known(
    workspace: Workspace, other_workspace: Workspace, developer: User
) -> None:
    for place in (workspace, other_workspace):
        put(place, "base")
    put(workspace, "here")
    put(other_workspace, "there")
    run = planned_file(workspace, developer, BytesIO(exported(other_workspace)))
    assert item(run, "load_sql").base_id is None
    assert plan_recognised(actor=by(developer), run=run) is None


def test_objects_are_planned_from_another_workspace(
    workspace: Workspace, development: Workspace, developer: User
) -> None:
    put(development, "there")
    run = plan_from_workspace(
        actor=by(developer),
        workspace=workspace,
        origin=development,
        choice=Chosen(names={Kind.JOB: ["load"]}),
        options=OVERWRITE,
    )
    assert choices(run) == {"load": "new take", "load_sql": "new take"}
    assert Export.objects.get().state == "complete"


def test_both_rights_are_needed_for_a_plan_from_elsewhere(
    workspace: Workspace, development: Workspace, other_workspace: Workspace, developer: User
) -> None:
    put(workspace, "here")
    for target, origin, error in (
        (development, workspace, Forbidden),
        (workspace, other_workspace, NotFound),
        (workspace, development, NothingChosen),
    ):
        with pytest.raises(error):
            plan_from_workspace(
                actor=by(developer),
                workspace=target,
                origin=origin,
                choice=Chosen(everything=True),
                options=OVERWRITE,
            )
