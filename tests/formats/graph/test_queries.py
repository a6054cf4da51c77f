"""What a query of the graph of jobs asks for, and what is said of one that nobody can follow."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlfportal.formats.graph.queries import FARTHEST, MOST_NAMES, QueryFault, Wanted, wanted_in

ALL = FARTHEST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  ", []),
        ("orders", [("orders", 1, 1)]),
        ("+orders", [("orders", ALL, 0)]),
        ("orders+", [("orders", 0, ALL)]),
        ("+orders+", [("orders", ALL, ALL)]),
        ("+orders+2", [("orders", ALL, 2)]),
        ("2+orders+1", [("orders", 2, 1)]),
        ("0+orders", [("orders", 0, 0)]),
        ("2orders", [("2orders", 1, 1)]),
        ("  a   3+订单.明细-1 ", [("a", 1, 1), ("订单.明细-1", 3, 0)]),
        ('+"my job"+1 "a+b" "say ""no"""', [("my job", ALL, 1), ("a+b", 1, 1), ('say "no"', 1, 1)]),
        ("etl_${region}", [("etl_${region}", 1, 1)]),
    ],
)
def test_a_query_names_jobs_and_how_far_to_go(text, expected):
    assert [(one.name, one.before, one.after) for one in wanted_in(text)] == expected


@pytest.mark.parametrize(
    ("text", "wrong", "words"),
    [
        ("a +", "+", "a name is missing"),
        ("2+", "2+", "a name is missing"),
        ("a++", "+", "only a number"),
        ("b a+x", "x", "only a number"),
        ("a+2b", "b", "only a number"),
        ("21+a", "21+", "At most 20 steps"),
        ("a+99999999999", "+99999999999", "At most 20 steps"),
        ('c "ab', '"ab', "no second one"),
        ('+"ab', '+"ab', "no second one"),
        ('a"b"', '"', "A quote stands within"),
        ('x ""', '""', "no name"),
        ('x " "', '" "', "no name"),
        (" ".join("abcdefghijk"), "k", "At most 10 names"),
        ("a" * 1005, "a" * 5, "too long"),
    ],
)
def test_a_wrong_query_says_what_is_wrong_and_where(text, wrong, words):
    with pytest.raises(QueryFault) as raised:
        wanted_in(text)
    assert text[raised.value.begin : raised.value.end] == wrong
    assert words in str(raised.value)


NAMES = st.text(min_size=1).filter(lambda name: name.strip() != "")
STEPS = st.integers(0, FARTHEST)


@given(st.lists(st.tuples(NAMES, STEPS, STEPS), max_size=MOST_NAMES))
@example([("0", 0, 1)])
def test_what_is_written_is_read_again(asked):
    text = " ".join(str(Wanted(*one)) for one in asked)
    if len(text) <= 1000:
        assert [(one.name, one.before, one.after) for one in wanted_in(text)] == asked


@given(st.text(alphabet='a1+ "\u3000x', max_size=12))
def test_any_text_is_read_or_has_a_fault_within_it(text):
    try:
        wanted_in(text)
    except QueryFault as fault:
        assert 0 <= fault.begin < fault.end <= len(text)
