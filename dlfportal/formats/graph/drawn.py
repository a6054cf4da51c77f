"""The layout as the job was drawn: the positions that its document holds, scaled until the cards just fit.

A card of DataArts has other sides than ours, so its positions are scaled across and down, each by one factor:
what stood in a row or column still does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from dlfportal.formats.graph.placed import CARD_HEIGHT, CARD_WIDTH, Direction, How, Layout
from dlfportal.formats.shapes import objects

NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{0,20})?")
FARTHEST = 1e6
"""A position beyond is a slip, as the canvas has an end."""
GAP, WORDED_GAP, BELOW = 28, 68, 14
"""The least room between two cards: beside each other, the same where there are conditions, and below."""
STRETCHES = (0.7, 0.85, 1.0, 1.25, 1.5, 2.0, 3.0)
LONGEST_SIDE = 12
"""A picture is at most so many times as wide as high, or as high as wide."""
WIDEST_HOLE = 8 * CARD_WIDTH
"""A wider strip without any card means that one was dragged far away."""

Places = Sequence[tuple[float, float]]


def as_drawn(document: Any) -> Layout | None:
    """Return the layout by the positions of the nodes, or None when they make no useful picture.

    They do not if one is missing or no number, if cards cover each other however far they are stretched, or
    if one stands far away from all others.
    """
    found = [_position(node.get("location")) for _, node in objects(document, "nodes")]
    places = [place for place in found if place is not None]
    if not places or len(places) < len(found) or _has_hole(places):
        return None
    has_words = any(objects(node, "conditions") for _, node in objects(document, "nodes"))
    factors = _stretch(places, CARD_WIDTH + (WORDED_GAP if has_words else GAP))
    if factors is None:
        return None
    cards = _from_origin(places, factors)
    width, height = max(x for x, _ in cards) + CARD_WIDTH, max(y for _, y in cards) + CARD_HEIGHT
    if not _is_shapely(width, height):
        return None
    return Layout(How.DRAWN, Direction.RIGHT, cards, width, height, {})


def _position(location: Any) -> tuple[float, float] | None:
    """Return a position. Some clients leave out a zero, so one that lacks a coordinate has 0 there."""
    if not isinstance(location, dict):
        return None
    x, y = (_number(location.get(key, 0)) for key in ("x", "y"))
    return None if x is None or y is None else (x, y)


def _number(value: Any) -> float | None:
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= FARTHEST else None


def _has_hole(places: Places) -> bool:
    axes = (sorted(axis) for axis in zip(*places, strict=True))
    return any(after - before > WIDEST_HOLE for axis in axes for before, after in pairwise(axis))


def _is_shapely(width: int, height: int) -> bool:
    """Whether the box is not too long; a row counts as three cards high, so eight may stand in one."""
    long, short = max(width, height), max(min(width, height), 3 * CARD_HEIGHT)
    return long <= LONGEST_SIDE * short


def _stretch(places: Places, width: int) -> tuple[float, float] | None:
    """Return the smallest factors (across, down) with which cards are `width` apart or below each other."""
    close = list(_close(places, width))
    best: tuple[float, float] | None = None
    for down in STRETCHES:
        beside = (dx for dx, dy in close if dy * down < CARD_HEIGHT + BELOW)
        across = max((_needed(dx, width) for dx in beside), default=STRETCHES[0])
        if across <= STRETCHES[-1] and (best is None or across * down < best[0] * best[1]):
            best = across, down
    return best


def _needed(distance: float, width: int) -> float:
    """How far two cards side by side must be stretched."""
    return max(STRETCHES[0], width / distance) if distance > 0 else math.inf


def _close(places: Places, width: int) -> Iterator[tuple[float, float]]:
    """Yield the distances (across, down) of the pairs that may touch at some stretch."""
    ordered = sorted(places, key=lambda place: place[1])
    for at, (x, y) in enumerate(ordered):
        for other_x, other_y in ordered[at + 1 :]:
            if (other_y - y) * STRETCHES[0] >= CARD_HEIGHT + BELOW:
                break
            if abs(other_x - x) * STRETCHES[0] < width:
                yield abs(other_x - x), other_y - y


def _from_origin(places: Places, factors: tuple[float, float]) -> tuple[tuple[int, int], ...]:
    left, top = min(x for x, _ in places), min(y for _, y in places)
    return tuple((round((x - left) * factors[0]), round((y - top) * factors[1])) for x, y in places)
