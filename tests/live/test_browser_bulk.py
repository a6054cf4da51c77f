"""What a person does with many objects: select, show, tag, delete, keep; by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.portal import SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

NAMES = ("bulk_a", "bulk_b", "bulk_c")


@pytest.fixture
def jobs(signed_in: Page, portal: Portal) -> str:
    """Copy a job three times; return the address of the list of the copies."""
    for name in NAMES:
        signed_in.goto(f"{portal.url}/w/{SAMPLE_WORKSPACE}/jobs/store_settlement_one/copy/")
        signed_in.get_by_label("New name").fill(name)
        signed_in.get_by_role("button", name="Copy", exact=True).click()
        expect(signed_in.get_by_role("heading", name=name, level=1)).to_be_visible()
    return f"{portal.url}/w/{SAMPLE_WORKSPACE}/jobs/?q=bulk_&limit=25"


def names_of(page: Page) -> list[str]:
    return page.locator("tbody [data-selection-item]").evaluate_all("boxes => boxes.map((box) => box.value)")


def test_all_that_match_but_one_are_shown(signed_in: Page, portal: Portal) -> None:
    page = signed_in
    page.goto(f"{portal.url}/w/{SAMPLE_WORKSPACE}/scripts/?limit=25")
    first = names_of(page)[0]
    page.get_by_role("checkbox", name="Select all of this page").check()
    page.get_by_role("button", name="that match").click()
    count = page.locator("[data-selection-count]")
    total = int(str(count.text_content()).split()[1])
    page.get_by_role("checkbox", name=f"Select {first}", exact=True).uncheck()
    expect(count).to_have_text(f"all {total} that match but 1")
    page.get_by_role("button", name="Show selected").click()
    expect(page.get_by_text(f"{total - 1} matches")).to_be_visible()
    assert first not in names_of(page)


def test_select_show_tag_keep_and_delete(signed_in: Page, jobs: str) -> None:
    page = signed_in
    page.goto(jobs)
    for name in ("bulk_a", "bulk_b", "bulk_c"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("checkbox", name="Select bulk_b").uncheck()
    page.get_by_role("button", name="Show selected").click()
    expect(page.get_by_text("Only what was selected")).to_be_visible()
    assert names_of(page) == ["bulk_a", "bulk_c"]

    page.get_by_role("checkbox", name="Select all of this page").check()
    page.get_by_role("button", name="Tag", exact=True).click()
    page.get_by_label("Tags to add").fill("walked")
    page.get_by_role("button", name="Tag 2 objects").click()
    expect(page.get_by_text("The tags of 2 were changed.")).to_be_visible()
    page.goto(jobs.replace("q=bulk_", "tag=walked"))
    assert names_of(page) == ["bulk_a", "bulk_c"]

    _keep_under_a_name(page)
    _download(page, jobs)
    _delete_what_changed(page, jobs)


def _keep_under_a_name(page: Page) -> None:
    """By keyboard alone: tick, save, name it, and open it again."""
    page.get_by_role("checkbox", name="Select bulk_a").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Walked")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Walked is saved.")).to_be_visible()
    page.get_by_role("link", name="Jobs 1", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only the selection Walked")).to_be_visible()
    assert names_of(page) == ["bulk_a"]
    page.go_back()
    page.get_by_role("link", name="Rename or delete Walked").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("The selection Walked is deleted")).to_be_visible()


def _download(page: Page, jobs: str) -> None:
    """The bar says that what is ticked was downloaded, until something else is ticked."""
    page.goto(jobs)
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_role("checkbox", name="Select bulk_a").check()
    page.get_by_role("button", name="Export selected").click()
    with page.expect_download():
        page.get_by_role("button", name="Download", exact=True).click()
    page.goto(jobs)
    expect(page.locator("#selection").get_by_text("Downloaded")).to_be_visible()
    page.get_by_role("checkbox", name="Select bulk_b").check()
    expect(page.locator("#selection").get_by_text("Downloaded")).to_be_hidden()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator("#selection")).to_be_hidden()


def _delete_what_changed(page: Page, jobs: str) -> None:
    """All of a list are to go; one is gone meanwhile: the page asks again, for those that are left."""
    page.goto(jobs)
    page.get_by_role("checkbox", name="Select all of this page").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Delete 3 objects")).to_be_visible()
    other = page.context.new_page()
    other.goto(jobs)
    other.get_by_role("checkbox", name="Select bulk_b").check()
    other.get_by_role("button", name="Delete", exact=True).click()
    other.get_by_role("button", name="Delete 1 object", exact=True).click()
    expect(other.get_by_text("1 was deleted.")).to_be_visible()
    other.close()
    page.get_by_role("button", name="Delete 3 objects").click()
    expect(page.get_by_text("3 objects became 2")).to_be_visible()
    page.get_by_role("button", name="Delete 2 objects").click()
    expect(page.get_by_text("2 were deleted.")).to_be_visible()
    assert not set(names_of(page)) & set(NAMES)
    page.goto(jobs)  # what is gone is not ticked any more
    expect(page.locator("#selection")).to_be_hidden()
