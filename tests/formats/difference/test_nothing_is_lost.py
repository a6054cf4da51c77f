"""Whatever the documents are: what is equal shows nothing, and every value that differs is there."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlfportal.formats.difference.documents import difference
from dlfportal.formats.difference.model import ABSENT, Difference, Field
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from tests.factories import node

KEYS = (
    *("name", "nodes", "type", "properties", "value", "value_is_sensitive", "preNodeName", "conditions"),
    *("location", "schedule", "params", "basicConfig", "jobs", "from-config-values", "configs", "inputs"),
    *("content", "dependFiles", "x"),
)
NAMES = ("a", "b", "c", "fromJobConfig", "fromJobConfig.columnList")
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([0.0, -0.0, 1.0, 1.5]),
    st.sampled_from([*NAMES, "", "a&b", "line\nline"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)
NODES = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from("abc"), "type": st.sampled_from("st")},
        optional={
            "preNodeName": st.lists(st.sampled_from("abc"), max_size=2) | VALUES,
            "conditions": st.lists(
                st.fixed_dictionaries({"preNodeName": st.sampled_from("abc")}), max_size=2
            ),
            "properties": st.lists(st.fixed_dictionaries({"name": st.sampled_from(NAMES), "value": LEAVES})),
            "location": VALUES,
        },
    )
    | LEAVES,
    max_size=4,
)
JOBS = st.fixed_dictionaries(
    {"nodes": NODES}, optional={"params": VALUES, "schedule": VALUES, "version": LEAVES}
)
INPUTS = st.lists(st.fixed_dictionaries({"name": st.sampled_from(NAMES), "value": LEAVES}), max_size=3)
SIDE = st.fixed_dictionaries({"configs": st.lists(st.fixed_dictionaries({"inputs": INPUTS}), max_size=2)})
CDM = st.fixed_dictionaries(
    {"jobs": st.lists(st.fixed_dictionaries({"from-config-values": SIDE, "to-config-values": SIDE}) | VALUES)}
)
DOCUMENTS = JOBS | CDM | VALUES
KINDS = st.sampled_from(list(Kind))


def fields_of(found: Difference) -> list[Field]:
    """Return every field, shown or apart."""
    return [*found.apart.fields, *(one for group in found.groups for one in group.fields)]


def text(value: Any) -> str:
    return canonical(value).decode()


@settings(max_examples=100)
@given(KINDS, DOCUMENTS, DOCUMENTS)
@example(Kind.JOB, {"nodes": [{"name": "a"}, 5]}, {"nodes": [5, {"name": "a"}]})
@example(Kind.JOB, {"nodes": []}, {})
@example(Kind.RESOURCE, {"x": 1}, {"x": True})
@example(Kind.SCRIPT, {"a": [{"name": "a"}, {"name": "b"}]}, {"a": [{"name": "b"}, {"name": "a"}]})
def test_nothing_is_found_only_between_equal_documents(kind: Kind, before: Any, after: Any) -> None:
    # null, as a document, is what is not there.
    before, after = ({} if side is None else side for side in (before, after))
    assert difference(kind, before, after).is_same == (text(before) == text(after))
    assert difference(kind, before, copy.deepcopy(before)).is_same


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value that has nothing within."""
    if isinstance(value, dict) and value:
        return [place for key, inner in value.items() for place in places(inner, (*path, key))]
    if isinstance(value, list) and value:
        return [place for number, inner in enumerate(value) for place in places(inner, (*path, number))]
    return [path]


@settings(max_examples=100)
@given(KINDS, DOCUMENTS, st.data())
def test_a_changed_value_is_shown_or_counted(kind: Kind, before: Any, data: st.DataObject) -> None:
    if not before or not isinstance(before, dict):
        return
    path = data.draw(st.sampled_from(places(before)))
    after = copy.deepcopy(before)
    holder = after
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = "another value"
    found = difference(kind, before, after)
    said = [one.after for one in fields_of(found)] + [group.name for group in found.groups]
    said += [key for one in fields_of(found) for key in one.keys]
    assert any(
        "another value" in (one if isinstance(one, str) else text(one)) for one in said if one is not ABSENT
    )


@settings(max_examples=50)
@given(KINDS, DOCUMENTS)
def test_a_state_that_is_not_there_shows_all_of_the_other(kind: Kind, document: Any) -> None:
    document = {} if document is None else document
    for found in (difference(kind, None, document), difference(kind, document, None)):
        assert not found.is_same
        sides = {one.change for one in fields_of(found)}
        assert len(sides) <= 1 or not isinstance(document, dict)


def test_what_counts_apart_is_not_shown() -> None:
    before = {"version": "1", "nodes": [node("a"), node("b", after=["a"])], "lastUpdateUser": "x"}
    after = copy.deepcopy(before)
    after["lastUpdateUser"] = "y"
    after["version"] = "2"
    after["nodes"][0]["location"] = {"x": "10", "y": "0"}
    after["nodes"].reverse()
    found = difference(Kind.JOB, before, after)
    assert found.groups == ()
    assert (found.apart.moved, found.apart.kept, found.apart.orders) == (1, 2, [("nodes",)])
