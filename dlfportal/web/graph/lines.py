"""The lines of a picture as SVG paths: curves from card to card, through the bends of long ones."""

from __future__ import annotations

from dlfportal.formats.graph.cards import Edge
from dlfportal.formats.graph.placed import CARD_HEIGHT, CARD_WIDTH, Direction, How, Layout, Point

TIP = 2
"""A line ends so far before its card, where the arrow's tip is."""
BACK = 70
"""How far a line that leads back swings out."""


def line(edge: Edge, place: int, layout: Layout) -> tuple[str, Point]:
    """Return the path of a line, and the point where its words stand."""
    start, end = layout.cards[edge.before], layout.cards[edge.after]
    if layout.how is How.TIDY and not edge.closes_loop:
        return _through(start, end, layout.bends.get(place, ()), layout.direction)
    if end[0] >= start[0] + CARD_WIDTH:
        return _through(start, end, (), Direction.RIGHT)
    if end[1] >= start[1] + CARD_HEIGHT:
        return _through(start, end, (), Direction.DOWN)
    return _back(start, end)


def _through(start: Point, end: Point, bends: tuple[Point, ...], way: Direction) -> tuple[str, Point]:
    right = way is Direction.RIGHT
    x, y = _leaving(start, right)
    path = [f"M{x} {y}"]
    for bend in bends:
        path.append(_curve((x, y), _entering(bend, right), right))
        x, y = _leaving(bend, right)
        path.append(f"H{x}" if right else f"V{y}")
    to_x, to_y = _entering(end, right)
    tip = (to_x - TIP, to_y) if right else (to_x, to_y - TIP)
    path.append(_curve((x, y), tip, right))
    return "".join(path), ((x + to_x) // 2, (y + to_y) // 2)


def _leaving(card: Point, right: bool) -> Point:
    x, y = card
    return (x + CARD_WIDTH, y + CARD_HEIGHT // 2) if right else (x + CARD_WIDTH // 2, y + CARD_HEIGHT)


def _entering(card: Point, right: bool) -> Point:
    x, y = card
    return (x, y + CARD_HEIGHT // 2) if right else (x + CARD_WIDTH // 2, y)


def _curve(start: Point, end: Point, right: bool) -> str:
    (x, y), (to_x, to_y) = start, end
    if right:
        return f"H{to_x}" if y == to_y else f"C{(x + to_x) // 2} {y} {(x + to_x) // 2} {to_y} {to_x} {to_y}"
    return f"V{to_y}" if x == to_x else f"C{x} {(y + to_y) // 2} {to_x} {(y + to_y) // 2} {to_x} {to_y}"


def _back(start: Point, end: Point) -> tuple[str, Point]:
    """A line against the others: out of the lower side of one card, from below into the other."""
    x, y = start[0] + CARD_WIDTH // 2, start[1] + CARD_HEIGHT
    to_x, to_y = end[0] + CARD_WIDTH // 2, end[1] + CARD_HEIGHT
    low = max(y, to_y) + BACK
    path = f"M{x} {y}C{x} {low} {to_x} {low} {to_x} {to_y + TIP}"
    return path, ((x + to_x) // 2, (y + to_y + 6 * low) // 8)
