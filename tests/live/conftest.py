"""A live portal for the tests of this folder, and a browser to visit it with."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.live.walking import JOBS, documents, written
from tests.live.worker import Worker
from tests.portal import SAMPLE_PRODUCTION, SAMPLE_WORKSPACE, Portal, database_beside
from tests.tools import CHROMIUM, need

SCENE = "from tests.live.scene import scene_set; print(scene_set())"

Scene = dict[str, str]


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Portal]:
    """A portal with the sample catalogue, on the database of this pass."""
    url = os.environ.get("DATABASE_URL")
    if url:
        url = database_beside(url, f"live_{worker_id}")
    running = Portal(tmp_path_factory.mktemp("portal"), url)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser of the tests of this folder; it ends before those of others, as a database that Django
    opens refuses to work beside the loop of Playwright.
    """
    path = need(*CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile of the browser with English pages."""
    context = chromium.new_context(locale="en-GB", accept_downloads=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """A page of the browser."""
    return browser_context.new_page()


@pytest.fixture
def signed_in(page: Page, portal: Portal) -> Page:
    """A page on the home of the portal, where `admin` has signed in."""
    person = requests.Session()
    sign_in = f"{portal.url}/accounts/login/"
    person.get(sign_in, timeout=30).raise_for_status()
    form = {"username": "admin", "password": portal.password}
    form["csrfmiddlewaretoken"] = person.cookies["csrftoken"]
    person.post(sign_in, form, timeout=30, allow_redirects=False).raise_for_status()
    page.context.add_cookies(
        [{"name": name, "value": value, "url": portal.url} for name, value in person.cookies.items()]
    )
    page.goto(portal.url)
    return page


@pytest.fixture(scope="session")
def scene(portal: Portal) -> Scene:
    """What `tests.live.scene` made: what the addresses of its pages name, `s` for the sample's workspace."""
    printed: Scene = json.loads(portal.manage("shell", "--verbosity=0", "-c", SCENE))
    return printed | {"s": SAMPLE_WORKSPACE, "p": SAMPLE_PRODUCTION}


@pytest.fixture(scope="session")
def grown(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Both workspaces of the sample with further jobs, which differ, if `DLF_WALK_JOBS` asks for some."""
    if not JOBS:
        yield
        return
    folder = tmp_path_factory.mktemp("grown")
    for workspace, name, text in ((SAMPLE_WORKSPACE, "dev", ""), (SAMPLE_PRODUCTION, "prod", "as it was")):
        package = written(folder / f"{name}.zip", dict(documents(JOBS, f"mrs_hive_{name}", text)))
        portal.manage("importpackage", str(package), "--workspace", workspace)
    worker = Worker(portal)
    yield
    worker.end()
