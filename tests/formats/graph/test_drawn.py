"""The layout by the positions in the document."""

from __future__ import annotations

import pytest

from dlfportal.formats.graph.drawn import as_drawn
from dlfportal.formats.graph.placed import CARD_HEIGHT, CARD_WIDTH
from tests.formats.samples import job, node


def at(*places):
    return as_drawn(job(*(node(str(number), location=place) for number, place in enumerate(places))))


def xy(x, y):
    return {"x": x, "y": y}


def test_rows_and_columns_stay_and_cards_do_not_touch():
    layout = at(xy("-45.5", "10.0"), xy("144.5", "10.0"), xy("144.5", "106.0"))
    (a, b, c) = layout.cards
    assert a == (0, 0)
    assert a[1] == b[1]
    assert b[0] == c[0]
    assert b[0] >= CARD_WIDTH
    assert c[1] >= CARD_HEIGHT
    assert (layout.width, layout.height) == (b[0] + CARD_WIDTH, c[1] + CARD_HEIGHT)


def test_a_left_out_coordinate_is_zero():
    assert at(xy(0, 0), {"x": 300}).cards == at(xy(0, 0), xy(300, 0)).cards


@pytest.mark.parametrize(
    "odd",
    [None, "", "NaN", "Infinity", "1e400", "1_0", True, [], float("inf"), 10**30, "9" * 400, "0x10", "٣"],
)
def test_a_position_that_is_no_number_makes_no_picture(odd):
    assert at(xy(0, 0), xy(300, odd)) is None


@pytest.mark.parametrize(
    "places",
    [
        [xy(0, 0), xy(0, 0)],
        [xy(0, 0), xy(5, 5)],
        [xy(0, 0), xy(300, 0), xy(90000, 40000)],
        [xy(250 * n, 0) for n in range(40)],
        [None, xy(0, 0)],
    ],
    ids=["all at zero", "nearly so", "one far away", "too long", "one without"],
)
def test_positions_without_use_make_no_picture(places):
    assert at(*places) is None


def test_eight_may_stand_in_a_row():
    assert at(*(xy(190 * n, 0) for n in range(8))) is not None


def test_a_thousand_are_soon_placed():
    assert at(*(xy(190 * (n % 32), 96 * (n // 32)) for n in range(1000))) is not None
