"""Search over many workspaces: every object that has all words, of the workspaces given and of no other."""

from __future__ import annotations

from itertools import product

import pytest

from dlfportal.access.models import Workspace
from dlfportal.catalogue import everywhere
from dlfportal.catalogue.everywhere import find_everywhere, words_of
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from tests.factories import ResourceFactory, ScriptFactory, operator

NAMES = ("daily_sales", "sales_daily_日报", "DAI", "weekly", "销售日报", "a")


@pytest.fixture
def scripts(workspace: Workspace, other_workspace: Workspace) -> list[CatalogueObject]:
    made = [
        ScriptFactory(workspace=place, name=name, description=f"{name} for Sales")
        for place, name in product((workspace, other_workspace), NAMES)
    ]
    gone = ScriptFactory(workspace=workspace, name="daily_gone")
    object_delete(actor=operator(), target=gone)
    ResourceFactory(workspace=workspace, name="daily_lib", description="sales")
    return made


@pytest.mark.parametrize(
    "text",
    ["dai sal", "SALES", "日报", "报", "a", "day", "for  daily", "%", "_", "''", '"', "x y z", "销 报"],
)
def test_each_word_is_a_part_of_the_name_or_the_description(
    scripts: list[CatalogueObject], workspace: Workspace, text: str
) -> None:
    words = words_of(text)
    names_only = max(map(len, words)) < 2
    expected = {
        one.name
        for one in scripts
        if one.workspace_id == workspace.pk
        and all(
            word.lower() in one.name.lower() or (not names_only and word.lower() in one.description.lower())
            for word in words
        )
    }
    found = find_everywhere(words, Kind.SCRIPT, [workspace.pk])
    assert {hit.name for hit in found.hits} == expected
    assert not found.is_more


def test_what_is_meant_comes_first(scripts: list[CatalogueObject], workspace: Workspace) -> None:
    names = [hit.name for hit in find_everywhere(["dai"], Kind.SCRIPT, [workspace.pk]).hits]
    assert names == ["DAI", "daily_sales", "sales_daily_日报"]
    sales = [hit.name for hit in find_everywhere(["sales"], Kind.SCRIPT, [workspace.pk]).hits]
    assert sales[:2] == ["sales_daily_日报", "daily_sales"]


def test_a_palette_looks_at_names_alone(scripts: list[CatalogueObject], workspace: Workspace) -> None:
    found = find_everywhere(["sales"], Kind.SCRIPT, [workspace.pk], names_only=True)
    assert {hit.name for hit in found.hits} == {"daily_sales", "sales_daily_日报"}


def test_no_workspace_and_no_word_find_nothing(scripts: list[CatalogueObject]) -> None:
    assert find_everywhere(["dai"], Kind.SCRIPT, []).hits == []
    assert find_everywhere([], Kind.SCRIPT, ["a" * 32]).hits == []


def test_a_frequent_word_costs_a_bounded_look_and_still_finds_the_very_name(
    scripts: list[CatalogueObject], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everywhere, "LOOKED_AT", 2)
    found = find_everywhere(["sales"], Kind.SCRIPT, [workspace.pk])
    assert found.is_more
    assert len(found.hits) == 2
    ScriptFactory(workspace=workspace, name="sales")
    assert find_everywhere(["sales"], Kind.SCRIPT, [workspace.pk]).hits[0].name == "sales"
