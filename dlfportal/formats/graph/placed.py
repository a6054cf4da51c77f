"""What a layout is: where each card stands, and the points that the lines go through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CARD_WIDTH = 196
CARD_HEIGHT = 52

Point = tuple[int, int]


class Direction(StrEnum):
    """Where the lines of a picture lead."""

    RIGHT = "right"
    DOWN = "down"


class How(StrEnum):
    """How a picture is laid out: as the job was drawn in DataArts, or tidily in layers."""

    DRAWN = "drawn"
    TIDY = "tidy"


@dataclass(frozen=True, slots=True)
class Layout:
    """The left upper corners of the cards, in their order, from (0, 0) on.

    `bends` gives, by the place of a line among the edges, the points where a long one passes through the
    layers between its cards: of `RIGHT` the left end of a level piece as wide as a card, of `DOWN` the upper
    end of an upright piece as high as one.
    """

    how: How
    direction: Direction
    cards: tuple[Point, ...]
    width: int
    height: int
    bends: dict[int, tuple[Point, ...]]
