"""A walk on the graph of a job: find, follow the lines by keys, open a node, share it, take it along."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.portal import SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.getAttribute('aria-label').split(',')[0]"


def view_of(page: Page) -> str:
    return page.get_attribute(".graph-canvas svg", "viewBox") or ""


def press(page: Page, *keys: str) -> str:
    """Press keys on a card and return the name of the card that has the focus then."""
    for key in keys:
        page.keyboard.press(key)
    name: str = page.evaluate(FOCUSED)
    return name


def test_a_walk_on_the_graph_of_a_job(signed_in: Page, portal: Portal, tmp_path: Path) -> None:
    page, url = signed_in, f"{portal.url}/w/{SAMPLE_WORKSPACE}/jobs/nightly_full_load/"
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.goto(url)

    # one tab stop; arrow keys go along the lines and from sibling to sibling
    page.locator("#g-cards > a[tabindex='0']").focus()
    assert page.locator("#g-cards > a[tabindex='0']").count() == 1
    assert press(page, "ArrowRight") == "create_day_folder"
    sibling = press(page, "ArrowRight", "ArrowDown")
    assert press(page, "ArrowUp", "ArrowDown") == sibling
    assert press(page, "ArrowLeft") == "create_day_folder"

    # Enter opens what is said of the node, the address can be shared, Escape goes back
    press_enter_at = page.url
    page.keyboard.press("Enter")
    expect(page.locator(".graph-inspector h2")).to_have_text("create_day_folder")
    assert page.url == f"{press_enter_at}#node-1"
    page.keyboard.press("Escape")
    expect(page.locator(".graph-inspector")).to_be_hidden()
    assert page.evaluate(FOCUSED) == "create_day_folder"

    # zoom and fit move nothing but the viewBox
    page.keyboard.press("f")
    fitted = view_of(page)
    page.keyboard.press("+")
    assert view_of(page) != fitted
    page.keyboard.press("f")
    assert view_of(page) == fitted

    # find
    page.get_by_label("Find a node").fill("quality")
    expect(page.locator("[data-graph-found]")).to_have_text("3 / 45")
    page.keyboard.press("Enter")
    expect(page.locator("[data-graph-found]")).to_have_text("1 / 3")

    # files
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    download.value.save_as(tmp_path / "graph.png")
    assert (tmp_path / "graph.png").read_bytes()[:4] == b"\x89PNG"

    # a shared address opens the node, and a link there leads on to the script it runs
    page.goto("about:blank")
    page.goto(f"{url}#node-20")
    expect(page.locator(".graph-inspector h2")).to_have_text("load_product")
    page.locator(".graph-inspector").get_by_role("link", name="load_ods_partition").click()
    page.wait_for_url(re.compile("/scripts/load_ods_partition/"))
    assert heard == []


def test_a_narrow_graph_leads_down_and_the_node_is_a_sheet(signed_in: Page, portal: Portal) -> None:
    page = signed_in
    page.set_viewport_size({"width": 360, "height": 760})
    page.goto(f"{portal.url}/w/{SAMPLE_WORKSPACE}/jobs/ods_orders_sync/")
    expect(page.locator(".graph-canvas svg")).to_have_attribute("data-direction", "down")
    page.locator("#g-cards > a").first.click()
    expect(page.locator(".graph-inspector h2")).to_be_visible()
    box = page.locator(".graph-inspector").bounding_box()
    assert box and box["width"] == 360 and round(box["y"] + box["height"]) == 760
