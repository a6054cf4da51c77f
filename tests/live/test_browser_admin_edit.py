"""What an administrator does: edit a job, be told of a mistake at its line, export the result."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.live.test_browser_export import open_job
from tests.live.typing import editor_of, type_document

pytestmark = pytest.mark.browser


def open_editor(page: Page, job: str) -> None:
    """Walk from the home page to the admin's page of a job."""
    open_job(page, "default", job)
    page.get_by_role("link", name="Edit", exact=True).click()
    editor_of(page, "json")


def exported_job(page: Page, job: str, folder: Path) -> dict[str, object]:
    """Press Export on the page of a job and return the definition in the package."""
    page.get_by_role("link", name="DLF Portal").click()
    open_job(page, "default", job)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
    download.value.save_as(folder / "package.zip")
    with zipfile.ZipFile(folder / "package.zip") as package:
        document: dict[str, object] = json.loads(package.read(f"jobs/{job}.job"))
    return document


def test_edited_field_is_exported(signed_in: Page, tmp_path: Path) -> None:
    open_editor(signed_in, "ods_orders_sync")
    signed_in.fill("#id_description", "Orders, loaded by the browser test")
    signed_in.get_by_role("button", name="Save", exact=True).click()
    expect(signed_in.locator(".success, .message-success").first).to_be_visible()
    document = exported_job(signed_in, "ods_orders_sync", tmp_path)
    assert document["basicConfig"]["jobDescription"] == "Orders, loaded by the browser test"


def test_edited_json_is_exported(signed_in: Page, tmp_path: Path) -> None:
    open_editor(signed_in, "member_rfm_weekly")
    text = signed_in.locator("#id_json").input_value()
    document = json.loads(text)
    document["cleanOverdueDays"] = 45
    type_document(signed_in, "json", json.dumps(document, ensure_ascii=False))
    signed_in.get_by_role("button", name="Save", exact=True).click()
    expect(signed_in.locator(".success, .message-success").first).to_be_visible()
    assert exported_job(signed_in, "member_rfm_weekly", tmp_path)["cleanOverdueDays"] == 45


def test_what_cannot_be_kept_in_node_40_is_marked_at_its_line(signed_in: Page) -> None:
    open_editor(signed_in, "nightly_full_load")
    document = json.loads(signed_in.locator("#id_json").input_value())
    document["nodes"][39]["preNodeName"] = ["no\0node"]
    typed = json.dumps(document, ensure_ascii=False, indent=2)
    type_document(signed_in, "json", typed)
    signed_in.get_by_role("button", name="Save", exact=True).click()
    line = next(number for number, text in enumerate(typed.splitlines(), 1) if "no\\u0000node" in text)
    expect(signed_in.locator("#id_json")).to_have_attribute("data-error-lines", str(line))
    expect(signed_in.locator(f"[data-goto-line='{line}']").first).to_be_visible()
    assert json.loads(signed_in.locator("#id_json").input_value()) == document
