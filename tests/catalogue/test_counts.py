"""The kept counts say what the objects are, whatever is written, and however."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Role, Workspace
from dlfportal.catalogue import recount
from dlfportal.catalogue.counts import (
    count_across,
    count_of,
    filter_values,
    kind_counts,
)
from dlfportal.catalogue.index import TAG_BYTES, State
from dlfportal.catalogue.models import CatalogueObject, KeptCount
from dlfportal.catalogue.recount import counts_fold
from dlfportal.catalogue.selectors import ListFilter, object_get, object_list
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.errors import PortalError
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import job
from tests.catalogue.test_write_parity import Document, write_together
from tests.factories import (
    CdmJobFactory,
    JobFactory,
    MembershipFactory,
    ScriptFactory,
    WorkspaceFactory,
    operator,
)
from tests.queries import assert_same_queries, count_queries
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]

WORDS = ["", "a", "A", "数", "a b", "a\nb", "x" * TAG_BYTES, "x" * (TAG_BYTES + 1)]
LISTS = [
    ListFilter(),
    *(ListFilter(type=word) for word in ("BATCH", "REAL_TIME", *WORDS)),
    *(ListFilter(owner=word) for word in WORDS),
    *(ListFilter(directory=word) for word in ("/", "/a", "/x", *WORDS)),
    *(ListFilter(state=word) for word in (*State, "a")),
    *(ListFilter(tags=[word]) for word in WORDS),
    *(ListFilter(tags=[word, word], all_tags=True) for word in WORDS),
    ListFilter(tags=["a", "A"]),
    ListFilter(type="BATCH", owner="a"),
    *(ListFilter(type=kind, tags=[word]) for word in WORDS for kind in ("BATCH", "x", "x\na")),
    ListFilter(search="a"),
    ListFilter(name="a"),
    ListFilter(ids=[1]),
    ListFilter(connection="a"),
]


def assert_counts_fit(workspace: Workspace, *kinds: Kind) -> None:
    """Every count that is kept is that of the rows, and none is left over."""
    for kind in kinds or Kind:
        counted = {str(chosen): count_of(workspace, kind, chosen) for chosen in LISTS}
        rows = {str(chosen): object_list(workspace, kind, chosen).count() for chosen in LISTS}
        assert {key: rows[key] for key, count in counted.items() if count is not None} == {
            key: count for key, count in counted.items() if count is not None
        }
        assert kind_counts([workspace])[workspace.pk][kind] == object_list(workspace, kind).count()
        for column in ("type", "directory", "owner", "state"):
            found = set(object_list(workspace, kind).values_list(column, flat=True)) - {""}
            assert filter_values(workspace, kind, column) == sorted(found)
    assert list(recount.recount([workspace])) == []


def test_what_is_kept_of_lists_and_what_is_not(workspace: Workspace) -> None:
    kept = [count_of(workspace, Kind.JOB, chosen) is not None for chosen in LISTS]
    assert kept.count(True) > 20
    asked = [ListFilter(), ListFilter(type="x"), ListFilter(directory="/x"), ListFilter(owner="x")]
    asked += [ListFilter(tags=["x"]), ListFilter(tags=["x", "x"], all_tags=True)]
    asked += [ListFilter(type="x", tags=["x"])]
    assert [count_of(workspace, Kind.JOB, chosen) for chosen in asked] == [0] * 7
    never = [
        ListFilter(tags=["a", "b"]),
        ListFilter(tags=["a\nb"]),  # a job with the tags a and b has it too
        ListFilter(tags=[""]),
        ListFilter(tags=["x" * (TAG_BYTES + 1)]),
        ListFilter(type="a", tags=["a", "b"]),
        ListFilter(owner="a", tags=["a"]),
        ListFilter(type="a", owner="a", tags=["a"]),
        ListFilter(type="a", owner="a"),
        ListFilter(search="a"),
        ListFilter(name="a"),
        ListFilter(ids=[1]),
        ListFilter(connection="a"),
    ]
    assert [count_of(workspace, Kind.JOB, chosen) for chosen in never] == [None] * 12


def test_over_several_workspaces(workspace: Workspace, other_workspace: Workspace) -> None:
    for number, where in enumerate((workspace, other_workspace, other_workspace)):
        ScriptFactory(workspace=where, owner="li" if number else "wang")
    both = [workspace.pk, other_workspace.pk]
    assert count_across(both, Kind.SCRIPT) == 3
    assert count_across(both, Kind.SCRIPT, ListFilter(owner="li")) == 2
    assert count_across([], Kind.SCRIPT) == 0
    assert kind_counts([]) == {}


TAGS = st.lists(st.sampled_from(WORDS), max_size=3)
JOBS = st.builds(
    lambda name, directory, kind, owner, tags: job(
        name, directory=directory, processType=kind, basicConfig={"owner": owner, "tags": tags}
    ),
    st.sampled_from("pqr"),
    st.sampled_from(["/", "/a/", "a", "/x"]),
    st.sampled_from(["BATCH", "REAL_TIME", "", "x\na"]),
    st.sampled_from(WORDS),
    TAGS,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), JOBS),
        st.tuples(st.just("update"), st.sampled_from("pqr"), JOBS),
        st.tuples(st.just("delete"), st.sampled_from("pqr")),
        st.tuples(st.just("import"), st.lists(JOBS, unique_by=lambda one: one["name"], max_size=3)),
        st.tuples(st.just("fold")),
    ),
    max_size=9,
)


def take(step: tuple[Any, ...], workspace: Workspace) -> None:
    """Take one step; what cannot be done, such as to update what is not there, changes nothing."""
    act, *given = step
    try:
        match act:
            case "create":
                object_create(actor=operator(), workspace=workspace, kind=Kind.JOB, document=given[0])
            case "update":
                target = object_get(workspace, Kind.JOB, given[0])
                object_update(actor=operator(), target=target, document=given[1])
            case "delete":
                object_delete(actor=operator(), target=object_get(workspace, Kind.JOB, given[0]))
            case "import":
                write_together(workspace, [Document(Kind.JOB, "", one) for one in given[0]], submit=False)
            case "fold":
                counts_fold(10_000)
    except PortalError:
        pass


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_writes_and_folds_in_any_order(db: None, monkeypatch: pytest.MonkeyPatch, steps: Any) -> None:
    monkeypatch.setattr(recount, "FOLDED_FROM", 2)
    workspace = WorkspaceFactory()
    for step in steps:
        take(step, workspace)
    assert_counts_fit(workspace, Kind.JOB)


def test_a_write_that_changes_no_count_writes_none(workspace: Workspace) -> None:
    target = JobFactory(workspace=workspace, name="p", basicConfig={"owner": "li", "tags": ["b", "a"]})
    before = KeptCount.objects.count()
    document = job("q", processType="BATCH", basicConfig={"owner": "li", "tags": ["b", "a"]})
    object_update(actor=operator(), target=target, document=document)
    assert KeptCount.objects.count()
    assert KeptCount.objects.count() == before == 10
    moved = {**document, "directory": "/moved", "basicConfig": {"owner": "li", "tags": ["a", "c"]}}
    object_update(actor=operator(), target=target, document=moved)
    added = KeptCount.objects.order_by("pk")[before:].values_list("facet", "value", "amount")
    moves = {("directory", "/", -1), ("directory", "/moved", 1), ("tag", "b", -1), ("tag", "c", 1)}
    assert set(added) == moves | {("typed_tag", "BATCH\nb", -1), ("typed_tag", "BATCH\nc", 1)}


def test_what_fails_counts_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlfportal.catalogue.services._record", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ScriptFactory(workspace=workspace)
    assert not KeptCount.objects.exists()


def test_folding_leaves_a_row_a_count_and_none_of_zero(workspace: Workspace) -> None:
    for name in "abcdefghijklmnopqrstuvwxyz":
        target = ScriptFactory(workspace=workspace, name=name, owner=name)
    object_delete(actor=operator(), target=target)
    CdmJobFactory(workspace=workspace)
    assert KeptCount.objects.count() == 26 * 5 + 5 + 4
    assert counts_fold(1000) == 26 * 5 + 5 + 4
    assert KeptCount.objects.filter(kind="script").count() == 25 + 4
    assert not KeptCount.objects.filter(folded=False).exists()
    assert_counts_fit(workspace)


def test_a_few_rows_are_not_worth_to_be_folded(workspace: Workspace) -> None:
    ScriptFactory.create_batch(3, workspace=workspace)
    assert count_queries(lambda: counts_fold(1000)) == 1
    assert KeptCount.objects.count() == 12


def test_folding_stops_at_what_it_was_asked_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "FOLDED_FROM", 1)
    monkeypatch.setattr(recount, "FOLDED_AT_ONCE", 3)
    monkeypatch.setattr(recount, "ROWS_OF_A_GROUP", 4)
    for number in range(12):
        ScriptFactory(workspace=workspace, owner=f"{number}")
    assert 3 <= counts_fold(3) <= 12
    assert KeptCount.objects.filter(folded=False).count() > 0
    assert_counts_fit(workspace)
    while counts_fold(3):
        pass
    assert not KeptCount.objects.filter(folded=False).exists()
    assert_counts_fit(workspace)


def test_pages_make_the_same_queries_with_ten_times_the_workspaces_and_objects(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    client = client_for(viewer)

    def build_more() -> None:
        for _ in range(10):
            more = WorkspaceFactory()
            MembershipFactory(user=viewer, workspace=more, role=Role.VIEWER)
            ScriptFactory.create_batch(2, workspace=more)
        ScriptFactory.create_batch(10, workspace=workspace, owner="li", directory="/a")

    ScriptFactory(workspace=workspace, owner="li")
    pages = ["/", address(workspace, "jobs/"), address(workspace, "scripts/?q=nothing")]
    assert_same_queries(build_more, lambda: [text_of(client, page) for page in pages])
    tabs = client.get(pages[1]).context["page"].frame.tabs
    assert [tab.count for tab in tabs if tab.count is not None] == [0, 11, 0, 0]
    assert CatalogueObject.objects.count() == 31


def test_counts_are_one_query_each_that_no_object_is_read_for(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace)
    reads: list[Callable[[], object]] = [
        lambda: kind_counts([workspace]),
        lambda: filter_values(workspace, Kind.SCRIPT, "owner"),
        lambda: count_of(workspace, Kind.SCRIPT),
        lambda: count_across([workspace.pk], Kind.JOB, ListFilter(type="BATCH", tags=["a"])),
    ]
    for read in reads:
        with CaptureQueriesContext(connection) as queries:
            read()
        [query] = [query["sql"] for query in queries]
        assert "catalogue_catalogueobject" not in query
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query}")
                plan = str(cursor.fetchall())
            assert "COVERING INDEX count_sum" in plan and "SCAN catalogue" not in plan, plan
