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
