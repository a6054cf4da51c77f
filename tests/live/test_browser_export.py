"""What a person does: sign in, find a job, press Export, and look into the package."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.live.test_seed_export import SEED_FOLDERS
from tests.portal import SAMPLE_PROJECT, Portal
from tests.tools import run

pytestmark = pytest.mark.browser


def open_job(page: Page, workspace: str, job: str) -> None:
    """Walk from the home page to a job."""
    page.get_by_role("link", name=workspace, exact=True).click()
    page.get_by_role("link", name=job, exact=True).click()
    expect(page.get_by_role("heading", name=job, level=1)).to_be_visible()


def test_export_button_downloads_the_seeds_package(signed_in: Page, tmp_path: Path) -> None:
    open_job(signed_in, "default", "myJob")
    with signed_in.expect_download() as download:
        signed_in.get_by_role("button", name="Export", exact=True).click()
    assert download.value.suggested_filename == "DLF_myJob.zip"
    package = tmp_path / "package.zip"
    download.value.save_as(package)
    assert run("unzip", "-Z1", str(package)).split() == SEED_FOLDERS
    run("unzip", "-tq", str(package))


def test_chinese_job_keeps_its_name_in_the_file(signed_in: Page) -> None:
    open_job(signed_in, "default", "日报_销售汇总")
    with signed_in.expect_download() as download:
        signed_in.get_by_role("button", name="Export", exact=True).click()
    assert download.value.suggested_filename == "DLF_日报_销售汇总.zip"


def test_browser_and_token_get_the_same_bytes(signed_in: Page, portal: Portal, tmp_path: Path) -> None:
    open_job(signed_in, "default", "myJob")
    with signed_in.expect_download() as download:
        signed_in.get_by_role("button", name="Export", exact=True).click()
    download.value.save_as(tmp_path / "package.zip")
    answer = requests.post(
        f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/myJob/export",
        headers={"X-Auth-Token": portal.token()},
        timeout=30,
    )
    saved = (tmp_path / "package.zip").read_bytes()
    assert hashlib.sha256(saved).hexdigest() == hashlib.sha256(answer.content).hexdigest()


def test_selected_jobs_leave_as_one_package(signed_in: Page, tmp_path: Path) -> None:
    signed_in.get_by_role("link", name="default", exact=True).click()
    for job in ("myJob", "月结_财务对账"):
        signed_in.get_by_role("checkbox", name=job).check()
    signed_in.get_by_role("button", name="Export selected").click()
    expect(signed_in.get_by_role("heading", name="Export 2 jobs")).to_be_visible()
    with signed_in.expect_download() as download:
        signed_in.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "jobs.zip"
    package = tmp_path / "package.zip"
    download.value.save_as(package)
    names = run("unzip", "-Z1", str(package)).splitlines()
    assert "jobs/myJob/myJob.job" in names
    assert "jobs/月结_财务对账/月结_财务对账.job" in names


def test_pages_speak_chinese_when_asked(signed_in: Page) -> None:
    signed_in.get_by_role("button", name="简体中文").click()
    expect(signed_in.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(signed_in.get_by_role("heading", level=1)).to_have_text("工作空间")
    signed_in.get_by_role("button", name="English").click()  # it is this person's language from now on
    expect(signed_in.locator("html")).to_have_attribute("lang", "en")


def test_no_page_breaks_the_content_security_policy(signed_in: Page, portal: Portal) -> None:
    complaints: list[str] = []
    signed_in.on("console", lambda message: complaints.append(message.text))
    signed_in.on("pageerror", lambda error: complaints.append(str(error)))
    open_job(signed_in, "default", "nightly_full_load")
    for path in ("/", "/help/", "/admin/", "/admin/catalogue/job/", "/admin/catalogue/job/add/"):
        signed_in.goto(portal.url + path)
    assert [text for text in complaints if "Content Security Policy" in text or "Error" in text] == []
