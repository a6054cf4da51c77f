"""Two edits of one document: what does not clash is merged, and what does is named with its place."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.kinds import Kind
from dlfportal.formats.merge import ABSENT, Clash, is_same, merge
from dlfportal.formats.merge_texts import merge_texts

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


def test_whatever_has_names_of_its_own_is_merged_by_them() -> None:
    def properties(**values: str) -> dict[str, Any]:
        return job(node("a", properties=[{"name": name, "value": value} for name, value in values.items()]))

    merged = merge(
        Kind.JOB,
        properties(sql="1", queue="q"),
        properties(sql="2", queue="q"),
        properties(sql="1", queue="r", more="m"),
    )
    assert merged.clashes == ()
    assert merged.document == properties(sql="2", queue="r", more="m")


def test_lists_of_what_has_no_name_are_taken_whole() -> None:
    merged = merge(Kind.SCRIPT, {"a": [1]}, {"a": [1, 2]}, {"a": [3]})
    assert merged.clashes == (Clash(("a",), [1], [1, 2], [3]),)
    assert merge(Kind.JOB, job(node("a")), {"name": "j"}, job(node("b"))).document == {"name": "j"}


def test_the_job_of_a_cdm_document_may_be_renamed_by_one_and_edited_by_the_other() -> None:
    def cdm(name: str, value: str) -> dict[str, Any]:
        inputs = [{"name": "table", "value": value}]
        return {
            "jobs": [{"name": name, "from-config-values": {"configs": [{"name": "c", "inputs": inputs}]}}]
        }

    merged = merge(Kind.CDM_JOB, cdm("old", "x"), cdm("new", "x"), cdm("old", "y"))
    assert (merged.document, merged.clashes) == (cdm("new", "y"), ())


def script(*lines: str) -> dict[str, str]:
    return {"content": "".join(f"{line}\n" for line in lines)}


def test_a_text_is_merged_line_by_line() -> None:
    merged = merge(
        Kind.SCRIPT, script("a", "b", "c", "d"), script("A", "b", "c", "d", "e"), script("a", "b", "D")
    )
    assert [clash.line for clash in merged.clashes] == [3]
    merged = merge(Kind.SCRIPT, script("a", "b", "c", "d"), script("A", "b", "c", "d"), script("a", "b", "D"))
    assert (merged.document, merged.clashes) == (script("A", "b", "D"), ())


def test_lines_that_both_changed_clash_and_the_others_are_taken() -> None:
    three = script("a", "b", "c"), script("mine", "b", "c"), script("theirs", "b", "C")
    merged = merge(Kind.SCRIPT, *three)
    assert merged.clashes == (Clash(("content",), "a\n", "mine\n", "theirs\n", 1),)
    assert merged.document == script("mine", "b", "C")
    assert merge(Kind.SCRIPT, *three, choose_theirs={0}).document == script("theirs", "b", "C")


def test_a_text_that_clashes_all_over_is_taken_whole() -> None:
    lines = [str(number) for number in range(200)]
    sides = [
        script(*(f"{sign}{line}" if int(line) % 2 else line for line in lines)) for sign in ("", "m", "t")
    ]
    assert [clash.line for clash in merge(Kind.SCRIPT, *sides).clashes] == [0]


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "d\r"]), max_size=8).map("\n".join)


@given(base=LINES, mine=LINES, theirs=LINES)
def test_no_line_of_an_edit_is_lost(base: str, mine: str, theirs: str) -> None:
    parts = merge_texts(base, mine, theirs)
    assert parts is not None
    assert "".join(part.base for part in parts) == base
    for edit, other in ((mine, theirs), (theirs, mine)):
        alone = merge_texts(base, edit, base)
        assert alone is not None and "".join(part.mine for part in alone) == edit
        merged = merge_texts(base, edit, other) or []
        kept = [line for part in merged for side in (part.mine, part.theirs) for line in side.split("\n")]
        assert {line for line in edit.split("\n") if line not in base.split("\n")} <= set(kept)


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
