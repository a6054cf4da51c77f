"""Code can be read: each of its colours stands out from each ground it is on, in both themes."""

from __future__ import annotations

import re
from itertools import product

import pytest

from tests.portal import ROOT

CSS = "".join((ROOT / "static" / "css" / f"{name}.css").read_text() for name in ("tokens", "code"))
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"(--[ck]-[\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)
}
TEXTS = ["--c-text", *(name for name in COLOURS if name.startswith("--k-"))]
GROUNDS = ("--c-surface", "--c-hover", "--c-selected", "--c-warning-bg", "--c-error-bg", "selection")
"""Of the text, the cursor's line, what is linked to, what is found, lines with errors, what is selected."""
SELECTION = 0.12
LEAST = 4.5

Colour = tuple[float, ...]


def colour(name: str, theme: int) -> Colour:
    if name == "selection":
        over, under = colour("--c-focus", theme), colour("--c-surface", theme)
        return tuple(a * SELECTION + b * (1 - SELECTION) for a, b in zip(over, under, strict=True))
    digits = COLOURS[name][theme]
    return tuple(int(digits[place : place + 2], 16) / 255 for place in (1, 3, 5))


def luminance(parts: Colour) -> float:
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_code_stands_out_from_its_grounds(theme: int) -> None:
    pairs = product(TEXTS, GROUNDS)
    weak = [pair for pair in pairs if contrast(*(colour(name, theme) for name in pair)) < LEAST]
    assert len(TEXTS) >= 8
    assert weak == []


def test_the_selection_of_the_editor_is_the_one_that_is_checked() -> None:
    sheet = (ROOT / "static" / "css" / "code-editor.css").read_text()
    share = f"color-mix(in srgb, var(--c-focus) {SELECTION:.0%}, var(--c-surface))"
    assert share in sheet
