"""One walk by keyboard alone, in both languages: from a job and its graph to lists and the editor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.live.conftest import Scene
from tests.live.typing import editor_of
from tests.portal import Portal

pytestmark = pytest.mark.browser

TABS_AT_MOST = 80
FOCUSED = "selector => Boolean(document.activeElement?.matches(selector))"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is looked for has the focus."""
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab on {page.url}")


def go(page: Page, *keys: str, to: str) -> None:
    """Press keys one after the other, and wait for the page they lead to."""
    with page.expect_navigation(url=to, wait_until="load"):
        for key in keys:
            page.keyboard.press(key)


def find_a_job_and_follow_a_node_to_its_script(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("orders")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("seen")
    go(page, "Enter", to="**/jobs/orders/")
    tab_to(page, "#g-cards > a")
    page.keyboard.press("Enter")
    expect(page.locator(".graph-inspector h2")).to_have_text("check")
    tab_to(page, ".graph-inspector a[href*='/scripts/load_orders/']")
    go(page, "Enter", to="**/scripts/load_orders/")


def look_at_older_and_newer_revisions(page: Page) -> None:
    go(page, "g", "j", to="**/jobs/")
    page.keyboard.press("j")
    go(page, "Enter", to="**/jobs/orders/")
    page.goto(f"{page.url}revisions/2/")
    go(page, "[", to="**/revisions/1/")
    go(page, "]", to="**/revisions/2/")


def follow_a_row_of_health_to_its_list(page: Page) -> None:
    go(page, "g", "o", to="**/w/*/")
    tab_to(page, "#health a[href*='missing']")
    go(page, "Enter", to="**/jobs/?*missing*")
    expect(page.locator("tbody tr")).to_have_count(1)


def export_what_is_ticked(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("x")
    go(page, "E", to="**/exports/new/?s=*")
    expect(page.locator("main")).to_contain_text("load_orders")


def edit_by_keys(page: Page) -> None:
    go(page, "g", "j", to="**/jobs/")
    page.keyboard.press("j")
    go(page, "Enter", to="**/jobs/orders/")
    go(page, "e", to="**/admin/catalogue/job/*/change/")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    editor_of(page, "json").focus()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_hidden()  # a key that is typed is not a command
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")


WALK: tuple[Callable[[Page], None], ...] = (
    find_a_job_and_follow_a_node_to_its_script,
    look_at_older_and_newer_revisions,
    follow_a_row_of_health_to_its_list,
    export_what_is_ticked,
    edit_by_keys,
)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_all_is_done_by_keyboard(signed_in: Page, portal: Portal, scene: Scene, language: str) -> None:
    page, heard = signed_in, []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: dialog.accept())  # what was typed into the form is left behind
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    page.goto(f"{portal.url}/w/{scene['w']}/activity/")
    assert page.locator("html").get_attribute("lang") == language
    for part in WALK:
        part(page)
    assert heard == []
