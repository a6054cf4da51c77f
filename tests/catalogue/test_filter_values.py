from __future__ import annotations

import pytest
from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import FILTERS_SHOWN, filter_values
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from tests.factories import JobFactory, ScriptFactory, operator
from tests.queries import count_queries


@pytest.fixture
def scripts(workspace: Workspace, other_workspace: Workspace) -> None:
    places = ["/", "/b", "/a/数据", "/b", "/A", "/a", "/a%"]
    owners = ["li", "", "wang", "li", "", "李", "x"]
    for place, (directory, owner) in enumerate(zip(places, owners, strict=True)):
        ScriptFactory(
            workspace=workspace, directory=directory, owner=owner, type=["DLISQL", "SHELL"][place % 2]
        )
    ScriptFactory(workspace=other_workspace, directory="/foreign", owner="foreign")
    JobFactory(workspace=workspace, directory="/jobs")
    gone = ScriptFactory(workspace=workspace, directory="/gone", owner="gone")
    object_delete(actor=operator(), target=gone)


@pytest.mark.parametrize("column", ["type", "directory", "owner"])
def test_it_gives_what_distinct_gives(scripts: None, workspace: Workspace, column: str) -> None:
    rows = CatalogueObject.objects.filter(workspace=workspace, kind="script", deleted_at=None)
    distinct = rows.exclude(**{column: ""}).order_by(column).values_list(column, flat=True).distinct()
    values = filter_values(workspace, Kind.SCRIPT, column)
    assert values == list(distinct)
    assert values
    assert not {"/foreign", "foreign", "/jobs", "/gone", "gone", ""} & set(values)


def test_an_empty_workspace_has_none(workspace: Workspace) -> None:
    assert filter_values(workspace, Kind.JOB, "directory") == []


def test_it_ends_after_the_most_that_is_shown(workspace: Workspace) -> None:
    rows = [
        CatalogueObject(workspace=workspace, kind="script", name=f"s{n}", directory=f"/{n:04}")
        for n in range(FILTERS_SHOWN + 5)
    ]
    CatalogueObject.objects.bulk_create(rows)
    assert len(filter_values(workspace, Kind.SCRIPT, "directory")) == FILTERS_SHOWN


@pytest.mark.parametrize("column", ["type", "directory", "owner"])
def test_each_value_is_one_step_in_the_index(workspace: Workspace, column: str) -> None:
    """One query, and the database seeks in the index instead of walking the rows."""
    CatalogueObject.objects.bulk_create(
        CatalogueObject(workspace=workspace, kind="script", name=f"s{n}", **{column: f"v{n % 3}"})
        for n in range(3000)
    )
    assert count_queries(lambda: filter_values(workspace, Kind.SCRIPT, column)) == 1
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE catalogue_catalogueobject")
        statements: list[str] = []
        with connection.execute_wrapper(lambda run, sql, *rest: (statements.append(sql), run(sql, *rest))[1]):
            filter_values(workspace, Kind.SCRIPT, column)
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        scope = [workspace.pk, "script"]
        cursor.execute(f"{explain} {statements[0]}", [*scope, *scope, FILTERS_SHOWN])
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert f"object_{column}" in plan, plan
    assert "SCAN catalogue_catalogueobject" not in plan, plan
    assert "Seq Scan on catalogue_catalogueobject" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
