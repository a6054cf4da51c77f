"""Texts line by line, with the words that differ, in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.difference.texts import (
    MOST_LINES,
    WORDS_LINES,
    Different,
    Line,
    Mark,
    Row,
    Same,
    TextDifference,
    text_difference,
)

TEXTS = st.lists(st.sampled_from(["a", "b", "", " a", "a b", "x\r", "选 择"]), max_size=12).map("\n".join)


def rows(found: TextDifference) -> list[Row]:
    return [row for block in found.blocks if isinstance(block, Different) for row in block.rows]


def plain(line: Line | None) -> str:
    return "".join(text for text, _ in line.pieces) if line else ""


def sides(found: TextDifference) -> tuple[list[str], list[str]]:
    """Return both texts as the difference shows them."""
    old: list[str] = []
    new: list[str] = []
    for block in found.blocks:
        if isinstance(block, Same):
            assert (block.old, block.new) == (len(old) + 1, len(new) + 1)
            old += block.lines
            new += block.lines
            continue
        for row in block.rows:
            for line, side in ((row.old, old), (row.new, new)):
                if line:
                    side.append(plain(line))
                    assert line.number == len(side)
    return old, new


def lines(text: str) -> list[str]:
    return text.split("\n")[:-1] if text.endswith("\n") or not text else text.split("\n")


@given(TEXTS, TEXTS)
def test_both_texts_are_shown_whole_and_numbered(before: str, after: str) -> None:
    found = text_difference(before, after)
    old, new = sides(found)
    if found.ends:
        before, after = before.replace("\r\n", "\n"), after.replace("\r\n", "\n")
    assert (old, new) == (lines(before), lines(after))
    assert bool(found.added or found.removed) == (lines(before) != lines(after))


def test_words_that_differ_are_marked() -> None:
    (row,) = rows(text_difference("SELECT id, name FROM t;", "SELECT id, full_name FROM t;"))
    assert row.mark is Mark.CHANGED
    assert row.old and row.new
    assert [text for text, marked in row.old.pieces if marked] == ["name"]
    assert [text for text, marked in row.new.pieces if marked] == ["full_name"]


def test_chinese_is_marked_by_its_characters() -> None:
    (row,) = rows(text_difference("-- 每日销售汇总", "-- 每月销售汇总"))
    assert row.new
    assert [text for text, marked in row.new.pieces if marked] == ["月"]


def test_the_likest_lines_stand_beside_each_other() -> None:
    found = text_difference("load a from x\nload b from y", "-- new line\nload a from z\nload b from w")
    assert [(plain(row.old), plain(row.new)) for row in rows(found)] == [
        ("", "-- new line"),
        ("load a from x", "load a from z"),
        ("load b from y", "load b from w"),
    ]


def test_lines_that_differ_in_spaces_are_known() -> None:
    (row,) = rows(text_difference("a  b", "\ta b"))
    assert row.mark is Mark.SPACE


def test_other_line_endings_throughout_are_said_once() -> None:
    found = text_difference("a\r\nb\r\nc\r\n", "a\nB\nc\n")
    assert found.ends == ("CRLF", "LF")
    assert (found.added, found.removed) == (1, 1)


def test_another_ending_of_one_line_is_seen() -> None:
    (row,) = rows(text_difference("a\nb\nc\n", "a\nb\r\nc\n"))
    assert row.mark is Mark.END


def test_the_last_line_may_have_no_ending() -> None:
    found = text_difference("a\n", "a")
    assert (found.closed, rows(found)) == ((True, False), [])


def test_long_texts_are_compared_by_lines_only() -> None:
    before = "x y\n" * WORDS_LINES + "end"
    found = text_difference(before, before.replace("end", "the end"))
    assert not found.words
    (row,) = rows(found)
    assert row.new
    assert row.new.pieces == (("the end", False),)


def test_texts_that_are_too_long_are_not_compared() -> None:
    found = text_difference("a\n" * (MOST_LINES + 1), "b")
    assert found.too_large
    assert found.blocks == ()


@pytest.mark.timed
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x\n" + "a\n" * 12_000 + "y", "z\n" + "a\n" * 11_990 + "w"),
        ("a\nb\n" * 9_000, "b\nb\na\n" * 6_000),
        ("".join(f"{n}\n" for n in range(19_000)), "".join(f"{n if n % 7 else -n}\n" for n in range(19_000))),
        ("".join(f"{n}\n" for n in range(15_000)), "".join(f"{n * 7919 % 15_000}\n" for n in range(15_000))),
        ("a b " * 300_000, "a b " * 299_999 + "c"),
    ],
    ids=["equal", "two", "every seventh", "shuffled", "one line"],
)
def test_no_text_takes_long(before: str, after: str) -> None:
    began = time.process_time()
    text_difference(before, after)
    assert time.process_time() - began < 10  # some tenths of a second; by all pairs of lines it was minutes
