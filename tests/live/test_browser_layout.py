"""What people once saw drawn wrongly: buttons that touched, and numbers of lines that were cut off."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.live.pages import fill
from tests.live.scene import SEEN
from tests.portal import SAMPLE_PROJECT, Portal

pytestmark = pytest.mark.browser

GAP = """
([first, second]) => {
  const [a, b] = [first, second].map((one) => document.querySelector(one).getBoundingClientRect());
  return Math.max(b.top - a.bottom, a.top - b.bottom, b.left - a.right, a.left - b.right);
}
"""
"""How far apart two buttons are, in pixels; less than nothing where one covers the other."""


@pytest.mark.parametrize("width", [360, 1440])
def test_revoke_and_what_it_asks_for_stand_apart(signed_in: Page, portal: Portal, width: int) -> None:
    page = signed_in
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{portal.url}/access-keys/")
    fill("form:has([name=description])", description="seen apart")(page)
    page.locator("details.revoke summary").first.click()
    assert page.evaluate(GAP, ["details.revoke summary", "details.revoke[open] form button"]) >= 4
    page.locator("details.revoke[open] form button").click()
    expect(page.locator(".message-success").first).to_be_visible()


LINES = 12_345
SCRIPT = "many_lines"


@pytest.fixture
def long_script(portal: Portal, scene: dict[str, str]) -> Iterator[str]:
    """A script of more than 9,999 lines; what the address of its page is."""
    headers = {"X-Auth-Token": portal.token(), "workspace": SEEN}
    address = f"{portal.url}/v1/{SAMPLE_PROJECT}/scripts"
    script = {"name": SCRIPT, "type": "Shell", "content": "\n".join(f"echo {n}" for n in range(LINES))}
    requests.post(address, json=script, headers=headers, timeout=60).raise_for_status()
    yield f"{portal.url}/w/{SEEN}/scripts/{quote(SCRIPT)}/"
    requests.delete(f"{address}/{SCRIPT}", headers=headers, timeout=60).raise_for_status()


PLAIN = 'localStorage.setItem(`editor:${document.body.dataset.person}`, "plain")'
SHOW_NUMBER = """
(number) => {
  const area = document.getElementById("id_content");
  const height = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = (number - 1) * height;
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const gutter = area.closest(".json-editor").querySelector(".json-editor-gutter");
    const row = [...gutter.querySelectorAll("span")].find((one) => one.textContent === String(number));
    const text = document.createRange();
    if (!row) return done("not drawn");
    text.selectNodeContents(row);
    const [box, drawn] = [gutter.getBoundingClientRect(), text.getBoundingClientRect()];
    done(drawn.left >= box.left && drawn.right <= box.right ? "whole" : `${drawn.left} in ${box.left}`);
  })));
}
"""


def test_the_numbers_of_lines_are_whole_where_a_long_text_is_edited(
    signed_in: Page, portal: Portal, long_script: str
) -> None:
    page = signed_in
    page.goto(long_script)
    edit = portal.url + str(page.locator("a[href*='/change/']").first.get_attribute("href"))
    page.goto(edit)
    page.evaluate(PLAIN)
    page.goto(edit)
    expect(page.locator(".json-editor-lines span").first).to_have_text("1")
    for number in (9, 1579, 9_999, 10_000, LINES):
        assert page.evaluate(SHOW_NUMBER, number) == "whole", number


NUMBER_AND_TEXT = """
(number) => {
  const line = document.getElementById(`L${number}`);
  line.scrollIntoView({ block: "center" });
  const range = document.createRange();
  const box = document.getElementById("source").getBoundingClientRect();
  range.selectNodeContents(line.querySelector(".linenos"));
  const drawn = range.getBoundingClientRect();
  range.setStartAfter(line.querySelector(".linenos"));
  range.setEndAfter(line.lastChild);
  return [range.toString().trim(), drawn.left >= box.left, range.getBoundingClientRect().left];
}
"""


def test_the_numbers_of_lines_are_whole_where_a_long_text_is_read(signed_in: Page, long_script: str) -> None:
    signed_in.goto(long_script)
    lefts = set()
    for number in (9, 1579, 9_999, 10_000, LINES):
        text, whole, left = signed_in.evaluate(NUMBER_AND_TEXT, number)
        assert (text, whole) == (f"echo {number - 1}", True), number
        lefts.add(left)
    assert len(lefts) == 1, "the lines begin below each other"
