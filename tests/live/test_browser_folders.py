"""The folders beside a list, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.portal import SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser


def test_the_folders_are_a_tree_that_keys_walk(signed_in: Page, portal: Portal) -> None:
    page = signed_in
    page.set_viewport_size({"width": 1440, "height": 900})
    url = f"{portal.url}/w/{SAMPLE_WORKSPACE}/jobs/"
    page.goto(url)
    tree = page.get_by_role("tree", name="Folders")
    first, last = tree.get_by_role("treeitem").first, tree.get_by_role("treeitem").last
    holder = tree.locator("[role=treeitem][aria-expanded=false]").first
    path = holder.get_attribute("title") or ""
    child = tree.locator(f"[role=treeitem][title^='{path}/']").first
    assert tree.locator("a[tabindex='0']").count() == 1

    holder.focus()
    page.keyboard.press("ArrowRight")
    expect(tree.locator(f"[title='{path}']")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowRight")
    expect(child).to_be_focused()
    expect(child).to_have_attribute("aria-level", "2")
    page.keyboard.press("ArrowUp")
    expect(tree.locator(f"[title='{path}']")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(tree.locator(f"[title='{path}']")).to_have_attribute("aria-expanded", "false")
    expect(tree.locator(f"[title='{path}']")).to_be_focused()
    page.keyboard.press("End")
    expect(last).to_be_focused()
    page.keyboard.press("Home")
    expect(first).to_be_focused()
    assert tree.locator("a[tabindex='0']").count() == 1

    page.keyboard.press("Shift+Tab")  # it is one stop: back, and again to where one was
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    target = first.get_attribute("title") or ""
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/?folder=*")
    expect(tree.locator("a[tabindex='0']")).to_have_attribute("title", target)
