"""What a person does before a download: tick a branch off, see the numbers, split, and find the receipt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.live.walking import JOBS, PATIENCE, Record, step
from tests.portal import SAMPLE_PROJECT, SAMPLE_WORKSPACE, Portal
from tests.tools import run

pytestmark = pytest.mark.browser

MANY, TARGET = "e" * 31 + "1", "e" * 31 + "2"
COUNT = max(JOBS, 120)
LAST = f"job_{COUNT - 1:05}"


def package_of_many(path: Path) -> None:
    """Write a package of jobs of which ten each share a script; the first waits for the last.

    The second names a script that is nowhere.
    """
    with ZipFile(path, "w") as package:
        for number in range(COUNT):
            name, script = f"job_{number:05}", script_of(number)
            used = [script, "nowhere"] if number == 1 else [script]
            nodes = [
                {"name": one, "type": "DLISQL", "properties": [{"name": "scriptName", "value": one}]}
                for one in used
            ]
            job: dict[str, Any] = {"name": name, "processType": "BATCH", "directory": "/", "nodes": nodes}
            if number == 0:
                cron = {"expression": "0 0 1 * * ?", "dependJobs": {"jobs": [LAST]}}
                job["schedule"] = {"type": "CRON", "cron": cron}
            text = {"name": script, "type": "DLISQL", "directory": "/", "content": f"select {number // 10}"}
            package.writestr(f"jobs/{name}/{name}.job", json.dumps(job))
            package.writestr(f"jobs/{name}/{script}.script", json.dumps(text))


def script_of(number: int) -> str:
    """Return the script of a job."""
    return f"script_{number // 10:04}"


@pytest.fixture(scope="module")
def many(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A workspace of many jobs, and an empty one beside it."""
    for workspace in (MANY, TARGET):
        portal.manage(
            "createworkspace", f"walk{workspace[-1]}", "--project", SAMPLE_PROJECT, "--id", workspace
        )
    path = tmp_path_factory.mktemp("many") / "many.zip"
    package_of_many(path)
    portal.manage("importpackage", str(path), "--workspace", MANY)
    return MANY


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


def test_a_branch_is_ticked_off_and_the_rest_is_split(
    person: Page, portal: Portal, many: str, tmp_path: Path, record_property: Record
) -> None:
    page = person
    page.context.set_default_timeout(PATIENCE)
    page.goto(f"{portal.url}/w/{many}/export/")
    with step(record_property, "preview"):
        page.locator("main form button").click()
        page.wait_for_url("**/exports/new/**")
    assert digits(page.locator("[data-count=jobs]").first) == COUNT
    first = page.locator("[data-group]").first
    first.locator("[data-folder] a").click()
    tick = first.locator("[data-tick][value='script:script_0000']")
    expect(tick).to_be_checked()
    tick.uncheck()
    files = digits(page.locator("[data-count=files]").first)
    with step(record_property, "recount"), page.expect_navigation():
        page.locator("[data-recount-button]").click()
    assert digits(page.locator("[data-count=files]").first) == files - 10
    with step(record_property, "split"):
        page.locator("[data-split] a").click()
        page.wait_for_url("**/exports/split/**")
    parts = page.locator("button[name=part]")
    packages = [taken(page, parts.nth(number), tmp_path) for number in range(parts.count())]
    most = str(len(packages))
    names = [f"jobs_{number + 1:0{len(most)}}_of_{most}.zip" for number in range(len(packages))]
    assert [path.name for path in packages] == names
    together_whole(packages)
    if page.locator("html").get_attribute("lang") == "en":
        import_each(packages, portal)


def digits(place: Locator) -> int:
    """Return the number that a place shows, however it is written."""
    return int(re.sub(r"\D", "", str(place.text_content())))


def taken(page: Page, button: Locator, folder: Path) -> Path:
    """Take a part, and return where it is."""
    with page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    run("unzip", "-tq", str(path))
    return path


def jobs_of(package: Path) -> list[str]:
    return [Path(name).stem for name in run("unzip", "-Z1", str(package)).splitlines() if ".job" in name]


def together_whole(packages: list[Path]) -> None:
    """Every part is one that DataArts takes, with what its jobs need; together all goes but the branch."""
    found: list[str] = []
    for package in packages:
        jobs = jobs_of(package)
        names = run("unzip", "-Z1", str(package)).splitlines()
        scripts = {Path(name).stem for name in names if name.endswith(".script")}
        assert len(jobs) <= 100
        assert scripts == {script_of(int(job[-5:])) for job in jobs} - {"script_0000"}
        found += jobs
    assert sorted(found) == [f"job_{number:05}" for number in range(COUNT)]


def import_each(packages: list[Path], portal: Portal) -> None:
    """Each part is imported alone; what is missing is said where it is, and nothing else is."""
    for package in packages:
        printed = portal.manage("importpackage", str(package), "--workspace", TARGET)
        assert ("nowhere" in printed) == ("job_00001" in jobs_of(package))
