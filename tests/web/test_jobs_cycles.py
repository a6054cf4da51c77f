"""A cycle of jobs that lies only partly within the picture is red there all the same."""

from __future__ import annotations

import pytest

from dlfportal.catalogue import job_groups, reports
from dlfportal.catalogue.reports import job_rings_of, reports_refresh
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_update
from dlfportal.formats.kinds import Kind
from tests.factories import JobFactory, operator
from tests.web.pages import address
from tests.web.test_jobs_graph import drawing_of, lines_of, nothing_kept, starting, waiting  # noqa: F401


@pytest.fixture
def ring(workspace):
    """Six jobs that start each other round, one that starts one of them, and three that wait round."""
    for number in range(6):
        JobFactory(workspace=workspace, name=f"r{number}", nodes=starting(f"r{(number + 1) % 6}"))
    JobFactory(workspace=workspace, name="before", nodes=starting("r0"))
    for number in range(3):
        JobFactory(workspace=workspace, name=f"w{number}", schedule=waiting(f"w{(number + 1) % 3}", "r0"))


def large(monkeypatch):
    monkeypatch.setattr(reports, "COUNTED_AT_ONCE", 1)
    monkeypatch.setattr(reports, "REST", 0)


AROUND = {("g-cycle", "r5", "r0"), ("g-cycle", "r0", "r1"), ("g-plain", "before", "r0")}


def picture(client, workspace, query="1+r0+1"):
    return {one for one in lines_of(drawing_of(client, workspace, query)) if not one[2].startswith("w")}


def test_its_lines_are_red_and_the_page_says_that_it_goes_on(client_for, viewer, workspace, ring):
    client = client_for(viewer)
    assert picture(client, workspace) == AROUND
    answer = client.get(address(workspace, "graph/?q=1%2Br0%2B1"))
    part = answer.context["page"].part
    assert sorted(one.name for one in part.beyond) == ["r0", "r1", "r5"] and len(part.rounds) == 1
    page = answer.content.decode()
    assert "A cycle goes on beyond what is shown" in page and "part of a cycle" in page
    assert "counted" not in page and not part.is_in_doubt
    waits = lines_of(drawing_of(client, workspace, "0+w0 0+w1"))
    assert waits == {("g-cycle-waits", "w1", "w0")}


def test_one_that_is_shown_whole_is_listed_and_does_not_go_on(client_for, viewer, workspace, ring):
    part = client_for(viewer).get(address(workspace, "graph/?q=r0%2B")).context["page"].part
    assert part.beyond == [] and len(part.rounds) == 2  # with that of those that wait


def test_a_large_workspace_has_them_from_the_worker(client_for, viewer, workspace, ring, monkeypatch):
    large(monkeypatch)
    client = client_for(viewer)
    plain = {("g-plain", *line[1:]) for line in AROUND}
    assert picture(client, workspace) == plain
    page = client.get(address(workspace, "graph/?q=1%2Br0%2B1"))
    assert page.context["page"].part.is_in_doubt and "Only cycles that lie within" in page.content.decode()
    reports_refresh()
    assert picture(client, workspace) == AROUND  # the kept picture is another one
    page = client.get(address(workspace, "graph/?q=1%2Br0%2B1"))
    assert "counted" in page.content.decode() and not page.context["page"].part.is_in_doubt


def test_too_many_to_be_kept_or_read_are_said(client_for, viewer, workspace, ring, monkeypatch):
    monkeypatch.setattr(job_groups, "LINES_AT_ONCE", 3)
    assert job_rings_of(workspace).rings is None
    monkeypatch.setattr(job_groups, "RING_JOBS_KEPT", 3)
    large(monkeypatch)
    reports_refresh()
    assert job_rings_of(workspace).rings is None
    page = client_for(viewer).get(address(workspace, "graph/?q=1%2Br0%2B1")).content.decode()
    assert "Only cycles that lie within" in page


def test_a_cycle_that_is_broken_is_not_red_any_more(client_for, viewer, workspace, ring):
    client = client_for(viewer)
    assert picture(client, workspace) == AROUND
    target = object_get(workspace, Kind.JOB, "r3")
    object_update(actor=operator(), target=target, document=document_of(target.revision) | {"nodes": []})
    assert picture(client, workspace) == {("g-plain", *line[1:]) for line in AROUND}
