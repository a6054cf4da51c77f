"""Folding and cutting of texts: what the index of texts is made of."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlfportal.catalogue.search.grams import (
    GRAMS_SOUGHT,
    PIECES_KEPT,
    Keys,
    Pieces,
    Place,
    fold,
    keys_sought,
    scope_key,
)

LETTERS = st.text(st.sampled_from("abAB İıIißẞΣσςK日报𐐀𐐨e\u0301\u0130${}#._%\\'\"\n"), max_size=20)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("DWS_Sales", "dws_sales"),
        ("ÄRGER", "ärger"),
        ("Straße STRASSE ẞ", "straße strasse ß"),
        ("İI ıi", "İi ıi"),  # the small letter of the first is two characters
        ("ΣΑΣ", "σασ"),  # never the final sigma: a part of a text folds as the text does
        ("\U00010400", "\U00010428"),
        ("E\u0301", "e\u0301"),
        ("日报${Dt}#_.%\\", "日报${dt}#_.%\\"),
    ],
)
def test_texts_are_folded_character_by_character(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
@example("İ")
def test_a_folded_text_keeps_its_places(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(LETTERS | st.text(st.characters(codec="utf-8")), st.integers(0, 20), st.integers(1, 20))
def test_a_text_has_every_key_that_a_part_of_it_is_sought_by(text: str, start: int, length: int) -> None:
    part = text[start : start + length]
    for place in Place:
        keys = set(" ".join(Pieces(place).of(fold(text))).split())
        assert {str(key) for key in keys_sought(fold(part), place)} <= keys


def test_long_texts_are_sought_by_some_of_their_grams() -> None:
    keys = keys_sought("".join(map(chr, range(0x4E00, 0x4E00 + 1000))), Place.NAME)
    assert 1 < len(keys) <= GRAMS_SOUGHT


def test_keys_are_numbers_of_four_bytes_on_every_database() -> None:
    assert all(0 <= int(key) < 2**31 for key in Keys().of("dws_sales 日报", "\U00010428").split())


def test_scopes_are_apart() -> None:
    scopes = [("job",), ("script",), ("job", "a"), ("job", "b"), ("script", "a")]
    assert len({scope_key(*scope) for scope in scopes}) == len(scopes)


def test_what_is_kept_of_the_texts_before_has_a_bound() -> None:
    known = Pieces(Place.NAME)
    for start in range(0, PIECES_KEPT * 2, 1000):
        known.of("".join(map(chr, range(0x1_0000 + start, 0x1_0000 + start + 1000))))
    assert len(known) <= PIECES_KEPT
