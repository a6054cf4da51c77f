from __future__ import annotations

from urllib.parse import unquote

from dlfportal.transfer.exports.delivery import LABELS_BYTES, labels_header


def test_names_are_percent_encoded_and_comma_separated() -> None:
    names = ["scripts/日报", "scripts/a,b", "cdms/c/x y", "resources/a%2Fb\r\n"]
    header = labels_header(names)
    assert header.isascii()
    assert header.isprintable()
    assert [unquote(part) for part in header.split(",")] == names


def test_few_names_stand_whole() -> None:
    assert labels_header(["scripts/a", "scripts/b"]) == "scripts/a,scripts/b"


def test_a_long_list_is_cut_between_names_at_4_kb() -> None:
    names = [f"scripts/{number:04}" for number in range(1000)]
    header = labels_header(names)
    assert len(header) <= LABELS_BYTES
    assert len(header) > LABELS_BYTES - 20
    *shown, last = header.split(",")
    assert last == "..."
    assert shown == names[: len(shown)]


def test_a_single_name_longer_than_that_is_not_torn() -> None:
    assert labels_header(["scripts/" + "长" * 1000]) == "..."
