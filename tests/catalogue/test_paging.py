"""Pages by number: the same rows as by cutting the whole list, and no deeper page costs more."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dlfportal.access.models import Workspace
from dlfportal.catalogue.paging import page_of
from dlfportal.catalogue.selectors import ListFilter, object_list
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from tests.factories import CdmJobFactory, JobFactory, operator
from tests.plans import growing_queries, plan_of
from tests.queries import assert_same_queries, count_queries

FILTERS = [
    ListFilter(),
    ListFilter(type="BATCH"),
    ListFilter(type="REAL_TIME"),
    ListFilter(tags=["weekly"]),
    ListFilter(tags=["weekly", "daily"], type="BATCH"),
    ListFilter(tags=["weekly", "daily"], all_tags=True),
    ListFilter(name="N1", type="BATCH"),
    ListFilter(owner="li", directory="/a"),
    ListFilter(name="absent"),
]
TABLES = {"catalogue_catalogueobject", "catalogue_revision", "catalogue_content", "catalogue_keptcount"}


@pytest.fixture
def jobs(workspace: Workspace, other_workspace: Workspace) -> None:
    for number in range(23):
        JobFactory(
            workspace=workspace,
            name=f"n{number * 7 % 23:02}",
            directory=("/a", "/b")[number % 2],
            processType=("BATCH", "REAL_TIME")[number % 5 == 0],
            basicConfig={"owner": ("li", "rose")[number % 3 == 0], "tags": ["weekly", "daily"][: number % 3]},
        )
    JobFactory(workspace=other_workspace, name="n05")


@pytest.mark.parametrize("gathered", [0, 1000])
def test_every_page_is_that_of_the_whole_list(
    jobs: None, workspace: Workspace, gathered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlfportal.catalogue.selectors.GATHERED", gathered)
    for chosen in FILTERS:
        whole = [job.name for job in object_list(workspace, Kind.JOB, chosen)]
        assert whole == sorted(whole)
        for size in (1, 4, 23, 50):
            for number in (*range(len(whole) // size + 2), 10**30):
                total, rows = page_of(workspace, Kind.JOB, chosen, number, size)
                assert total == len(whole)
                assert [row.name for row in rows] == whole[number * size : (number + 1) * size]


def test_clusters_and_deleted_names_keep_their_places(workspace: Workspace) -> None:
    for number in range(9):
        made = CdmJobFactory(workspace=workspace, name=f"n{number % 3}", cluster=f"c{number // 3}")
        if number % 4 == 3:
            object_delete(actor=operator(), target=made)
    whole = [(row.name, row.cluster) for row in object_list(workspace, Kind.CDM_JOB)]
    paged = [
        (row.name, row.cluster)
        for number in range(4)
        for row in page_of(workspace, Kind.CDM_JOB, ListFilter(), number, 2)[1]
    ]
    assert paged == whole and len(whole) == 7


def test_a_page_costs_the_same_queries_wherever_it_is(jobs: None, workspace: Workspace) -> None:
    def page(number: int) -> None:
        page_of(workspace, Kind.JOB, ListFilter(type="BATCH"), number, 5)

    assert count_queries(lambda: page(0)) == 2
    assert count_queries(lambda: page(1)) == count_queries(lambda: page(3)) == 3
    assert_same_queries(lambda: JobFactory.create_batch(60, workspace=workspace), lambda: page(2))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan")
@pytest.mark.parametrize("gathered", [0, 1000])
def test_no_page_reads_or_sorts_a_whole_table(
    jobs: None, workspace: Workspace, gathered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlfportal.catalogue.selectors.GATHERED", gathered)
    for chosen in FILTERS:
        for number in (0, 1, 3):
            found = growing_queries(
                lambda chosen=chosen, number=number: page_of(workspace, Kind.JOB, chosen, number, 4), TABLES
            )
            assert not found, chosen


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan")
def test_whether_a_job_uses_a_connection_of_many_is_one_look_into_an_index(
    jobs: None, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlfportal.catalogue.selectors.GATHERED", 0)
    with CaptureQueriesContext(connection) as queries:
        page_of(workspace, Kind.JOB, ListFilter(connection="dli"), 0, 5)
    looks = [
        step.text
        for query in queries
        if "EXISTS" in query["sql"]
        for step in plan_of(query["sql"])
        if "reference" in step.text
    ]
    assert len(looks) == 2 and all("source_id=?" in look for look in looks), looks
