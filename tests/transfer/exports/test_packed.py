"""Entries, names and ids are kept in a few bytes each, and come back as they were."""

from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.transfer.exports.packed import (
    ENTRIES_A_BLOCK,
    IdSet,
    Kept,
    PackedEntries,
    PackedNames,
    Placed,
    entries_pack,
    entries_unpack,
)
from tests.memory import takes_less


def placed(number: int) -> Placed:
    return Placed(f"jobs/作业 {number:06}/作业 {number:06}.job", 2**40 + number * 3, number % 5000)


@pytest.mark.parametrize("count", [0, 1, ENTRIES_A_BLOCK, 2 * ENTRIES_A_BLOCK + 1])
def test_entries_come_back_in_their_order_before_and_after_they_left(count: int) -> None:
    entries = [placed(number) for number in range(count)]
    packed = PackedEntries()
    for entry in entries:
        packed.add(*entry)
    assert len(packed) == count
    assert list(packed) == entries
    kept = [Kept(entry.path, entry.revision_id) for entry in entries]
    assert entries_unpack(entries_pack(packed)) == entries_unpack(entries_pack(entries)) == kept
    assert list(packed) == entries, "packing takes nothing away"


def test_rows_of_earlier_releases_are_understood() -> None:
    earlier = zlib.compress(json.dumps([[7, 5], ["jobs/a.job", "scripts/b.script"]]).encode())
    assert entries_unpack(earlier) == [("jobs/a.job", 7), ("scripts/b.script", 5)]


def test_an_entry_and_its_name_take_a_few_bytes() -> None:
    def kept() -> tuple[PackedEntries, PackedNames]:
        packed, names = PackedEntries(), PackedNames()
        for step in range(0, 20_000, 500):
            for number in range(step, step + 500):
                packed.add(*placed(number))
            names.extend([f"作业 {number:06}" for number in range(step, step + 500)])
        assert (len(packed), len(names)) == (20_000, 20_000)
        return packed, names

    assert takes_less(kept, kept=20_000 * 40), "a block on its way among them"


def test_names_come_back_in_their_order() -> None:
    names = PackedNames()
    assert (len(names), list(names)) == (0, [])
    names.extend(["b", "数"])
    names.extend(["a"])
    assert (len(names), list(names)) == (3, ["b", "数", "a"])


@given(st.lists(st.integers(0, 5000) | st.integers(0, 2**63 - 1)))
def test_ids_are_a_set(numbers: list[int]) -> None:
    ids = IdSet()
    for place, number in enumerate(numbers):
        assert ids.add(number) == (number not in numbers[:place])
    assert sorted(ids) == sorted(set(numbers))
    assert all(number in ids for number in numbers)
    assert 5001 in ids or 5001 not in numbers
