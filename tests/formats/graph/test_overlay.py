"""Two graphs in one: what is new, gone, renamed or changed of nodes and lines."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.formats.difference.documents import difference
from dlfportal.formats.difference.model import Change, Section
from dlfportal.formats.graph.cards import MOST_CARDS
from dlfportal.formats.graph.layered import tidy
from dlfportal.formats.graph.overlay import Overlay, overlay_of
from dlfportal.formats.kinds import Kind


def node(name: str, *before: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "type": "Shell", "preNodeName": list(before), **fields}


def laid(before: list[Any], after: list[Any]) -> Overlay:
    sides = {"nodes": before}, {"nodes": after}
    groups = difference(Kind.JOB, *sides).of(Section.NODES)
    return overlay_of(*sides, {group.name for group in groups if group.change is Change.CHANGED})


def cards(overlay: Overlay) -> dict[str, str]:
    return {card.name: str(change) for card, change in zip(overlay.graph.cards, overlay.cards, strict=True)}


def lines(overlay: Overlay) -> dict[str, str]:
    names = [card.name for card in overlay.graph.cards]
    pairs = zip(overlay.graph.edges, overlay.edges, strict=True)
    return {f"{names[edge.before]}>{names[edge.after]}": str(change) for edge, change in pairs}


def test_nodes_and_lines_of_both() -> None:
    overlay = laid(
        [node("a"), node("b", "a"), node("c", "b"), node("d", "a", conditions=[])],
        [node("a", retryTimes=3), node("b", "a"), {**node("e", "b"), "type": "Dummy"}, node("d", "a", "b")],
    )
    assert cards(overlay) == {"a": "changed", "b": "same", "e": "new", "d": "same", "c": "removed"}
    assert lines(overlay) == {"a>b": "same", "b>e": "new", "a>d": "same", "b>d": "new", "b>c": "removed"}
    assert tidy(overlay.graph)
    assert len({card.number for card in overlay.graph.cards}) == 5


def test_a_renamed_node_keeps_its_lines() -> None:
    properties = {"properties": [{"name": "sql", "value": "SELECT 1"}, {"name": "database", "value": "dwd"}]}
    overlay = laid(
        [node("a"), node("load", "a", **properties), node("end", "load")],
        [node("a"), node("load_2", "a", **properties), node("end", "load_2")],
    )
    assert cards(overlay) == {"a": "same", "load_2": "renamed", "end": "same"}
    assert lines(overlay) == {"a>load_2": "same", "load_2>end": "same"}


def test_a_line_with_another_condition_is_changed() -> None:
    def with_condition(expression: str) -> dict[str, Any]:
        return node("b", "a", conditions=[{"preNodeName": "a", "expression": expression}])

    assert lines(laid([node("a"), with_condition("1")], [node("a"), with_condition("2")])) == {
        "a>b": "changed"
    }


def test_a_circle_that_only_both_together_make_is_cut() -> None:
    overlay = laid([node("a", "b"), node("b")], [node("a"), node("b", "a")])
    assert [edge.closes_loop for edge in overlay.graph.edges].count(True) == 1
    assert tidy(overlay.graph)


@pytest.mark.parametrize("odd", [None, {}, {"nodes": 1}, {"nodes": [1, {"name": 2}, {"type": "Shell"}]}])
def test_odd_documents_are_drawn_as_far_as_they_can(odd: Any) -> None:
    for sides in ((odd, {"nodes": [node("a")]}), ({"nodes": [node("a")]}, odd), (odd, odd)):
        overlay = overlay_of(*sides, ())
        assert len(overlay.cards) == len(overlay.graph.cards)
        assert len(overlay.edges) == len(overlay.graph.edges)


def test_too_many_nodes_make_no_picture() -> None:
    many = [node(f"n{number}") for number in range(MOST_CARDS + 1)]
    assert tidy(laid(many, many[1:]).graph) is None
