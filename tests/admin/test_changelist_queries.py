"""Lists cost the same with ten times the rows, and keep to the indexes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dlfportal.audit.models import AuditEntry
from tests.admin.pages import list_url
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory
from tests.queries import assert_same_queries

FACTORIES = {"job": JobFactory, "script": ScriptFactory, "resource": ResourceFactory, "cdmjob": CdmJobFactory}


@pytest.mark.parametrize("model", FACTORIES)
@pytest.mark.parametrize("query", ["", "?q=0", "?o=1", "?updated_at__year=2000"])
def test_list_costs_the_same_with_more_rows(client_for, developer, workspace, model, query):
    client = client_for(developer)
    factory = FACTORIES[model]
    factory.create_batch(2, workspace=workspace)
    assert_same_queries(
        lambda: factory.create_batch(20, workspace=workspace), lambda: client.get(list_url(model) + query)
    )


def test_record_costs_the_same_with_more_rows(client_for, admin, workspace):
    client = client_for(admin)
    JobFactory.create_batch(2, workspace=workspace)
    assert_same_queries(
        lambda: JobFactory.create_batch(20, workspace=workspace),
        lambda: client.get("/admin/audit/auditentry/"),
    )
    assert AuditEntry.objects.count() >= 22


def test_list_never_asks_for_distinct_values_or_contents(client_for, developer, workspace):
    JobFactory(workspace=workspace, basicConfig={"owner": "rose"})
    with CaptureQueriesContext(connection) as queries:
        page = client_for(developer).get(f"{list_url()}?workspace={workspace.pk}")
    text = " ".join(query["sql"] for query in queries)
    assert "DISTINCT" not in text
    assert "catalogue_content" not in text
    assert "rose" in page.content.decode()  # the owner filter of the chosen workspace


@pytest.mark.parametrize("query", ["", "?o=1", "?o=-1", "?o=10", "?o=-10"])
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="reads SQLite's query plan")
def test_order_comes_from_an_index(client_for, admin, workspace, query):
    JobFactory.create_batch(60, workspace=workspace)
    with CaptureQueriesContext(connection) as queries:
        client_for(admin).get(f"{list_url()}{query}")
    ordered = [entry["sql"] for entry in queries if "ORDER BY" in entry["sql"] and "LIMIT" in entry["sql"]]
    pages = [sql for sql in ordered if '"catalogue_catalogueobject"' in sql]
    assert pages
    for sql in pages:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = str(cursor.fetchall())
        assert "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize(("query", "names"), [("", ["a", "b", "c"]), ("?o=-1", ["c", "b", "a"])])
def test_pages_are_in_order(client_for, developer, workspace, query, names):
    for name in ("b", "c", "a"):
        JobFactory(workspace=workspace, name=name)
    rows = client_for(developer).get(list_url() + query).context["cl"].result_list
    assert [row.name for row in rows] == names


def test_second_page_goes_on_where_the_first_ended(client_for, developer, workspace):
    JobFactory.create_batch(60, workspace=workspace)
    pages = [client_for(developer).get(f"{list_url()}?p={page}").context["cl"] for page in (1, 2)]
    names = [row.name for page in pages for row in page.result_list]
    assert names == sorted(names)
    assert len(set(names)) == 60


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("type=REAL_TIME", ["stream"]),
        ("schedule=CRON", ["cron"]),
        ("q=stre", ["stream"]),
        ("q=nightly", ["cron"]),
        ("type=NEVER", []),
    ],
)
def test_filters_and_search_narrow(client_for, developer, workspace, query, names):
    JobFactory(workspace=workspace, name="stream", processType="REAL_TIME")
    JobFactory(workspace=workspace, name="cron", schedule={"type": "CRON"}, description="nightly")
    rows = client_for(developer).get(f"{list_url()}?{query}").context["cl"].result_list
    assert [row.name for row in rows] == names


def test_a_list_of_more_than_a_page_is_shown_whole_on_demand(client_for, developer, workspace):
    ScriptFactory.create_batch(51, workspace=workspace)
    client = client_for(developer)
    shown = [client.get(list_url("script") + query).context["cl"].result_list for query in ("", "?all=")]
    assert [len(rows) for rows in shown] == [50, 51]


NARROWED = {
    "": True, "?o=-1": True, "?o=10": True, "?o=-10": True, "?type=REAL_TIME": True,
    "?type=REAL_TIME&o=-1": True, "?type=REAL_TIME&o=10": True, "?owner=rose": True, "?owner=nobody": True,
    "?schedule=CRON&o=-10": False, "?owner=rose&type=BATCH": False, "?q=N1": False, "?q=n 1": False,
    "?q='0'&type=BATCH": False, "?q=absent": False, "?q=\"": False, "?node_count=0": False,
    "?updated_at__gte=2020-01-01T00:00%2B00:00": False,
    "?updated_at__gte=2020-01-01T00:00%2B00:00&type=REAL_TIME": False,
}  # fmt: skip
"""What a list may be asked for, and whether the portal keeps the count of it."""


@pytest.mark.parametrize("most", [5, 1000])
@pytest.mark.parametrize("person", ["admin", "developer"])
def test_a_list_has_the_rows_that_a_plain_query_has(
    client_for, request, workspace, other_workspace, person, most, monkeypatch
):
    """The first rows of many by walks over the indexes; few by gathering; both the same as sorting all."""
    for module in ("bounded", "changelist"):
        monkeypatch.setattr(f"dlfportal.adminsite.{module}.ROWS_AT_MOST", most)
    for number in range(12):
        JobFactory(
            workspace=(workspace, other_workspace)[number % 5 == 0],
            name=f"n{number * 7 % 12:02}",
            processType=("BATCH", "REAL_TIME")[number % 2],
            basicConfig={"owner": ("rose", "li")[number % 3 == 0]},
            schedule={"type": ("CRON", "EXECUTE_ONCE")[number % 4 == 0]},
        )
    client = client_for(request.getfixturevalue(person))
    for query, is_kept in NARROWED.items():
        page = client.get(list_url() + query).context["cl"]
        plain = list(page.queryset.order_by(*page.order).values_list("name", flat=True))
        assert [row.name for row in page.result_list] == plain[:most], query
        total = str(len(plain)) if is_kept or len(plain) <= most else f"{most}+"
        assert str(page.result_count) == total, query


def test_a_list_of_more_than_can_be_counted_says_so(client_for, developer, workspace, monkeypatch):
    monkeypatch.setattr("dlfportal.adminsite.bounded.ROWS_AT_MOST", 60)
    JobFactory.create_batch(70, workspace=workspace)
    client = client_for(developer)
    page = client.get(f"{list_url()}?schedule=EXECUTE_ONCE").content.decode()
    assert "60+ jobs" in page and "Select all 60+ jobs" in page and "?p=2&" in page
    page = client.get(list_url()).content.decode()
    assert "70 jobs" in page and "p=3" not in page, "what is counted is shown, what is too far is not"
    assert client.get(f"{list_url()}?p=3").url.endswith("?e=1")
