"""A job's difference in its own terms: nodes, what follows what, schedule, parameters."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from dlfportal.formats.difference.documents import difference
from dlfportal.formats.difference.model import ABSENT, Change, Difference, Section, Tally
from dlfportal.formats.kinds import Kind
from tests.factories import node


def chain(*names: str) -> dict[str, Any]:
    """Return a job whose nodes follow one another, each running a script of its own."""
    nodes = [
        node(name, after=list(names[place - 1 : place]) if place else [], scriptName=f"s{place}", queue="q")
        for place, name in enumerate(names)
    ]
    return {
        "name": "job",
        "nodes": nodes,
        "schedule": {"type": "CRON", "cron": {"expression": "0 0 5 * * ?"}},
    }


def between(before: Any, after: Any) -> Difference:
    return difference(Kind.JOB, before, after)


def groups(found: Difference) -> dict[tuple[Section, str], Change]:
    return {(group.section, group.name): group.change for group in found.groups}


def test_nodes_are_matched_by_name_wherever_they_stand() -> None:
    before, after = chain("a", "b", "c"), chain("a", "b", "c")
    after["nodes"].reverse()
    after["nodes"][0]["properties"][0]["value"] = "other"
    found = between(before, after)
    assert groups(found) == {(Section.NODES, "c"): Change.CHANGED}
    (field,) = found.groups[0].fields
    assert (field.keys, field.path) == (("scriptName",), ("nodes", 0, "properties", 0, "value"))
    assert (field.before, field.after) == ("s2", "other")


def test_a_new_node_and_what_follows_it() -> None:
    before, after = chain("a", "b"), chain("a", "b")
    after["nodes"].append(node("between", "Shell", ["a"], scriptName="new"))
    after["nodes"][1]["preNodeName"] = ["between"]
    found = between(before, after)
    assert groups(found) == {(Section.NODES, "between"): Change.NEW, (Section.EDGES, ""): Change.CHANGED}
    assert (found.facts.nodes, found.facts.edges) == (Tally(new=1), 1)
    edge = found.of(Section.EDGES)[0].fields[0]
    assert (edge.keys, edge.before, edge.after) == (("b", "preNodeName"), ["a"], ["between"])


def test_a_renamed_node_is_proposed_and_mentions_of_it_are_only_counted() -> None:
    before, after = chain("a", "b", "c"), chain("a", "b2", "c")
    after["nodes"][1]["properties"][1]["value"] = "q"
    found = between(before, after)
    (group,) = found.groups
    assert (group.change, group.former, group.name, group.fields) == (Change.RENAMED, "b", "b2", ())
    assert found.apart.followed == 1


def test_a_whole_chain_is_renamed_one_by_one() -> None:
    found = between(chain("a", "b", "c", "d"), chain("w", "x", "y", "z"))
    assert [(group.former, group.name) for group in found.groups] == [
        ("a", "w"),
        ("b", "x"),
        ("c", "y"),
        ("d", "z"),
    ]


@pytest.mark.parametrize(
    "edit",
    [
        lambda node: node.update(type="Shell"),
        lambda node: node["properties"][0].update(value="quite another"),
    ],
)
def test_what_agrees_too_little_is_not_renamed(edit: Any) -> None:
    before, after = chain("a", "b"), chain("a", "b2")
    edit(after["nodes"][1])
    changes = groups(between(before, after))
    assert changes == {(Section.NODES, "b"): Change.REMOVED, (Section.NODES, "b2"): Change.NEW}


def test_nodes_of_one_name_are_kept_apart() -> None:
    before, after = chain("a", "a"), chain("a", "a")
    after["nodes"][1]["type"] = "Shell"
    (group,) = between(before, after).groups
    assert group.fields[0].path == ("nodes", 1, "type")


def test_conditions_are_known_by_the_node_before() -> None:
    before, after = chain("a", "b"), chain("a", "b")
    before["nodes"][1]["conditions"] = [{"preNodeName": "a", "expression": "#{1}"}]
    after["nodes"][1]["conditions"] = [{"preNodeName": "a", "expression": "#{2}"}]
    (group,) = between(before, after).groups
    assert group.section is Section.EDGES
    assert group.fields[0].keys == ("b", "conditions", "a", "expression")


def test_schedule_basics_and_parameters_are_named_facts() -> None:
    before, after = chain("a"), chain("a")
    before["params"] = [{"name": "dt", "value": "1"}, {"name": "gone", "value": "2"}]
    after["params"] = [{"name": "new", "value": "3"}, {"name": "dt", "value": "4", "type": "variable"}]
    after["schedule"]["cron"]["expression"] = "0 40 5 * * ?"
    before["basicConfig"], after["basicConfig"] = {"owner": "li.na"}, {"owner": "chen.yu"}
    found = between(before, after)
    assert found.facts.parameters == Tally(new=1, removed=1, changed=1)
    assert found.facts.schedules == (before["schedule"], after["schedule"])
    assert [one.keys for one in found.facts.basics] == [("owner",)]


def test_an_unknown_field_is_shown() -> None:
    before, after = chain("a"), chain("a")
    after["brandNew"] = {"deep": [1, {"x": None}]}
    found = between(before, after).of(Section.OTHER)[0]
    assert [(one.keys, one.before, one.after) for one in found.fields] == [
        (("brandNew", "deep", "1"), ABSENT, 1),
        (("brandNew", "deep", "2", "x"), ABSENT, None),
    ]


@pytest.mark.parametrize("odd", [None, 5, "text", [], {}, [5, None], {"a": 1}, [["a"]], [{"name": 5}]])
@pytest.mark.parametrize("key", ["nodes", "schedule", "params", "basicConfig", "location"])
def test_odd_shapes_are_compared_as_values(key: str, odd: Any) -> None:
    plain = chain("a", "b")
    strange = deepcopy(plain) | {key: odd}
    assert not between(plain, strange).is_same
    assert not between(strange, plain).is_same
    assert between(strange, deepcopy(strange)).is_same


def test_many_odd_nodes_take_no_long_time() -> None:
    many = {"nodes": [node(f"n{place}") for place in range(5_000)]}
    others = {"nodes": [node(f"m{place}", x="1") for place in range(5_000)]}
    assert between(many, others).facts.nodes == Tally(new=5_000, removed=5_000)
