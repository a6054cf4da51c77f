"""What a person types is never lost: a stale edit, a session that ended, a browser that closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.live.test_browser_drafts import KEPT, wait_until
from tests.live.typing import type_document
from tests.portal import SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

SCRIPT = "TRIP_RAW_STANDARD"


@pytest.fixture
def chromium(chromium: Browser) -> Iterator[Browser]:
    """The browser; its windows, which each test opens by itself, are closed after it."""
    yield chromium
    for context in chromium.contexts:
        context.close()


def sign_in(page: Page, portal: Portal) -> None:
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", portal.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()


def window(chromium: Browser, portal: Portal, language: str, **options: bool) -> BrowserContext:
    """Return a window of its own where somebody has signed in, with pages in a language."""
    context = chromium.new_context(locale="en-GB", **options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{portal.url}/accounts/login/")
    sign_in(page, portal)
    # By its cookie: the button would keep the language for the person, whom other tests are, too.
    context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    return context


def edit_page(context: BrowserContext, portal: Portal) -> Page:
    """Open the page that edits the script."""
    page = context.pages[0]
    page.goto(f"{portal.url}/w/{SAMPLE_WORKSPACE}/scripts/{SCRIPT}/")
    page.goto(portal.url + str(page.locator("a[href*='/change/']").first.get_attribute("href")))
    return page


def type_in(page: Page, description: str, line: int, text: str, *, script: bool = True) -> None:
    """Give the script another description, and one of its lines another text."""
    lines = page.locator("#id_content").input_value().split("\n")
    lines[line] = text
    type_document(page, "content", "\n".join(lines), script=script)
    page.fill("#id_description", description)


@pytest.mark.parametrize(("language", "script"), [("en", True), ("zh-hans", False)])
def test_a_stale_edit_with_a_clash_and_a_merge_by_keyboard(
    chromium: Browser, portal: Portal, language: str, script: bool
) -> None:
    mine = edit_page(window(chromium, portal, language, java_script_enabled=script), portal)
    theirs = edit_page(window(chromium, portal, language), portal)
    type_in(theirs, f"theirs {language}", 0, f"-- theirs {language}")
    theirs.locator("button[name=_save]").press("Enter")
    expect(theirs.locator(".message-success").first).to_be_visible()
    type_in(mine, f"mine {language}", -1, f"-- mine {language}", script=script)
    mine.locator("button[name=_save]").press("Enter")

    expect(mine.locator(".document-stale")).to_be_visible()
    expect(mine.locator(".diff")).to_have_count(3)
    choice = mine.locator("input[type=radio][value=theirs]")
    expect(choice).to_have_count(1)
    choice.focus()
    choice.press("Space")
    mine.locator("button[name=look]").press("Enter")
    result = mine.locator(".diff").nth(2)
    expect(mine.locator("input[type=radio]:checked")).to_have_count(1)
    expect(result).to_contain_text(f"-- mine {language}")
    expect(result).not_to_contain_text(f"mine {language} →")
    mine.locator("button[name=merge]").press("Enter")
    expect(mine.locator(".message-success").first).to_be_visible()
    saved = edit_page(mine.context, portal)
    content = saved.locator("#id_content").input_value()
    assert content.startswith(f"-- theirs {language}\n") and content.endswith(f"-- mine {language}")
    expect(saved.locator("#id_description")).to_have_value(f"theirs {language}")


@pytest.mark.parametrize(("language", "script"), [("zh-hans", True), ("en", False)])
def test_a_session_that_ends_on_save_by_keyboard(
    chromium: Browser, portal: Portal, language: str, script: bool
) -> None:
    page = edit_page(window(chromium, portal, language, java_script_enabled=script), portal)
    page.fill("#id_description", f"typed {language}")
    page.context.clear_cookies(name="sessionid")
    page.locator("button[name=_save]").press("Enter")
    expect(page.locator(".message-warning")).to_be_visible()
    sign_in(page, portal)
    expect(page.locator("#id_description")).to_have_value(f"typed {language}")
    page.locator("button[name=_save]").press("Enter")
    expect(page.locator(".message-success").first).to_be_visible()
    expect(edit_page(page.context, portal).locator("#id_description")).to_have_value(f"typed {language}")


def test_a_draft_of_a_closed_page_is_compared_with_what_was_saved_since(
    chromium: Browser, portal: Portal
) -> None:
    context = window(chromium, portal, "en")
    page = edit_page(context, portal)
    page.fill("#id_description", "typed and left")
    wait_until(page, f"{KEPT} === 1")
    state = context.storage_state()
    context.close()

    other = edit_page(window(chromium, portal, "en"), portal)
    other.fill("#id_description", "saved meanwhile")
    other.locator("button[name=_save]").press("Enter")
    expect(other.locator(".message-success").first).to_be_visible()

    again = chromium.new_context(storage_state=state)
    again.new_page()
    page = edit_page(again, portal)
    page.get_by_role("link", name="Go on with it").press("Enter")
    expect(page.locator("#id_description")).to_have_value("typed and left")
    page.locator("button[name=_save]").press("Enter")
    expect(page.locator(".document-stale")).to_be_visible()
    page.locator("input[type=radio][value=mine]").check()
    page.locator("button[name=merge]").press("Enter")
    expect(page.locator(".message-success").first).to_be_visible()
    assert page.evaluate(KEPT) == 0
    expect(edit_page(again, portal).locator("#id_description")).to_have_value("typed and left")
