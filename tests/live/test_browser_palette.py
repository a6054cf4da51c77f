"""By keyboard alone: the palette, single keys, and the activity, which tells of what is new."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.portal import Portal

pytestmark = pytest.mark.browser


def test_the_palette_finds_a_job_and_the_keys_go_on_from_there(signed_in: Page, portal: Portal) -> None:
    page = signed_in
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    box = page.get_by_role("combobox", name=re.compile("Go to a job"))

    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("cs proc trip")
    option = page.get_by_role("option", name=re.compile("CS_PROCESS_TRIP")).first
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()

    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("myjob")
    found = page.get_by_role("option", name=re.compile("myJob")).first
    expect(found).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/myJob/")
    expect(page.get_by_role("heading", name="myJob", level=1)).to_be_visible()

    page.keyboard.press("E")
    page.wait_for_url("**/exports/new/?*")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/scripts/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tbody tr").nth(1).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/scripts/*/")

    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(
        page.get_by_role("group", name="Recent").get_by_role("option", name=re.compile("myJob"))
    ).to_be_visible()
    page.keyboard.type("switch to")
    expect(page.get_by_role("option", name=re.compile("简体中文"))).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("button", name="English").click()  # it is this person's language from now on
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert refused == []


CLOSE_AND_OPEN = """() => {
    document.getElementById("palette").close();
    const slash = new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(slash);
}"""


def test_a_palette_that_was_closed_a_moment_ago_opens_again(signed_in: Page, portal: Portal) -> None:
    box = signed_in.get_by_role("combobox", name=re.compile("Go to a job"))
    signed_in.keyboard.press("Control+k")
    expect(box).to_be_focused()
    signed_in.evaluate(CLOSE_AND_OPEN)  # at once: its input has the focus still, and its end was not told yet
    signed_in.wait_for_timeout(100)
    expect(box).to_be_focused()
    signed_in.keyboard.type("myjob")
    found = signed_in.get_by_role("option", name=re.compile("myJob")).first
    expect(found).to_have_attribute("aria-selected", "true")


def test_a_closing_that_is_told_late_stops_nothing(signed_in: Page) -> None:
    box = signed_in.get_by_role("combobox", name=re.compile("Go to a job"))
    signed_in.keyboard.press("Control+k")
    expect(box).to_be_focused()
    signed_in.keyboard.type("myjob")
    signed_in.evaluate("document.getElementById('palette').dispatchEvent(new Event('close'))")
    found = signed_in.get_by_role("option", name=re.compile("myJob")).first
    expect(found).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()


STALE = '<div role="option" id="stale" data-href="/help/">stale</div>'


class Held:
    """Keeps the answer of the palette to one text until it is let go; the others go through."""

    def __init__(self, page: Page, text: str) -> None:
        self.page = page
        self.routes: list[Route] = []
        self.text = text
        page.route("**/go/?*", self._answer)

    def _answer(self, route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query).get("q", [""])[0]
        if asked == self.text:
            self.routes.append(route)
        else:
            route.continue_()

    def wait(self) -> Route:
        """Return the answer that is kept, once the palette has asked."""
        for _ in range(100):
            if self.routes:
                return self.routes[0]
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the palette never asked for {self.text}")


def test_an_older_answer_that_arrives_last_is_not_shown(signed_in: Page) -> None:
    held = Held(signed_in, "cs")
    signed_in.keyboard.press("Control+k")
    signed_in.keyboard.type("cs")
    older = held.wait()
    signed_in.keyboard.type(" proc trip")
    found = signed_in.get_by_role("option", name=re.compile("CS_PROCESS_TRIP")).first
    expect(found).to_have_attribute("aria-selected", "true")
    with contextlib.suppress(Error):  # the page may have given up on it
        older.fulfill(body=STALE, content_type="text/html")
    signed_in.wait_for_timeout(300)
    expect(signed_in.locator("#stale")).to_have_count(0)
    expect(found).to_have_attribute("aria-selected", "true")


def test_enter_waits_for_the_answer_to_what_was_typed_last(signed_in: Page) -> None:
    held = Held(signed_in, "myjob")
    signed_in.keyboard.press("Control+k")
    signed_in.keyboard.type("my")
    expect(signed_in.get_by_role("option", name=re.compile("myJob")).first).to_be_visible()
    signed_in.evaluate(
        "document.querySelector('#palette [role=option]').href = '/help/'"
    )  # what is shown is older
    signed_in.keyboard.type("job")
    signed_in.keyboard.press("Enter")
    newest = held.wait()
    signed_in.wait_for_timeout(200)
    expect(signed_in.locator("#palette")).to_be_visible()
    newest.continue_()
    signed_in.wait_for_url("**/jobs/myJob/")


def test_single_keys_can_be_off_while_the_palette_stays(signed_in: Page, portal: Portal) -> None:
    page = signed_in
    page.context.add_cookies([{"name": "keys", "value": "off", "url": portal.url}])
    page.goto(portal.url)
    for key in ("?", "/"):
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_who_follows_the_activity_is_told_of_what_is_new(signed_in: Page, portal: Portal) -> None:
    page = signed_in
    page.get_by_role("link", name="default", exact=True).click()
    page.wait_for_url("**/jobs/")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/activity/")
    other = page.context.new_page()
    other.goto(page.url.replace("activity/", "jobs/myJob/"))
    with other.expect_download():
        other.get_by_role("button", name="Export", exact=True).click()
    other.close()
    page.get_by_role("button", name="Follow").click()
    page.get_by_role("link", name="1 new, show").click()
    expect(page.locator(".act").first).to_contain_text("admin exported myJob")
