"""A package comes in: with a browser in both languages, and with forms alone; one object is renamed, one name
mapped, one object skipped, and the plan applied; it is undone, and the undo too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Locator, Page, Route, expect

from tests.live.walking import JOBS, PATIENCE, Record, documents, step, written
from tests.live.worker import Worker
from tests.portal import SAMPLE_PROJECT, Portal

TOOLS = {"en": "1" * 32, "zh-hans": "2" * 32, "forms": "3" * 32}


@pytest.fixture(scope="module")
def folder(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the packages are; each walk has a workspace of its own for them."""
    for name, pk in TOOLS.items():
        portal.manage("createworkspace", f"import {name}", "--project", SAMPLE_PROJECT, "--id", pk)
    return tmp_path_factory.mktemp("package")


def package(folder: Path, jobs: int = 0) -> Path:
    """Write a package of scripts, a job that uses one, and so many other jobs; return its path."""
    properties = [
        {"name": "statementOrScript", "value": "SCRIPT"},
        {"name": "scriptName", "value": "load"},
        {"name": "connectionName", "value": "hive_dev"},
    ]
    job = {
        "name": "nightly",
        "processType": "BATCH",
        "nodes": [{"name": "load", "type": "HiveSQL", "properties": properties}],
        "schedule": {"type": "EXECUTE_ONCE"},
    }
    entries = dict(documents(jobs, "hive_dev"))
    for name in ("load", "left"):
        script = {"name": name, "type": "HiveSQL", "content": "SELECT 1;\n"}
        entries[f"jobs/nightly/{name}.script"] = script
    return written(folder / f"{jobs}.zip", {"jobs/nightly/nightly.job": job, **entries})


@pytest.fixture(scope="module", autouse=True)
def worker(portal: Portal) -> Iterator[None]:
    """What reads a large package; a small one is read within the request."""
    if not JOBS:
        yield
        return
    process = Worker(portal)
    yield
    process.end()


def document(portal: Portal, http: requests.Session, workspace: str, path: str) -> str:
    answer = http.get(f"{portal.url}/w/{workspace}/{path}/document/", timeout=30)
    return answer.text if answer.ok else ""


@pytest.mark.browser
def test_a_package_walks_from_the_drop_to_its_result_and_back(
    signed_in: Page, portal: Portal, folder: Path, record_property: Record
) -> None:
    signed_in.context.set_default_timeout(PATIENCE)
    for language in ("en", "zh-hans"):
        signed_in.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
        home = f"{portal.url}/w/{TOOLS[language]}/"
        _walk(signed_in, home, package(folder, JOBS), record_property)
        _back_and_again(signed_in, home, record_property)
        expect(signed_in.locator("html")).to_have_attribute("lang", language)
    signed_in.context.add_cookies([{"name": "django_language", "value": "en", "url": portal.url}])


def _walk(page: Page, home: str, package: Path, record: Record) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(home)
    page.set_input_files("#package-file", package)
    with step(record, "upload"):
        page.locator("form[data-upload] button").click()
        page.wait_for_url("**/plan/")
    with step(record, "plan"):
        expect(page.locator("#plan-rows")).to_be_visible(timeout=PATIENCE)
    with step(record, "page of scripts"):
        page.locator("#plan-rail a[href*='kind=script']").click()
        page.wait_for_url("**kind=script**")
    row = page.locator("[data-row]", has=page.locator("[title='load']"))
    page.locator("[data-row] [title='left']").focus()
    page.keyboard.press("s")
    expect(page.locator("tr.plan-skipped")).to_have_count(1)
    expect(page.locator("[data-plan-difference] .diff")).to_be_visible()
    row.locator("[data-plan-open]").focus()
    page.keyboard.press("r")
    field = row.locator("input[name=new_name]")
    field.fill("left")
    expect(row.locator("output")).not_to_be_empty()
    field.fill("load_new")
    expect(row.locator("output")).to_be_empty()
    with step(record, "rename"):
        field.press("Enter")
        expect(row).to_contain_text("load → load_new", timeout=PATIENCE)
    page.locator("input.mapping-to").first.fill("hive_prod")
    digest = page.locator("main input[name=digest]").first
    before = digest.input_value()
    with step(record, "map"):
        page.locator("#mapping-map").click()
        expect(digest).not_to_have_value(before, timeout=PATIENCE)
    with step(record, "page of jobs"):
        page.locator("#plan-rail a[href*='kind=job']").click()
        page.wait_for_url("**kind=job**")
    job = page.locator("[data-row]", has=page.locator("[title='nightly']"))
    job.locator("[data-plan-open]").click()
    expect(page.locator("[data-plan-difference]")).to_contain_text("hive_dev → hive_prod")
    if not JOBS:  # else a worker maps again, and the page comes anew with nothing open
        _open_again_below(page, job)
    page.locator("#plan-comment").fill("the walk")
    with step(record, "apply"):
        page.locator("form.plan-apply .button-primary").click()
        page.wait_for_url(re.compile(r"/imports/[0-9a-f]{32}/$"))
        expect(page.locator(".plan-result")).to_be_visible(timeout=PATIENCE)


def _back_and_again(page: Page, home: str, record: Record) -> None:
    """Undo the import from its result, and then the undo."""
    assert _stands(page, home) == [True, True, False]
    for name, stands in (("undo", [False] * 3), ("undo of the undo", [True, True, False])):
        page.locator("main a.button[href$='/undo/']").first.click()
        page.wait_for_url("**/undo/")
        with step(record, name):
            page.locator("main form .button-primary").click()
            expect(page.locator(".plan-result, .undo-ways")).to_be_visible(timeout=PATIENCE)
        assert _stands(page, home) == stands
    page.goto(f"{home}jobs/nightly/?tab=json")
    expect(page.locator("main")).to_contain_text("load_new")
    expect(page.locator("main")).to_contain_text("hive_prod")


def _stands(page: Page, home: str) -> list[bool]:
    """Return which of the job, the renamed script and the skipped one are there."""
    paths = ("jobs/nightly", "scripts/load_new", "scripts/left")
    return [page.request.get(f"{home}{path}/document/").ok for path in paths]


def _open_again_below(page: Page, job: Locator) -> None:
    """The open difference comes again where the window is narrow by then, and closes and opens there."""
    _narrow_while_it_comes_anew(page)
    expect(page.locator(".plan-under")).to_contain_text("load_new")
    job.locator("[data-plan-open]").click()
    expect(page.locator(".plan-under")).to_have_count(0)
    job.locator("[data-plan-open]").click()
    expect(page.locator(".plan-under")).to_contain_text("load_new")


def _narrow_while_it_comes_anew(page: Page) -> None:
    """Make the window narrow after a choice, before the difference that was open has come with it."""

    def narrow(route: Route) -> None:
        page.set_viewport_size({"width": 1100, "height": 900})
        route.continue_()

    page.route(re.compile("fragment=1"), narrow, times=1)
    page.locator("#mapping-map").click()


def test_forms_alone_bring_a_package_in(portal: Portal, folder: Path) -> None:
    http = requests.Session()
    http.headers["Referer"] = portal.url
    signed = {"username": "admin", "password": portal.password, "next": "/"}
    _send(http, f"{portal.url}/accounts/login/", f"{portal.url}/accounts/login/", signed)
    home = f"{portal.url}/w/{TOOLS['forms']}/"
    with package(folder).open("rb") as file:
        page = _send(http, f"{home}import/", f"{home}import/", {"from": "file"}, file)
    for fields in (
        {"skip": _position(page, "left")},
        {"rename": _position(page, "load"), "new_name": "load_new"},
        {"map": "1", "kind-0": "connection", "from-0": "hive_dev", "to-0": "hive_prod"},
        {"apply": "1", "submits": "1"},
    ):
        page = _send(http, page.url, page.url, fields)
    assert re.search(r"/imports/[0-9a-f]{32}/(#|$)", page.url), page.text
    text = document(portal, http, TOOLS["forms"], "jobs/nightly")
    assert "load_new" in text and "hive_prod" in text and "hive_dev" not in text
    assert not document(portal, http, TOOLS["forms"], "scripts/left")


def _send(
    http: requests.Session, page: str, action: str, fields: dict[str, str], file: object = None
) -> requests.Response:
    """Send a form of a page with what the page's forms have hidden; return where it leads."""
    text = http.get(page, timeout=60).text
    hidden = dict(re.findall(r'type="hidden" name="(csrfmiddlewaretoken|digest)" value="([^"]*)"', text))
    answer = http.post(action, data={**hidden, **fields}, files={"file": file} if file else None, timeout=60)
    assert answer.ok, answer.text
    return answer


def _position(page: requests.Response, name: str) -> str:
    found = re.search(rf'/plan/(\d+)/" data-plan-open title="{name}"', page.text)
    assert found, page.text
    return found[1]
