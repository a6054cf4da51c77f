"""Two edits of one document: what does not clash is merged, and what does is named with its place."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.kinds import Kind
from dlfportal.formats.merge import ABSENT, Clash, is_same, merge

SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"])
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcn"), inner, max_size=4),
    max_leaves=12,
)


def job(*nodes: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"name": "j", "nodes": list(nodes), **others}


def node(name: str, **others: Any) -> dict[str, Any]:
    return {"name": name, "type": "DLISQL", **others}


def test_edits_of_different_keys_are_both_taken() -> None:
    base = {"a": 1, "b": {"x": 1, "y": 1}}
    merged = merge(
        Kind.SCRIPT, base, {"a": 2, "b": {"x": 1, "y": 1}}, {"a": 1, "b": {"x": 1, "y": 2}, "c": 3}
    )
    assert merged.document == {"a": 2, "b": {"x": 1, "y": 2}, "c": 3}
    assert merged.clashes == ()


def test_the_same_place_changed_differently_clashes() -> None:
    merged = merge(Kind.SCRIPT, {"b": {"x": 1}}, {"b": {"x": 2}}, {"b": {"x": 3}})
    assert merged.clashes == (Clash(("b", "x"), 1, 2, 3),)
    assert merged.document == {"b": {"x": 2}}
    assert merge(
        Kind.SCRIPT, {"b": {"x": 1}}, {"b": {"x": 2}}, {"b": {"x": 3}}, choose_theirs={0}
    ).document == {"b": {"x": 3}}


def test_what_one_took_out_and_the_other_changed_clashes() -> None:
    base = {"a": 1, "b": 1}
    merged = merge(Kind.SCRIPT, base, {"b": 1}, {"a": 2, "b": 1})
    assert merged.clashes == (Clash(("a",), 1, ABSENT, 2),)
    assert merged.document == {"b": 1}
    assert merge(Kind.SCRIPT, base, {"b": 1}, base).document == {"b": 1}
    assert merge(Kind.SCRIPT, base, base, {"b": 1}).document == {"b": 1}


def test_the_same_edit_twice_is_no_clash() -> None:
    assert merge(Kind.SCRIPT, {"a": 1}, {"a": 2}, {"a": 2}).clashes == ()
    assert merge(Kind.SCRIPT, {}, {"a": {"x": 1}}, {"a": {"y": 1}}).document == {"a": {"x": 1, "y": 1}}


def test_numbers_of_another_kind_are_changes() -> None:
    assert merge(Kind.SCRIPT, {"a": 1}, {"a": 1}, {"a": 1.0}).document["a"].__class__ is float
    assert [clash.path for clash in merge(Kind.SCRIPT, {"a": 1}, {"a": True}, {"a": 1.0}).clashes] == [("a",)]


def test_nodes_are_merged_by_name_wherever_they_stand() -> None:
    base = job(node("a"), node("b"), node("c"))
    mine = job(node("a", pollingInterval=5), node("mine"), node("b"), node("c"))
    theirs = job(node("b", retryTimes=1), node("theirs"), node("a"))
    merged = merge(Kind.JOB, base, mine, theirs)
    assert merged.clashes == ()
    assert merged.document["nodes"] == [
        node("a", pollingInterval=5),
        node("mine"),
        node("b", retryTimes=1),
        node("theirs"),
    ]


def test_a_clash_within_a_node_is_named_by_the_node() -> None:
    merged = merge(Kind.JOB, job(node("a")), job(node("a", x=1)), job(node("a", x=2)))
    assert merged.clashes == (Clash(("nodes", "a", "x"), ABSENT, 1, 2),)


def test_nodes_without_names_of_their_own_are_taken_whole() -> None:
    base, mine = job(node("a"), node("a")), job(node("a"))
    assert [clash.path for clash in merge(Kind.JOB, base, mine, job(node("b"))).clashes] == [("nodes",)]
    assert merge(Kind.JOB, base, mine, base).document == mine


def test_lists_of_other_kinds_are_taken_whole() -> None:
    merged = merge(Kind.SCRIPT, {"nodes": [node("a")]}, {"nodes": []}, {"nodes": [node("b")]})
    assert [clash.path for clash in merged.clashes] == [("nodes",)]


@given(base=DOCUMENTS, mine=DOCUMENTS, theirs=DOCUMENTS)
def test_an_edit_alone_is_taken_as_it_is_and_all_choices_of_theirs_win(
    base: Any, mine: Any, theirs: Any
) -> None:
    for kind in (Kind.JOB, Kind.SCRIPT):
        assert is_same(merge(kind, base, mine, base).document, mine)
        assert is_same(merge(kind, base, base, theirs).document, theirs)
        merged = merge(kind, base, mine, theirs)
        again = merge(kind, base, mine, theirs, choose_theirs=range(len(merged.clashes)))
        assert again.clashes == merged.clashes
        mirrored = merge(kind, base, theirs, mine)
        assert len(mirrored.clashes) == len(merged.clashes)
        assert is_same(mirrored.document, again.document) or _has_lists(again.document)


def _has_lists(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else ()
    return isinstance(value, list) or any(map(_has_lists, inner))
