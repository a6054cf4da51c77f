"""What is typed into a form is still there after the browser closed the page, and goes when it should."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.live.test_browser_admin_edit import open_editor
from tests.live.typing import type_document

pytestmark = pytest.mark.browser


def wait_until(page: Page, script: str) -> None:
    """Wait until a script is true, which the policy of the page lets nobody evaluate from within."""
    for _ in range(100):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(script)


KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


def test_a_draft_is_offered_until_it_is_saved_and_holds_no_secret(signed_in: Page) -> None:
    page = signed_in
    open_editor(page, "stock_snapshot_15min")
    offer = page.locator("[data-draft-offer]")
    page.fill("#id_owner", "typed.by.me")
    document = json.loads(page.locator("#id_json").input_value())
    assert document["maskedParams"]
    secret = next(param for param in document["params"] if param["name"] in document["maskedParams"])
    secret["value"] = "hunter-22"
    document["logPath"] = "obs://typed/here"
    type_document(page, "json", json.dumps(document, ensure_ascii=False, indent=2))
    wait_until(page, f"{KEPT} === 1")
    wait_until(page, "JSON.stringify(localStorage).includes('obs://typed/here')")
    assert "hunter-22" not in page.evaluate("JSON.stringify(localStorage)")

    page.reload()
    expect(offer).to_be_visible()
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("#id_owner")).to_have_value("typed.by.me")
    assert json.loads(page.locator("#id_json").input_value())["logPath"] == "obs://typed/here"
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".message-success").first).to_be_visible()
    assert page.evaluate(KEPT) == 0
    expect(offer).to_be_hidden()

    page.fill("#id_owner", "typed.again")
    wait_until(page, f"{KEPT} === 1")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    assert page.evaluate(KEPT) == 0
    page.fill("#id_owner", "typed.last")
    wait_until(page, f"{KEPT} === 1")
    page.locator("summary", has_text="admin").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#id_password")).to_be_visible()
    assert page.evaluate(KEPT) == 0
