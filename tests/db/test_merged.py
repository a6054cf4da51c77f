"""The first rows of several workspaces, each read from its own stretch of an index."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dlfportal.catalogue.models import CatalogueObject, Script
from dlfportal.db.merged import first_keys
from tests.factories import ScriptFactory, WorkspaceFactory
from tests.plans import growing_steps

ORDERS = [("name", "cluster", "id"), ("-name", "-cluster", "-id"), ("-updated_at", "-id"), ("type", "-id")]


@pytest.fixture
def workspaces(db):
    found = WorkspaceFactory.create_batch(3)
    for number in range(12):
        ScriptFactory(
            workspace=found[number % 3], name=f"s{number * 5 % 12:02}", type=("DLISQL", "Shell")[number % 2]
        )
    return found


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("most", [1, 3, 5, 100])
def test_several_parts_are_one_list(workspaces, order, most):
    chosen = workspaces[:2]
    rows = Script.objects.exclude(type="Shell")
    parts = [{"workspace_id": workspace.pk} for workspace in chosen]
    plain = rows.filter(workspace__in=chosen).order_by(*order).values_list("pk", flat=True)[:most]
    assert first_keys(rows, parts, order, most) == list(plain)
    assert first_keys(rows, parts[:1], order, most) == list(
        rows.filter(workspace=chosen[0]).order_by(*order).values_list("pk", flat=True)[:most]
    )


def test_parts_may_have_several_columns(workspaces):
    parts = [
        {"workspace_id": workspace.pk, "type": word}
        for workspace, word in product(workspaces, ("DLISQL", "Shell"))
    ]
    found = first_keys(Script.objects.all(), parts, ("name", "id"), 100)
    assert found == list(Script.objects.order_by("name", "id").values_list("pk", flat=True))
    assert sorted(first_keys(Script.objects.all(), parts, (), 100)) == sorted(found)
    assert len(first_keys(Script.objects.all(), parts, (), 4)) == 4


def test_no_part_and_no_row_are_nothing(workspaces):
    parts = [{"workspace_id": workspace.pk} for workspace in workspaces]
    assert first_keys(Script.objects.all(), [], ("name",), 5) == []
    assert first_keys(Script.objects.none(), parts, ("name",), 5) == []
    assert first_keys(Script.objects.none(), parts[:1], ("name",), 5) == []
    assert first_keys(Script.objects.filter(name="no"), parts, ("name",), 5) == []


def test_a_value_is_never_part_of_the_query(workspaces):
    parts = [{"workspace_id": text} for text in ("'); DROP TABLE x; --", "%s", workspaces[0].pk)]
    assert len(first_keys(Script.objects.filter(name__contains="s%"), parts, ("name",), 5)) == 0
    assert len(first_keys(Script.objects.all(), parts, ("name",), 5)) == 4


def test_each_part_is_read_by_the_index_that_begins_with_it(workspaces):
    parts = [{"workspace_id": workspace.pk} for workspace in workspaces]
    rows = CatalogueObject.objects.filter(kind="script", deleted_at=None)
    with CaptureQueriesContext(connection) as queries:
        first_keys(rows, parts, ("name", "cluster"), 5)
    if connection.vendor == "sqlite":
        assert growing_steps(queries[0]["sql"], {"catalogue_catalogueobject"}) == []
