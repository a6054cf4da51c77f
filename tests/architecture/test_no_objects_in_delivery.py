"""Delivery asks selectors and services: it builds no queries of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.portal import ROOT

ROOMS = ("web", "api", "adminsite")
JUSTIFIED = {
    # path below dlfportal/ -> why this file may name a manager
    "adminsite/people.py": "the choices of a membership's two fields, which Django's forms take as querysets",
    "adminsite/site.py": "what the person did last, on the front page of the admin",
}


def managers_named(path: Path) -> list[int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        found.lineno
        for found in ast.walk(tree)
        if isinstance(found, ast.Attribute) and found.attr in ("objects", "_default_manager", "_base_manager")
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_delivery_names_no_manager(room: str) -> None:
    folder = ROOT / "dlfportal"
    found = {
        path.relative_to(folder).as_posix(): lines
        for path in sorted((folder / room).rglob("*.py"))
        if (lines := managers_named(path))
    }
    assert {path: lines for path, lines in found.items() if path not in JUSTIFIED} == {}


def test_what_is_justified_still_needs_it() -> None:
    assert all(managers_named(ROOT / "dlfportal" / path) for path in JUSTIFIED)
