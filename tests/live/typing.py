"""Types into the texts of the page that edits a document, whether an editor stands in their place or not."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def editor_of(page: Page, field: str) -> Locator:
    """Return what takes the keys for the text of a field, once the page has it."""
    box = page.locator(f".code-box:has(#id_{field})")
    expect(box).to_have_attribute("data-editor", "code")
    return page.locator(f"#id_{field}_editor")


def type_document(page: Page, field: str, text: str, *, script: bool = True) -> None:
    """Put `text` into the place of all that the field holds, as a person does who pastes it."""
    if not script:
        page.fill(f"#id_{field}", text)
        return
    editor_of(page, field).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    expect(page.locator(f"#id_{field}")).to_have_value(text)
