"""What a person does before a download: tick a branch off, see the numbers, split, and find the receipt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.portal import SAMPLE_PROJECT, SAMPLE_WORKSPACE, Portal
from tests.tools import run

pytestmark = pytest.mark.browser

MANY, TARGET = "e" * 31 + "1", "e" * 31 + "2"
JOBS = 120


def package_of_many(path: Path) -> None:
    """Write a package of jobs of which ten each share a script; the first waits for the last.

    The second names a script that is nowhere.
    """
    with ZipFile(path, "w") as package:
        for number in range(JOBS):
            name, script = f"job_{number:03}", f"script_{number // 10:02}"
            used = [script, "nowhere"] if number == 1 else [script]
            nodes = [
                {"name": one, "type": "DLISQL", "properties": [{"name": "scriptName", "value": one}]}
                for one in used
            ]
            job: dict[str, Any] = {"name": name, "processType": "BATCH", "directory": "/", "nodes": nodes}
            if number == 0:
                cron = {"expression": "0 0 1 * * ?", "dependJobs": {"jobs": ["job_119"]}}
                job["schedule"] = {"type": "CRON", "cron": cron}
            text = {"name": script, "type": "DLISQL", "directory": "/", "content": f"select {number // 10}"}
            package.writestr(f"jobs/{name}/{name}.job", json.dumps(job))
            package.writestr(f"jobs/{name}/{script}.script", json.dumps(text))


@pytest.fixture(params=["English", "简体中文"])
def person(signed_in: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose person reads one of both languages, and English again afterwards."""
    if request.param == "English":
        yield signed_in
        return
    signed_in.get_by_role("button", name=request.param).click()
    yield signed_in
    signed_in.get_by_role("button", name="English").click()


def download(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as taken:
        page.locator(button).first.click()
    path = folder / taken.value.suggested_filename
    taken.value.save_as(path)
    run("unzip", "-tq", str(path))
    return path


def number_of(page: Page, what: str) -> int:
    return int(str(page.locator(f"[data-count={what}]").first.text_content()))


def test_a_branch_is_ticked_off_and_the_receipt_follows(person: Page, portal: Portal, tmp_path: Path) -> None:
    page = person
    page.goto(f"{portal.url}/w/{SAMPLE_WORKSPACE}/export/?job=ods_orders_sync&job=nightly_full_load")
    files = number_of(page, "files")
    digest = str(page.locator("[data-digest]").text_content())
    shared = page.locator("[data-tick][value='script:check_obs_arrival']")
    expect(shared).to_have_count(2)
    shared.first.uncheck()
    expect(shared.nth(1)).not_to_be_checked()
    assert number_of(page, "files") == files - 2
    shown = page.locator("[data-count=packed]").first.text_content()
    expect(page.locator("[data-digest]")).not_to_have_text(digest)
    page.locator("[data-recount-button]").click()
    expect(page.locator("[data-digest]")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    assert number_of(page, "files") == files - 2
    assert page.locator("[data-count=packed]").first.text_content() == shown, (
        "the script counts as the portal"
    )
    digest = str(page.locator("[data-digest]").text_content())
    package = download(page, ".export-package .button-primary", tmp_path)
    names = run("unzip", "-Z1", str(package)).splitlines()
    assert len(names) == files - 2
    assert not [name for name in names if "check_obs_arrival" in name]
    page.wait_for_url(re.compile("/exports/[0-9a-f]{32}/$"))
    expect(page.get_by_text(digest)).to_be_visible()
    expect(page.get_by_text("scripts/check_obs_arrival")).to_be_visible()


def test_a_split_is_imported_part_by_part(signed_in: Page, portal: Portal, tmp_path: Path) -> None:
    page = signed_in
    for workspace in (MANY, TARGET):
        portal.manage(
            "createworkspace", f"walk{workspace[-1]}", "--project", SAMPLE_PROJECT, "--id", workspace
        )
    package_of_many(tmp_path / "many.zip")
    portal.manage("importpackage", str(tmp_path / "many.zip"), "--workspace", MANY)
    page.goto(f"{portal.url}/w/{MANY}/export/")
    page.locator("main form button").click()
    expect(page.locator("[data-count=jobs]").first).to_have_text("120")
    first = page.locator("[data-group]").first
    first.locator("[data-folder] a").click()
    expect(first.locator("[data-tick][value='script:script_00']")).to_be_checked()
    page.locator("[data-split] a").click()
    parts = page.locator("button[name=part]")
    expect(parts).to_have_count(2)
    found: list[str] = []
    for number in range(2):
        with page.expect_download() as taken:
            parts.nth(number).click()
        assert taken.value.suggested_filename == f"jobs_{number + 1}_of_2.zip"
        path = tmp_path / taken.value.suggested_filename
        taken.value.save_as(path)
        run("unzip", "-tq", str(path))
        names = run("unzip", "-Z1", str(path)).splitlines()
        jobs = [Path(name).stem for name in names if name.endswith(".job")]
        scripts = {Path(name).stem for name in names if name.endswith(".script")}
        assert len(jobs) <= 100
        assert scripts == {f"script_{int(job[-3:]) // 10:02}" for job in jobs}
        found += jobs
        printed = portal.manage("importpackage", str(path), "--workspace", TARGET)
        assert ("nowhere" in printed) == ("job_001" in jobs), "what is missing is said, and nothing else is"
    assert sorted(found) == [f"job_{number:03}" for number in range(JOBS)]
    page.goto(f"{portal.url}/w/{TARGET}/jobs/")
    expect(page.get_by_role("link", name="Jobs 120")).to_be_visible()
