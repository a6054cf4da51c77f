"""Bringing over does what an export does that is then imported, with a mapping and without."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Role, Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.selections import Choice, choice_resolve
from dlfportal.formats.kinds import Kind
from dlfportal.formats.mapping import MapKind, NameMap
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import export_jobs
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.planning.bringing import plan_from_workspace
from dlfportal.transfer.planning.making import plan_begin
from tests.factories import MembershipFactory, WorkspaceFactory
from tests.importing import OVERWRITE, delete_all, imported, job, pack, script
from tests.planning import by
from tests.transfer.planning.test_plan_apply import applied, documents, node

pytestmark = pytest.mark.django_db

NAMES = ["a", "b"]
TEXTS = st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from(["", "old", "new"])))
MAPPING = {(MapKind.CONNECTION, "dev"): "prod", (MapKind.OWNER, "li"): "ops"}
CHOSEN = st.fixed_dictionaries(
    {kind: st.lists(st.sampled_from(NAMES), unique=True) for kind in (Kind.JOB, Kind.SCRIPT)}
)


@pytest.fixture
def places(workspace: Workspace, developer: User) -> list[Workspace]:
    """Where from, and two targets that are alike."""
    made = [WorkspaceFactory(project=workspace.project, name=name) for name in ("one", "two")]
    for place in made:
        MembershipFactory(user=developer, workspace=place, role=Role.DEVELOPER)
    return [workspace, *made]


def put(place: Workspace, texts: dict[str, str], connection: str) -> None:
    delete_all(place)
    kept = {name: text for name, text in texts.items() if text}
    scripts = [script(name, text, connectionName=connection, owner="li") for name, text in kept.items()]
    jobs = [job(f"job_{name}", nodes=[node(name)], description=text) for name, text in kept.items()]
    if kept:
        imported(place, pack(*scripts, *jobs), OVERWRITE)


def plan_of_export(
    origin: Workspace, target: Workspace, user: User, choice: Choice, mapping: NameMap
) -> ImportRun:
    resolved = choice_resolve(origin, choice)
    package = export_jobs(
        actor=by(user),
        workspace=origin,
        jobs=resolved.jobs,
        others=resolved.others,
        depend=True,
        status=ExportStatus.DEVELOP,
    )
    file = BytesIO(b"".join(package.stream))
    return plan_begin(
        actor=by(user), workspace=target, file=file, name="jobs.zip", options=OVERWRITE, mapping=mapping
    )


def rows(run: ImportRun) -> list[tuple[object, ...]]:
    columns = ("kind", "cluster", "name", "outcome", "choice", "sha256", "mapped")
    return list(run.items.order_by("position").values_list(*columns))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(here=TEXTS, there=TEXTS, chosen=CHOSEN, is_mapped=st.booleans())
def test_bringing_over_is_exporting_and_importing(
    places: list[Workspace],
    developer: User,
    here: dict[str, str],
    there: dict[str, str],
    chosen: dict[Kind, list[str]],
    is_mapped: bool,
) -> None:
    origin, *targets = places
    put(origin, here, "dev")
    for target in targets:
        put(target, there, "prod")
    jobs = [f"job_{name}" for name in chosen[Kind.JOB]]
    choice = Choice({Kind.JOB: jobs, Kind.SCRIPT: chosen[Kind.SCRIPT]})
    if not any(here[name] for names in chosen.values() for name in names):
        return
    mapping: NameMap = MAPPING if is_mapped else {}
    brought = plan_from_workspace(
        actor=by(developer),
        workspace=targets[0],
        origin=origin,
        choice=choice,
        options=OVERWRITE,
        mapping=mapping,
    )
    carried = plan_of_export(origin, targets[1], developer, choice, mapping)
    assert rows(brought) == rows(carried) != []
    assert brought.digest == carried.digest
    if brought.items.filter(outcome__in=("new", "changed")).exists():
        applied(brought, developer)
        applied(carried, developer)
    assert documents(targets[0]) == documents(targets[1])
    assert CatalogueObject.objects.filter(ALIVE, workspace=origin).count() == 2 * sum(
        map(bool, here.values())
    )
