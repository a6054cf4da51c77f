"""Names and conditions cut to the room on a picture."""

from __future__ import annotations

import pytest

from dlfportal.web.graph.texts import condition_words, name_lines, width


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("load_store", ["load_store"]),
        ("load_device_buffer_upload", ["load_device_buffer_", "upload"]),
        ("a" * 30, ["a" * 20, "a" * 10]),
        ("", [""]),
        ("特别长的中文节点名称需要分成两行显示才行", ["特别长的中文节点名称需", "要分成两行显示才行"]),
    ],
)
def test_a_name_stands_on_one_line_or_two(name, lines):
    assert name_lines(name) == lines


@pytest.mark.parametrize("name", ["load_orders_of_" + "x" * 60 + "_2026", "中文" * 40, "a b" * 40])
def test_a_long_name_keeps_both_its_ends(name):
    head, tail = name_lines(name)
    assert name.startswith(head)
    assert tail.startswith("…")
    assert name.endswith(tail[1:])
    assert max(width(head), width(tail)) <= 20.1


STATUS = '#{{(Job.getNodeStatus("load")) {sign} "{status}" ? "true" : "false"}}'


@pytest.mark.parametrize(
    ("sign", "status", "words"),
    [
        ("==", "fail", "if load failed"),
        ("==", "success", "if load succeeded"),
        ("!=", "success", "unless load succeeded"),
    ],
)
def test_conditions_of_dataarts_are_put_into_words(sign, status, words):
    assert condition_words(STATUS.format(sign=sign, status=status)) == words


def test_beside_a_line_the_node_that_it_begins_at_is_not_named_again():
    expression = STATUS.format(sign="==", status="fail")
    assert condition_words(expression, short=True, source="load") == "failed"
    assert condition_words(expression, short=True, source="other") == "if load failed"


def test_other_conditions_are_shown_by_their_first_24_letters():
    expression = '#{DateUtil.format(Job.planTime,"HHmm") == "0500"}'
    assert condition_words(expression) == expression
    assert condition_words(expression, short=True) == expression[:24] + "…"
