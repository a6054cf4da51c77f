"""Search in names and descriptions finds what reading all of them would find, and nothing else."""

from __future__ import annotations

from itertools import count

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue import lists, selectors
from dlfportal.catalogue.lists import Row, list_open
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.search import finding
from dlfportal.catalogue.search.finding import candidates
from dlfportal.catalogue.search.grams import fold
from dlfportal.catalogue.search.index import index
from dlfportal.catalogue.selectors import ListFilter, found_by, named_by, object_list
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.db.keyset import Order
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import job, script
from tests.factories import ProjectFactory, ScriptFactory, WorkspaceFactory, operator
from tests.queries import count_queries

pytestmark = pytest.mark.django_db

ALPHABET = "abAB İıIißẞΣσςK日报表\U00010400\U00010428e\u0301${}#._%\\'\"*-()^:\n"
NUMBERS = count()
NAMES = st.text([letter for letter in ALPHABET if letter not in "\\\n"], max_size=12)


def names_found(workspace: Workspace, kind: Kind = Kind.SCRIPT, **chosen: str) -> list[str]:
    return [row.name for row in object_list(workspace, kind, ListFilter(**chosen))]


def test_every_part_of_name_and_description_is_found_in_any_case(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="DWS_日报.sql", description="Loads ${dt} of #{Job}")
    ScriptFactory(workspace=workspace, name="other")
    for part in ("d", "dw", "DWS_", "报", "日报", "日报.", ".sql", "${dt}", "{", "#{job}", "f #", "LOADS "):
        assert names_found(workspace, search=part) == ["DWS_日报.sql"], part
    for part in ("sqll", "日 报", "sql loads", "$dt", "%", "DWS%", "ws日"):
        assert names_found(workspace, search=part) == [], part


def test_a_part_of_the_name_is_not_looked_for_in_descriptions(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load", description="daily")
    assert names_found(workspace, name="OA") == ["load"]
    assert names_found(workspace, name="daily") == []
    assert names_found(workspace, search="dAILY", name="loa") == ["load"]
    assert names_found(workspace, search="daily", name="x") == []


@pytest.mark.parametrize("text", ["\0", "a\0", "\ud800", "lo\udc00ad"])
def test_a_text_that_no_document_can_have_is_not_found(workspace: Workspace, text: str) -> None:
    ScriptFactory(workspace=workspace, name="load")
    assert names_found(workspace, search=text) == names_found(workspace, name=text) == []


def test_others_are_never_found(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load_a")
    ScriptFactory(workspace=WorkspaceFactory(project=workspace.project), name="load_b")
    object_create(actor=operator(), workspace=workspace, kind=Kind.JOB, document=job("load_c"))
    assert names_found(workspace, search="load") == ["load_a"]
    assert len(candidates("load", Kind.SCRIPT, [workspace.pk], 9)) == 1
    assert len(candidates("load", Kind.SCRIPT, None, 9)) == 2
    assert candidates("load", Kind.SCRIPT, [], 9) == []


def test_many_workspaces_are_searched_at_once() -> None:
    project = ProjectFactory()
    ids = [WorkspaceFactory(project=project).pk for _ in range(400)]
    targets = [ScriptFactory(workspace=Workspace.objects.get(pk=pk), name="load") for pk in ids[198:200]]
    assert candidates("LOA", Kind.SCRIPT, ids[:199], 9) == [targets[0].pk]
    assert candidates("LOA", Kind.SCRIPT, ids, 9) == [target.pk for target in targets]


def test_the_index_follows_every_write(workspace: Workspace, actor: Actor) -> None:
    same = {"actor": actor, "workspace": workspace, "kind": Kind.SCRIPT}
    target = object_create(**same, document=script("first", description="morning")).object
    object_update(actor=actor, target=target, document=script("second", description="morning"))
    assert names_found(workspace, search="first") == []
    assert names_found(workspace, search="morn") == names_found(workspace, search="sec") == ["second"]

    object_update(actor=actor, target=target, document=script("second", description="evening"))
    assert names_found(workspace, search="morn") == []
    assert names_found(workspace, search="even") == ["second"]

    target.refresh_from_db()
    object_delete(actor=actor, target=target)
    assert names_found(workspace, search="second") == []
    assert candidates("second", Kind.SCRIPT, None, 9) == []

    object_create(**same, document=script("second", description="night"))
    assert names_found(workspace, search="evening") == []
    assert names_found(workspace, search="night") == names_found(workspace, search="second") == ["second"]


def test_what_is_too_much_in_the_index_is_checked(workspace: Workspace) -> None:
    """Two grams may have the same key, and a row of the index may come before its object."""
    target = ScriptFactory(workspace=workspace, name="abc_bcd")
    assert candidates("abcd", Kind.SCRIPT, [workspace.pk], 9) == [target.pk]
    assert names_found(workspace, search="abcd") == []


@pytest.mark.parametrize("gathered", [0, 2, 1000])
def test_many_are_found_in_the_order_of_the_list_and_as_quickly(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, gathered: int
) -> None:
    """Few are gathered by their ids, with many the list is walked: the same hits."""
    monkeypatch.setattr(selectors, "GATHERED", gathered)
    for number in (3, 1, 2):
        ScriptFactory(workspace=workspace, name=f"load_{number}")
    ScriptFactory(workspace=workspace, name="other")
    assert names_found(workspace, search="load") == ["load_1", "load_2", "load_3"]
    assert names_found(workspace, search="LOAD", name="_2") == ["load_2"]
    assert count_queries(lambda: names_found(workspace, search="load")) == 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.tuples(NAMES, st.text(ALPHABET, max_size=12)), min_size=1, max_size=6),
    sought=st.text(ALPHABET, min_size=1, max_size=4),
    most=st.sampled_from([1, 1000]),
)
@example(texts=[("%a", "")], sought="%", most=1000)
@example(texts=[("İ", "ı")], sought="i", most=1000)
def test_the_same_is_found_as_by_reading_all(
    workspace: Workspace, texts: list[tuple[str, str]], sought: str, most: int
) -> None:
    """Also a part of the first text, which every example has."""
    before = selectors.GATHERED
    selectors.GATHERED = most
    try:
        for name, description in texts:
            ScriptFactory(workspace=workspace, name=f"{name}{next(NUMBERS)}", description=description)
        part = texts[0][0][-3:] or sought
        for text in (sought, part):
            rows = CatalogueObject.objects.filter(workspace=workspace).values_list("name", "description")
            either = {name for name, told in rows if fold(text) in fold(name) or fold(text) in fold(told)}
            assert set(names_found(workspace, search=text)) == either
            named = {name for name, _told in rows if fold(text) in fold(name)}
            assert set(names_found(workspace, name=text)) == named
    finally:
        selectors.GATHERED = before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its planner says which index it uses")
@pytest.mark.parametrize("gathered", [0, 1000])
def test_no_list_is_read_as_a_whole(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, gathered: int
) -> None:
    monkeypatch.setattr(selectors, "GATHERED", gathered)
    ScriptFactory(workspace=workspace, name="load")
    objects = object_list(workspace, Kind.SCRIPT, ListFilter(search="load"))
    plan = objects.explain()
    assert "SCAN catalogue_catalogueobject" not in plan
    if gathered:
        assert "SEARCH catalogue_catalogueobject USING INTEGER PRIMARY KEY" in plan
    else:
        assert_walks_by_names(objects)


def assert_walks_by_names(objects: QuerySet[CatalogueObject]) -> None:
    """Rows come in their order, and an object that the index does not name is not read."""
    plan = objects.explain()
    assert "USING INDEX object_identity (workspace_id=? AND kind=?" in plan
    assert "SCAN catalogue_grams VIRTUAL TABLE" in plan
    assert "TEMP B-TREE" not in plan
    assert "MULTI-INDEX" not in plan


def test_objects_that_the_index_does_not_name_are_not_checked(workspace: Workspace) -> None:
    """Only SQLite has the condition; no object that matches may be lost by it."""
    for name in ("abc_bcd", "abcd", "other"):
        ScriptFactory(workspace=workspace, name=name)
    ScriptFactory(workspace=WorkspaceFactory(project=workspace.project), name="abcd")
    chosen = ListFilter(search="ABCD", name="b")
    kept = CatalogueObject.objects.filter(named_by(workspace, Kind.SCRIPT, chosen)).order_by("pk")
    if connection.vendor == "sqlite":
        assert [row.name for row in kept] == ["abc_bcd", "abcd"]
    else:
        assert kept.count() == 4
        assert not named_by(workspace, Kind.SCRIPT, chosen)
    assert not named_by(workspace, Kind.SCRIPT, ListFilter(directory="/a"))


@pytest.mark.parametrize("near", [1, 2, 5, 2000])
@pytest.mark.parametrize(
    "fields", [("name", "cluster"), ("-name", "-cluster"), ("-updated_at", "name", "cluster")]
)
def test_pages_of_what_many_have_are_the_list(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, near: int, fields: tuple[str, ...]
) -> None:
    """Near objects are looked at, farther ones if the index names them: in any order, from any place."""
    for module in (selectors, lists):
        monkeypatch.setattr(module, "GATHERED", 1)
    monkeypatch.setattr(lists, "NEAR", near)
    for number in range(12):
        ScriptFactory(workspace=workspace, name=f"{'load' if number % 3 == 0 else 'a'}_{number:02}")
    CatalogueObject.objects.filter(name__gte="load_06").update(updated_at=timezone.now())
    order = Order(fields)
    matching = CatalogueObject.objects.filter(name__startswith="load").order_by(*fields)
    whole = [row.name for row in matching]
    listed = list_open(workspace, Kind.SCRIPT, ListFilter(search="load"), order)
    assert listed.total == (1, True)
    assert [Row._make(row).name for row in order.begin(listed.rows(order, 3), 3)] == whole[:3]
    everything = list(CatalogueObject.objects.values_list(*order.names).order_by(*fields))
    names = list(CatalogueObject.objects.values_list("name", flat=True).order_by(*fields))
    for place, name in zip(everything, names, strict=True):
        rest = [other for other in whole if names.index(other) > names.index(name)]
        found = order.after(listed.rows(order, 9, place), place, 9)
        assert [Row._make(row).name for row in found] == rest


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its planner says which index it uses")
def test_farther_objects_are_skipped_by_the_index(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (selectors, lists):
        monkeypatch.setattr(module, "GATHERED", 0)
    monkeypatch.setattr(lists, "NEAR", 1)
    for number in range(3):
        ScriptFactory(workspace=workspace, name=f"load_{number}")
    order = Order(("name", "cluster"))
    listed = list_open(workspace, Kind.SCRIPT, ListFilter(search="load"), order)
    assert_walks_by_names(listed.rows(order, 9).order_by(*order.fields))
    for part in order.ranges(listed.rows(order, 9, ("load_0", "")), ("load_0", "")):
        assert "TEMP B-TREE" not in part.explain()
    assert count_queries(lambda: order.begin(listed.rows(order, 2), 2)) == 2
    index().rows_clear()  # what is found now is found without it
    found = order.begin(listed.rows(order, 3), 3)
    assert [Row._make(row).name for row in found] == ["load_0"]


def test_a_part_of_a_name_is_sought_among_names_only(workspace: Workspace) -> None:
    """That many have it in their descriptions makes it no longer."""
    ScriptFactory(workspace=workspace, name="load", description="daily")
    assert candidates("daily", Kind.SCRIPT, [workspace.pk], 9, finding.NAMES) == []
    assert len(candidates("daily", Kind.SCRIPT, [workspace.pk], 9)) == 1


@pytest.mark.parametrize(
    ("chosen", "queries"),
    [
        (ListFilter(search="load"), 2),  # the index, and the first that it names
        (ListFilter(search="load", directory="/a"), 3),  # too few of these are in the directory
        (ListFilter(search="oad_1"), 2),
        (ListFilter(name="load"), 2),
        (ListFilter(name="abcd"), 3),  # named by the index only
        (ListFilter(name="bcd_1", search="load"), 3),  # the index for each text
    ],
)
def test_a_list_is_opened_with_as_many_queries_and_counted_right(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, chosen: ListFilter, queries: int
) -> None:
    for module in (selectors, lists):
        monkeypatch.setattr(module, "GATHERED", 2)
    for number in range(8):
        ScriptFactory(workspace=workspace, name=f"abc_bcd_{number}")
        ScriptFactory(workspace=workspace, name=f"load_{number}", directory="/" if number else "/a")
    order = Order(("name", "cluster"))
    listed = list_open(workspace, Kind.SCRIPT, chosen, order)
    number = object_list(workspace, Kind.SCRIPT, chosen).count()
    assert listed.total == (min(number, 2), number > 2)
    assert [row.name for row in listed.objects] == sorted(row.name for row in listed.objects)
    assert listed.objects.count() == number
    assert count_queries(lambda: list_open(workspace, Kind.SCRIPT, chosen, order)) == queries


def test_few_that_the_index_names_are_read_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More candidates than are gathered are looked at by their ids when most of them may be none."""
    monkeypatch.setattr(selectors, "GATHERED", 2)
    targets = [ScriptFactory(workspace=workspace, name=f"abc_bcd_{number}") for number in range(6)]
    assert found_by(workspace, Kind.SCRIPT, ListFilter(name="abcd")).few == [target.pk for target in targets]
    ScriptFactory(workspace=workspace, name="abc_bcd_6")
    found = found_by(workspace, Kind.SCRIPT, ListFilter(name="abcd"))
    assert found.few is None
    assert len(found.some) == 7
