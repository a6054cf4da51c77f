"""The page of the API's documentation in a real browser: its own files, its own policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.portal import Portal

pytestmark = pytest.mark.browser


def test_page_shows_the_operations_and_breaks_no_policy(page: Page, portal: Portal) -> None:
    told: list[str] = []
    addresses: list[str] = []
    page.goto(f"{portal.url}/api/docs/")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", portal.password)
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: addresses.append(request.url))
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#operations-jobs-ExportJob")
    page.click("#operations-jobs-ListJobs .opblock-summary-control")
    page.wait_for_selector("#operations-jobs-ListJobs .parameters")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector("html.dark-mode")
    page.click("[data-theme-form] button")  # from the system's theme to the light one
    page.wait_for_selector("html:not(.dark-mode)")
    assert page.locator(".topbar-brand").get_attribute("href") == "/"
    assert told == []
    assert all(address.startswith((portal.url, "data:")) for address in addresses)
