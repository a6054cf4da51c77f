"""A walk on the graph of jobs by keyboard, in both languages: ask, follow a line, begin again there, open."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.portal import SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.querySelector('title').textContent"
FIRST = "#g-cards > a[tabindex='0']"
"""The one card that the Tab key comes to."""


def faults_heard(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def ask(page: Page, text: str) -> None:
    page.locator("#jobs-query").fill(text)
    page.keyboard.press("Enter")


def focused(page: Page) -> Any:
    return page.evaluate(FOCUSED)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_walk_on_the_graph_of_jobs(signed_in: Page, portal: Portal, language: str) -> None:
    page, url = signed_in, f"{portal.url}/w/{SAMPLE_WORKSPACE}/graph/"
    # By its cookie: the button would keep the language for the person, whom other tests are, too.
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    heard = faults_heard(page)
    page.goto(url)

    # a wrong query says where, and keeps what was typed
    ask(page, "dwd_order_detail++")
    expect(page.locator(".jobs-wrong mark")).to_have_text("+")
    expect(page.locator("#jobs-query")).to_have_value("dwd_order_detail++")

    # the picture is one tab stop, which begins at the job that was asked for
    ask(page, "+dwd_order_detail+2")
    page.wait_for_url(re.compile(r"q=%2Bdwd_order_detail%2B2"))
    expect(page.locator(FIRST)).to_have_count(1)
    page.locator(FIRST).focus()
    assert focused(page) == "dwd_order_detail"

    # arrows follow the lines; Enter begins again at the job one came to
    page.keyboard.press("ArrowLeft")
    before = focused(page)
    assert before != "dwd_order_detail"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == before
    page.keyboard.press("Enter")
    expect(page.locator("#jobs-query")).to_have_value(before)

    # o opens its page, whose tab of uses leads back
    page.locator(FIRST).focus()
    page.keyboard.press("o")
    page.wait_for_url(re.compile(f"/jobs/{before}/"))
    page.goto(f"{page.url}?tab=uses")
    page.locator(f"a[href$='/graph/?q={before}']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(FIRST)).to_have_attribute("aria-label", re.compile(f"^{before}"))

    # find says how many, and files are sent
    page.locator("#graph-find").fill("order")
    expect(page.locator("[data-graph-found]")).to_have_text(re.compile(r"[1-9]\d* / [1-9]\d*"))
    with page.expect_download() as download:
        page.locator("a[download]").focus()
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == f"{before}.svg"
    assert heard == []


def test_a_narrow_graph_of_jobs_leads_down(signed_in: Page, portal: Portal) -> None:
    page = signed_in
    page.set_viewport_size({"width": 360, "height": 760})
    page.goto(f"{portal.url}/w/{SAMPLE_WORKSPACE}/graph/?q=dwd_order_detail")
    expect(page.locator(".graph-canvas svg")).to_have_attribute("data-direction", "down")
    page.locator("#g-cards > a").nth(1).click()
    page.wait_for_url(lambda address: not address.endswith("q=dwd_order_detail"))
