"""The jobs that stand alone: their number on the graph of jobs leads to their list, kept if large."""

from __future__ import annotations

import pytest

from dlfportal.catalogue import alone, reports
from dlfportal.catalogue.models import HealthReport
from dlfportal.catalogue.reports import reports_refresh
from dlfportal.catalogue.services import object_delete
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries, count_queries
from tests.web.bulk import look
from tests.web.pages import address, text_of
from tests.web.test_jobs_graph import chain, starting, waiting

LIST = "jobs/?alone=1"


def listed(client, workspace, path=LIST):
    return [row.name for row in client.get(address(workspace, path)).context["page"].rows]


@pytest.fixture
def jobs(workspace):
    """Five jobs that a line begins or ends at, and four that stand alone."""
    chain(workspace)
    JobFactory(workspace=workspace, name="itself", nodes=starting("itself"))
    JobFactory(workspace=workspace, name="last_run", schedule=waiting("last_run"))
    JobFactory(workspace=workspace, name="names_nothing", nodes=starting("gone"))
    gone = JobFactory(workspace=workspace, name="starts_alone", nodes=starting("alone"))
    object_delete(actor=operator(), target=gone)


ALONE = ["alone", "itself", "last_run", "names_nothing"]


def large(monkeypatch):
    for room in (reports, alone):
        monkeypatch.setattr(room, "COUNTED_AT_ONCE", 1)
    monkeypatch.setattr(reports, "REST", 0)


def test_the_number_leads_to_a_list_of_as_many(client_for, viewer, workspace, other_workspace, jobs):
    chain(other_workspace)
    client = client_for(viewer)
    begin = client.get(address(workspace, "graph/"))
    page = begin.context["page"]
    assert page.alone == 4 and page.alone_url == address(workspace, LIST)
    assert page.alone_url in begin.content.decode() and "4 jobs stand alone" in begin.content.decode()
    assert listed(client, workspace) == ALONE
    shown = text_of(client, address(workspace, LIST))
    assert "Only those that stand alone" in shown
    assert listed(client, workspace, "jobs/?alone=1&q=name") == ["names_nothing"]
    assert listed(client, workspace, "scripts/?alone=1") == []


def test_without_any_line_all_jobs_stand_alone(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="only")
    ScriptFactory(workspace=workspace, name="load")
    client = client_for(viewer)
    assert address(workspace, LIST) in text_of(client, address(workspace, "graph/"))
    assert listed(client, workspace) == ["only"]


def test_a_large_workspace_has_the_first_from_the_worker_checked_again(
    client_for, viewer, workspace, jobs, monkeypatch
):
    large(monkeypatch)
    client = client_for(viewer)
    assert listed(client, workspace) == ALONE  # before the first beat they are looked for
    monkeypatch.setattr(alone, "ALONE_KEPT", 3)
    monkeypatch.setattr("dlfportal.web.pages.job_graph.ALONE_KEPT", 3)
    reports_refresh()
    assert listed(client, workspace) == ALONE[:3]
    begin = text_of(client, address(workspace, "graph/"))
    assert "4 jobs stand alone" in begin and "the list has the first 3 by name" in begin
    JobFactory(workspace=workspace, name="joins", nodes=starting("itself"))
    JobFactory(workspace=workspace, name="a_new_one")
    assert listed(client, workspace) == ["alone", "last_run"]
    reports_refresh()
    assert listed(client, workspace) == ["a_new_one", "alone", "last_run"]
    assert listed(client, workspace, "jobs/?alone=1&sort=-updated&type=BATCH")[0] == "a_new_one"


def test_what_an_older_release_kept_is_no_answer(client_for, viewer, workspace, jobs, monkeypatch):
    large(monkeypatch)
    reports_refresh()
    report = HealthReport.objects.get()
    report.groups = {key: value for key, value in report.groups.items() if key not in ("alone", "rings")}
    report.save()
    client = client_for(viewer)
    assert listed(client, workspace) == ALONE
    assert client.get(address(workspace, "graph/?q=b")).context["page"].part.is_in_doubt


def test_all_of_them_can_be_acted_on(client_for, developer, workspace, jobs):
    page = look(client_for(developer), workspace, "submit", all="1", kind="jobs", alone="1").context["page"]
    assert sorted(one.name for one, _url in page.first) == ALONE
    assert page.back_url == address(workspace, LIST)


def test_the_list_costs_the_same_queries(client_for, viewer, workspace, jobs, monkeypatch):
    client = client_for(viewer)

    def more(count):
        for _ in range(count):
            JobFactory(workspace=workspace)
            JobFactory(workspace=workspace, nodes=[*starting("a"), node("n")])

    more(2)
    assert_same_queries(lambda: more(9), lambda: client.get(address(workspace, LIST)))
    large(monkeypatch)
    reports_refresh()
    few = count_queries(lambda: client.get(address(workspace, LIST)))
    more(5)
    reports_refresh()
    assert count_queries(lambda: client.get(address(workspace, LIST))) == few
