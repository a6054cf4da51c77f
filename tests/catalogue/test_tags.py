"""The rows of tags follow every write, and lists narrowed to tags and connections find what they should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue import lists, selectors
from dlfportal.catalogue.lists import Row, list_open
from dlfportal.catalogue.models import ObjectTag
from dlfportal.catalogue.selectors import ListFilter, object_list
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.db.keyset import Order
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import job
from tests.factories import JobFactory, node, operator
from tests.plans import assert_walks
from tests.queries import count_queries


def tagged(name: str, *tags: str, **more: Any) -> dict[str, Any]:
    return job(name, basicConfig={"tags": list(tags)}, **more)


def rows() -> list[tuple[str, ...]]:
    return sorted(ObjectTag.objects.values_list("object__name", "tag", "name", "type"))


def names(workspace: Workspace, **chosen: Any) -> list[str]:
    return [row.name for row in object_list(workspace, Kind.JOB, ListFilter(**chosen))]


def test_the_rows_follow_every_write(actor: Actor, workspace: Workspace) -> None:
    def update(document: dict[str, Any]) -> None:
        object_update(actor=actor, target=target, document=document)

    target = object_create(
        actor=actor, workspace=workspace, kind=Kind.JOB, document=tagged("a", "vip", "日", "vip")
    ).object
    assert rows() == [("a", "vip", "a", "BATCH"), ("a", "日", "a", "BATCH")]
    update(tagged("a", "日", "x" * 1000, "x" * 1001, "two\nlines"))
    assert [row[1] for row in rows()] == ["lines", "two", "x" * 1000, "日"]
    update(tagged("b", "日"))
    assert rows() == [("b", "日", "b", "BATCH")]
    update(tagged("b", "日", processType="REAL_TIME"))
    assert rows() == [("b", "日", "b", "REAL_TIME")]
    object_delete(actor=actor, target=target)
    assert rows() == []
    object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=tagged("b", "日"))
    assert rows() == [("b", "日", "b", "BATCH")]


@pytest.fixture
def several(workspace: Workspace, other_workspace: Workspace) -> None:
    long = "x" * 1001
    for name, tags in {"d": ["a"], "c": ["a", "b"], "b": ["b", long], "a": ["a", "c\nd"], "e": []}.items():
        link = {"connectionName": "dwh"} if name in "ace" else {}
        JobFactory(workspace=workspace, name=name, basicConfig={"tags": tags}, nodes=[node("n", **link)])
    JobFactory(workspace=workspace, name="live", processType="REAL_TIME", basicConfig={"tags": ["a"]})
    object_delete(actor=operator(), target=JobFactory(workspace=workspace, basicConfig={"tags": ["a"]}))
    JobFactory(
        workspace=other_workspace, basicConfig={"tags": ["a"]}, nodes=[node("n", connectionName="dwh")]
    )


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("gathered", [0, 1, 2, 3, 1000])
@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"tags": ["a"]}, ["a", "c", "d", "live"]),
        ({"tags": ["A"]}, []),
        ({"tags": ["a"], "type": "BATCH"}, ["a", "c", "d"]),
        ({"tags": ["a"], "type": "BATCH", "name": "D"}, ["d"]),
        ({"tags": ["a", "b"]}, ["a", "b", "c", "d", "live"]),
        ({"tags": ["a", "b", "a"], "all_tags": True}, ["c"]),
        ({"tags": ["x" * 1001]}, ["b"]),
        ({"tags": ["x" * 1001, "b"], "all_tags": True}, ["b"]),
        ({"tags": ["c\nd"]}, ["a"]),
        ({"tags": ["c"]}, ["a"]),
        ({"connection": "dwh"}, ["a", "c", "e"]),
        ({"connection": "dwh", "tags": ["a"]}, ["a", "c"]),
        ({"connection": "dwh", "tags": ["a", "b"], "all_tags": True, "type": "BATCH"}, ["c"]),
        ({"connection": "other"}, []),
    ],
)
def test_tags_and_connections_find_the_same_among_few_and_among_many(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    chosen: dict[str, Any],
    found: Sequence[str],
    gathered: int,
) -> None:
    monkeypatch.setattr(selectors, "GATHERED", gathered)
    assert names(workspace, **chosen) == found
    assert object_list(workspace, Kind.JOB, ListFilter(**chosen)).count() == len(found)


def test_a_list_of_a_tag_comes_from_its_index(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        JobFactory(workspace=workspace, basicConfig={"tags": [f"tag{number}", "every"]})
    monkeypatch.setattr(selectors, "GATHERED", 2)
    few = object_list(workspace, Kind.JOB, ListFilter(tags=["tag0"], type="BATCH"))
    many = object_list(workspace, Kind.JOB, ListFilter(tags=["every"], type="BATCH"))
    assert count_queries(lambda: list(object_list(workspace, Kind.JOB, ListFilter(tags=["every"]))[:9])) == 2
    assert "INTEGER PRIMARY KEY" in few[:50].explain() or connection.vendor == "postgresql"
    assert_walks(many[:50], "tag_objects")


def test_a_list_of_a_connection_that_many_use_is_walked_by_name(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "GATHERED", 0)
    JobFactory(workspace=workspace, nodes=[node("n", connectionName="dwh")])
    assert_walks(object_list(workspace, Kind.JOB, ListFilter(connection="dwh"))[:50], "object_identity")


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("chosen", [ListFilter(tags=["a"]), ListFilter(tags=["a"], type="BATCH")])
@pytest.mark.parametrize(
    "fields", [("name", "cluster"), ("-name", "-cluster"), ("-updated_at", "name", "cluster")]
)
def test_pages_of_a_tag_are_the_list_from_any_place(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, chosen: ListFilter, fields: tuple[str, ...]
) -> None:
    for module in (selectors, lists):
        monkeypatch.setattr(module, "GATHERED", 0)
    order = Order(fields)
    whole = list(object_list(workspace, Kind.JOB, chosen).order_by(*fields))
    listed = list_open(workspace, Kind.JOB, chosen, order)
    assert listed.total == (len(whole), False)
    for count in (1, 2, 9):
        found = order.begin(listed.rows(order, count), count)
        assert [Row._make(row).name for row in found] == [row.name for row in whole[:count]]
        for number, target in enumerate(whole, start=1):
            place = [getattr(target, name) for name in order.names]
            found = order.after(listed.rows(order, count, place), place, count)
            assert [Row._make(row).name for row in found] == [row.name for row in whole[number:][:count]]


@pytest.mark.usefixtures("several")
def test_a_list_of_another_kind_has_no_job_of_the_tag(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (selectors, lists):
        monkeypatch.setattr(module, "GATHERED", 0)
    order = Order(("name", "cluster"))
    listed = list_open(workspace, Kind.SCRIPT, ListFilter(tags=["a"]), order)
    assert (listed.total.number, list(listed.rows(order, 9))) == (0, [])
