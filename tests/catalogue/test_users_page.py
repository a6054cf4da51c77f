"""Some of the objects that use another, at the cost of those, however many do."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.catalogue import references
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.models import CatalogueObject, Reference
from dlfportal.catalogue.references import naming_page, used_by, users_page
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from tests.factories import JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.plans import assert_walks
from tests.queries import assert_same_queries


@pytest.fixture
def script(workspace: Workspace) -> CatalogueObject:
    return ScriptFactory(workspace=workspace, name="load")


def use(workspace: Workspace, *names: str) -> None:
    for name in names:
        JobFactory(workspace=workspace, name=name, nodes=[node("n", scriptName="load")])


def pages(target: CatalogueObject, size: int) -> list[list[str]]:
    """Return the names of all users, page by page."""
    found, after = [], 0
    while True:
        users = users_page(target, size, after)
        found.append([row.name for row in users.rows])
        if users.after is None:
            return found
        after = users.after


@pytest.mark.usefixtures("other_workspace")
def test_few_users_come_by_name_many_by_age_each_once(
    workspace: Workspace, other_workspace: Workspace, script: CatalogueObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(workspace, "d", "b", "gone", "c", "a", "e")
    use(other_workspace, "foreign")
    object_delete(actor=operator(), target=CatalogueObject.objects.get(name="gone"))
    assert pages(script, 5) == [["a", "b", "c", "d", "e"]]
    assert pages(script, 2) == [["a", "b"], ["c", "d"], ["e"]]
    assert users_page(script, 2).total == Total(5, False)
    assert users_page(script, 2, after=10**9).rows[0].name == "a"
    monkeypatch.setattr(references, "USERS_ORDERED", 4)
    assert pages(script, 2) == [["d", "b"], ["c", "a"], ["e"]]
    assert users_page(script, 2).total == Total(4, True)
    page = naming_page(workspace.pk, Kind.SCRIPT, "load", "", 3)
    assert ([row.name for row in page.rows], page.total) == (["d", "b", "c"], Total(4, True))


@pytest.mark.parametrize("ordered", [2, 1000])
def test_a_resource_is_used_by_name_location_and_id_and_not_by_itself(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, ordered: int
) -> None:
    target = ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    paths = ["lib", "obs://libs/lib.jar", str(target.uid), target.uid.hex]
    for number, path in enumerate(paths):
        depends = [{"type": "jar", "location": other} for other in (path, *paths)]
        ResourceFactory(workspace=workspace, name=f"user_{number}", dependPackages=depends)
    Reference.objects.create(workspace=workspace, source=target, target="resource", name="lib", soft=True)
    monkeypatch.setattr(references, "USERS_ORDERED", ordered)
    expected = [row.name for row in used_by(target)]
    assert expected == ["user_0", "user_1", "user_2", "user_3"]
    assert [name for page in pages(target, 3) for name in page] == expected


def test_users_are_found_by_an_index_alone(workspace: Workspace, script: CatalogueObject) -> None:
    rows = Reference.objects.filter(
        workspace=workspace, source__gt=0, target="script", cluster="", name="load"
    )
    assert_walks(rows.order_by("source_id").values_list("source").distinct()[:50], "reference_used_by")


def test_its_queries_do_not_grow_with_the_users(workspace: Workspace, script: CatalogueObject) -> None:
    use(workspace, "a", "b", "c")
    assert_same_queries(
        lambda: use(workspace, *(f"d{number}" for number in range(30))), lambda: users_page(script, 2)
    )
