"""What is not documented does not exist for users: commands in the README, pages in CONTRIBUTING."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver

from dlfportal.urls import urlpatterns
from tests.pictures import LARGEST
from tests.portal import ROOT

COMMANDS = sorted(
    path.stem for path in (ROOT / "dlfportal").glob("*/management/commands/*.py") if path.stem != "__init__"
)
TARGETS = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
OTHERS = ("admin/", "v1/", "v1.0/", "v2/")
"""Below these the addresses are the Django admin's own, or are in the OpenAPI document."""


def text(name: str) -> str:
    return Path(ROOT / name).read_text(encoding="utf-8")


def addresses(patterns: list[URLPattern | URLResolver], start: str = "/") -> Iterator[str]:
    for pattern in patterns:
        address = start + str(pattern.pattern)
        if address.startswith(tuple(f"/{other}" for other in OTHERS)):
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, address)
        else:
            yield address


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"\b{command}\b", text("README.md"))


def test_every_page_is_in_the_table_of_addresses() -> None:
    table = text("CONTRIBUTING.md")
    wanted = [re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", address) for address in addresses(urlpatterns)]
    assert wanted
    assert [address for address in wanted if f"`{address}`" not in table] == []


def test_the_readme_stays_short() -> None:
    assert len(text("README.md").splitlines()) <= 150


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_files_that_are_named_exist(name: str) -> None:
    missing = [
        found
        for found in re.findall(r"`((?:dlfportal|tests|templates|static|bench)/[\w/.-]+)`", text(name))
        if not (ROOT / found).exists()
    ]
    assert missing == []


def test_the_pictures_of_the_readme_are_there_and_small() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text("README.md"))
    assert len(pictures) == 3
    assert [name for name in pictures if not 0 < (ROOT / name).stat().st_size <= LARGEST] == []
