"""What a large package would hold, in numbers and in parts, is what the package holds."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.selectors import document_of, object_list, others_list
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports import overview
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.overview import export_overview
from dlfportal.transfer.exports.package import export_preview
from dlfportal.transfer.exports.selection import Contents, NotSubmitted
from dlfportal.transfer.exports.submitted import summary_of_submitted
from dlfportal.transfer.exports.summary import Files, Summary, summary_of
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address


@pytest.fixture
def mixed(workspace: Workspace, other_workspace: Workspace) -> None:
    """Jobs that use objects of every kind in every way, and objects that no job uses."""
    for place in (workspace, other_workspace):
        for name in ("shared", "own", "adhoc", "unused"):
            ScriptFactory(workspace=place, name=name)
        for name, needs in (("lib", ["base"]), ("base", []), ("solo", ["lib", "absent"]), ("far", [])):
            files = [{"location": f"obs://libs/{need}.jar"} for need in needs]
            ResourceFactory(workspace=place, name=name, dependPackages=files)
    ScriptFactory(workspace=other_workspace, name="gone")
    CdmJobFactory(workspace=other_workspace, name="copy", cluster="cdm-1")
    for cluster in ("cdm-1", "cdm-2"):
        CdmJobFactory(workspace=workspace, name="copy", cluster=cluster)
    copy = node("c", "CDMJob", clusterName="cdm-1", jobName="copy")
    for number in range(4):
        nodes = [
            node("1", scriptName="shared"),
            node(
                "2", "DLISpark", resourcePath=("lib", "obs://libs/lib.jar", "obs://plain/x", "base")[number]
            ),
            copy,
        ]
        JobFactory(workspace=workspace, name=f"j{number}", nodes=nodes)
    JobFactory(
        workspace=workspace, name="数", nodes=[node("1", scriptName="own"), node("2", scriptName="gone")]
    )
    lost = [
        node("1", scriptName="etl_${region}"),
        node("2", "CDMJob", clusterName="cdm-9", jobName="copy"),
        node("3", "DLFSubJob", jobName="j1"),
        node("4", "DLFSubJob", jobName="away"),
    ]
    JobFactory(workspace=workspace, name="lost", nodes=lost)
    dropped = JobFactory(workspace=workspace, name="dropped", nodes=[node("1", scriptName="unused")])
    object_delete(actor=operator(), target=dropped)


def by_hand(contents: Contents) -> dict[Kind, Files]:
    counts: Counter[Kind] = Counter(entry.kind for entry in contents.entries)
    sizes: Counter[Kind] = Counter()
    for entry in contents.entries:
        sizes[entry.kind] += entry.size
    return {kind: Files(counts[kind], sizes[kind]) for kind in Kind}


SELECTIONS: dict[str, Any] = {
    "all jobs": (lambda jobs, others: (jobs, None)),
    "everything": (lambda jobs, others: (jobs, others)),
    "some jobs": (lambda jobs, others: (jobs.filter(name__in=["j0", "lost"]), None)),
    "scripts": (lambda jobs, others: (jobs.none(), others.filter(kind=Kind.SCRIPT))),
    "resources": (lambda jobs, others: (jobs.none(), others.filter(kind=Kind.RESOURCE, name="solo"))),
    "some of each": (
        lambda jobs, others: (jobs.filter(name="j0"), others.filter(name__in=["solo", "shared"]))
    ),
    "nothing": (lambda jobs, others: (jobs.none(), None)),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_the_numbers_are_those_of_the_package(
    actor: Actor, workspace: Workspace, mixed: None, name: str
) -> None:
    jobs, others = SELECTIONS[name](object_list(workspace, Kind.JOB), others_list(workspace))
    exact = export_preview(actor=actor, workspace=workspace, jobs=jobs, others=others)
    found: Summary = summary_of(workspace, jobs, others)
    assert found.files == by_hand(exact)
    assert (found.jobs, found.chosen) == (len(exact.jobs), len(exact.chosen))
    assert list(found.missing) == exact.missing
    assert +found.held == exact.held
    if others is None:
        bare = export_preview(actor=actor, workspace=workspace, jobs=jobs, depend=False)
        assert found.bare == by_hand(bare)
        assert found.missing_bare == len(bare.missing)


@pytest.mark.parametrize("name", SELECTIONS)
def test_the_numbers_of_submitted_revisions_are_those_of_their_package(
    actor: Actor, workspace: Workspace, mixed: None, name: str
) -> None:
    never, later = ("unused", "solo", "shared"), ("j0", "lost")
    here = CatalogueObject.objects.filter(ALIVE, workspace=workspace)
    for target in here.exclude(name__in=never).exclude(kind=Kind.CDM_JOB):
        version_submit(actor=operator(), target=target)
    for target in object_list(workspace, Kind.JOB).filter(name__in=later):
        document = {**document_of(target.revision), "nodes": [node("9", scriptName="j1_own")]}
        object_update(actor=operator(), target=target, document=document)
    jobs, others = SELECTIONS[name](object_list(workspace, Kind.JOB), others_list(workspace))
    how: dict[str, Any] = {"actor": actor, "workspace": workspace, "jobs": jobs, "others": others}
    exact = export_preview(status=ExportStatus.SUBMIT, **how)
    for whole in {False, name == "everything"}:
        with CaptureQueriesContext(connection) as queries:
            found = summary_of_submitted(workspace, jobs, others, whole=whole)
        assert len(queries) < 40
        assert found.files == found.bare == by_hand(exact)
        assert (found.jobs, found.chosen) == (len(exact.jobs), len(exact.chosen))
        assert list(found.missing) == exact.missing
        assert +found.held == exact.held


def test_submitted_revisions_of_a_job_without_one_are_refused(
    actor: Actor, workspace: Workspace, mixed: None
) -> None:
    with pytest.raises(NotSubmitted):
        summary_of_submitted(workspace, object_list(workspace, Kind.JOB), None)


def test_parts_follow_each_other_and_are_together_the_whole(
    actor: Actor, workspace: Workspace, mixed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "JOBS_A_PART", 2)
    monkeypatch.setattr(overview, "OTHERS_A_PART", 2)
    jobs, others = object_list(workspace, Kind.JOB), others_list(workspace)
    exact = export_preview(actor=actor, workspace=workspace, jobs=jobs, others=others)
    paths: list[str] = []
    left_out: set[str] = set()
    after, turns = "", 0
    while turns < 10 and (after or not turns):
        found = export_overview(actor=actor, workspace=workspace, jobs=jobs, others=others, after=after)
        paths += [entry.path for entry in found.part.entries]
        left_out |= set(found.part.left_out)
        after, turns = found.following, turns + 1
    assert after == ""
    assert set(paths) == {entry.path for entry in exact.entries}
    in_folders = [path for path in paths if path.startswith("jobs/")]
    assert in_folders == [entry.path for entry in exact.entries if entry.path.startswith("jobs/")]
    assert sorted(left_out) == exact.left_out == ["jobs/away"], (
        "what goes out with another part does not count"
    )


@pytest.mark.parametrize("after", ["x", "object/x", "object/99999999", "job/", "object/", "object/²"])
def test_what_is_no_place_shows_a_first_part(
    actor: Actor, workspace: Workspace, mixed: None, after: str
) -> None:
    jobs, others = object_list(workspace, Kind.JOB), others_list(workspace)
    found = export_overview(actor=actor, workspace=workspace, jobs=jobs, others=others, after=after)
    assert found.part.entries


def test_a_large_selection_costs_the_same_queries_with_ten_times_the_objects(
    actor: Actor, workspace: Workspace, mixed: None
) -> None:
    def more() -> None:
        for number in range(30):
            ScriptFactory(workspace=workspace, name=f"s{number}")
            nodes = [node("1", scriptName=f"s{number}"), node("2", "DLISpark", resourcePath="base")]
            JobFactory(workspace=workspace, name=f"more{number}", nodes=nodes)

    jobs, others = object_list(workspace, Kind.JOB), others_list(workspace)

    def look() -> None:
        export_overview(actor=actor, workspace=workspace, jobs=jobs, others=others)

    assert_same_queries(more, look)


@pytest.mark.django_db
def test_the_page_of_many_jobs_leads_through_its_parts(
    client: Client, viewer: User, workspace: Workspace
) -> None:
    client.force_login(viewer)
    ScriptFactory(workspace=workspace, name="load")
    for number in range(150):
        JobFactory(workspace=workspace, name=f"j{number:03}", nodes=[node("n", scriptName="load")])
    url = address(workspace, "export/")
    page = client.get(url, {"all": "1"}, follow=True).context["page"]
    assert [(kind, count) for kind, _label, count in page.numbers.kinds] == [("job", 150), ("script", 150)]
    assert (page.numbers.files, page.numbers.objects) == (300, 151)
    first = [group.head.label for group in page.groups]
    answer = client.get(page.following_url)
    second = [group.head.label for group in answer.context["page"].groups]
    assert [*first, *second] == [f"j{number:03}" for number in range(150)]
    assert answer.context["page"].following == ""
    assert "Show the next part" not in answer.content.decode()
    assert CatalogueObject.objects.count() == 151
