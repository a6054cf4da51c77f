"""What is asked through a prepared query is what the queryset itself would answer."""

from __future__ import annotations

from dlfportal.access.models import AuthToken, Workspace
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.db.prepared import Given, Prepared, columns, instance
from tests.factories import JobFactory, ScriptFactory
from tests.queries import count_queries


def test_rows_are_those_of_the_queryset_with_python_values(workspace: Workspace) -> None:
    for name in ("b", "a", "数"):
        JobFactory(workspace=workspace, name=name)
    ScriptFactory(workspace=workspace, name="a")
    wanted = columns(CatalogueObject)
    query = Prepared(
        lambda: (
            CatalogueObject.objects.filter(
                workspace=Given("workspace"), kind="job", name__within=Given("names"), deleted_at=None
            )
            .order_by("pk")
            .values_list(*wanted)
        )
    )
    for names in (["a", "b"], ["数"], []):
        by_hand = CatalogueObject.objects.filter(workspace=workspace, kind="job", name__in=names)
        rows = query.rows(workspace=workspace.pk, names=names)
        assert rows == list(by_hand.order_by("pk").values_list(*wanted))
    assert count_queries(lambda: query.rows(workspace=workspace.pk, names=["a"])) == 1
    assert query.row(workspace="other", names=["a"]) is None


def test_a_value_is_never_part_of_the_statement(workspace: Workspace) -> None:
    query = Prepared(lambda: Workspace.objects.filter(name=Given("name")).order_by().values_list("pk"))
    assert query.row(name="default") == (workspace.pk,)
    assert query.row(name="x' OR '1'='1") is None
    assert query.row(name="%s") is None


def test_an_instance_is_the_row_itself(workspace: Workspace) -> None:
    query = Prepared(
        lambda: Workspace.objects.filter(pk=Given("pk")).order_by().values_list(*columns(Workspace))
    )
    row = query.row(pk=workspace.pk)
    assert row
    found = instance(Workspace, row)
    assert found == workspace and found.created_at == workspace.created_at
    assert not found._state.adding
    assert columns(AuthToken, "token__")[0] == "token__digest"
