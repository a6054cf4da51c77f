from __future__ import annotations

import pytest
from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import FILTERS_SHOWN, CountKey, amounts_add, filter_values
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_delete, object_update
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import script
from tests.factories import JobFactory, ScriptFactory, operator
from tests.queries import count_queries


@pytest.fixture
def scripts(workspace: Workspace, other_workspace: Workspace) -> None:
    places = ["/", "/b", "/a/数据", "/b", "/A", "/a", "/a%", "/ä", "/😀", "/\uff5e"]
    owners = ["li", "", "wang", "li", "", "李", "x", "Z", "é", "z"]
    for place, (directory, owner) in enumerate(zip(places, owners, strict=True)):
        ScriptFactory(
            workspace=workspace, directory=directory, owner=owner, type=["DLISQL", "SHELL"][place % 2]
        )
    ScriptFactory(workspace=other_workspace, directory="/foreign", owner="foreign")
    JobFactory(workspace=workspace, directory="/jobs")
    gone = ScriptFactory(workspace=workspace, directory="/gone", owner="gone")
    object_delete(actor=operator(), target=gone)
    moved = ScriptFactory(workspace=workspace, name="moved", directory="/before", owner="before")
    object_update(actor=operator(), target=moved, document=script("moved", directory="/b", owner="li"))


@pytest.mark.parametrize("column", ["type", "directory", "owner"])
def test_it_gives_the_values_that_living_objects_have_by_code_point(
    scripts: None, workspace: Workspace, column: str
) -> None:
    rows = CatalogueObject.objects.filter(workspace=workspace, kind="script", deleted_at=None)
    values = filter_values(workspace, Kind.SCRIPT, column)
    assert values == sorted(set(rows.values_list(column, flat=True)) - {""})
    assert values
    assert not {"/foreign", "foreign", "/jobs", "/gone", "gone", "/before", ""} & set(values)


def test_an_empty_workspace_has_none(workspace: Workspace) -> None:
    assert filter_values(workspace, Kind.JOB, "directory") == []


def test_it_reads_one_index_in_order(workspace: Workspace) -> None:
    """One query, which ends with the last value that is shown, however many there are."""
    amounts_add(workspace.pk, {CountKey("script", "directory", f"/{n:05}"): 1 for n in range(3000)})
    amounts_add(workspace.pk, {CountKey("job", "directory", f"/{n:05}"): 1 for n in range(3000)})
    values: list[str] = []
    assert count_queries(lambda: values.extend(filter_values(workspace, Kind.SCRIPT, "directory"))) == 1
    assert (values[0], values[-1], len(values)) == ("/00000", "/00499", FILTERS_SHOWN)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # So few rows are sorted more quickly; what is shown is that the index would do.
            for other in ("seqscan", "bitmapscan", "sort", "hashagg"):
                cursor.execute(f"SET LOCAL enable_{other} = off")
        ran: list[tuple[str, object]] = []
        with connection.execute_wrapper(
            lambda run, sql, params, *rest: (ran.append((sql, params)), run(sql, params, *rest))[1]
        ):
            filter_values(workspace, Kind.SCRIPT, "directory")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {ran[0][0]}", ran[0][1])
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "count_sum" in plan, plan
    assert "SCAN" not in plan and "Seq Scan" not in plan, plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan, plan
