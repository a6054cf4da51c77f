"""What a person does with two states of a job: compare them, look through the changes, restore one."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.live.faults import Look, Watched
from tests.live.test_browser_admin_edit import open_editor
from tests.live.typing import type_document
from tests.portal import Portal

pytestmark = pytest.mark.browser

JOB = "nightly_full_load"


def save_changed(page: Page) -> None:
    """Save the job with another schedule, another owner, and a statement in a node."""
    open_editor(page, JOB)
    document = json.loads(page.locator("#id_json").input_value())
    document["schedule"]["cron"]["expression"] = "0 40 5 * * ?"
    document["basicConfig"]["owner"] = "somebody"
    document["nodes"][0]["properties"].append({"name": "sql", "value": "SELECT 1;\nSELECT 2;\n"})
    type_document(page, "json", json.dumps(document, ensure_ascii=False, indent=2))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".success, .message-success").first).to_be_visible()


def faults(page: Page, portal: Portal) -> list[str]:
    """Return what is wrong with the page as it stands, narrow and wide, in both themes and languages."""
    watched, path = Watched(page, portal.url), page.url.removeprefix(portal.url)
    looks = Look(360, "dark", "zh-hans"), Look(1440, "light", "en")
    return [f"{look}: {fault}" for look in looks for fault in watched.faults(path, None, look, 200, 100)]


def test_two_revisions_are_compared_and_one_restored_after_seeing_what_changes(
    signed_in: Page, portal: Portal
) -> None:
    save_changed(signed_in)
    signed_in.goto(signed_in.url.split("?")[0] + "?tab=history")
    signed_in.get_by_role("radio", name="Compare from revision 1", exact=True).check()
    signed_in.get_by_role("radio", name="Compare to revision 2", exact=True).check()
    assert faults(signed_in, portal) == []
    signed_in.get_by_role("button", name="Compare", exact=True).click()
    expect(signed_in.locator(".diff-sentence")).to_contain_text("daily 05:40")
    expect(signed_in.locator(".diff-new .diff-text").first).to_have_text("SELECT 1;")
    assert faults(signed_in, portal) == []

    signed_in.keyboard.press("n")
    expect(signed_in.locator("[data-here] > summary")).to_be_focused()
    signed_in.get_by_role("checkbox", name="Viewed").check()
    expect(signed_in.locator(".diff-body")).to_be_hidden()
    signed_in.reload()
    expect(signed_in.get_by_role("checkbox", name="Viewed")).to_be_checked()

    signed_in.get_by_role("link", name="Restore revision 1").click()
    expect(signed_in.locator(".diff-sentence")).to_contain_text("daily 05:40 →")
    assert faults(signed_in, portal) == []
    signed_in.get_by_role("button", name="Restore revision 1", exact=True).click()
    expect(signed_in.get_by_role("heading", name=JOB, level=1)).to_be_visible()
    expect(signed_in.locator(".message-success")).to_contain_text("as in revision 1 again")
    expect(signed_in.locator("main")).not_to_contain_text("05:40")
