"""Two people, one with English pages and one with Chinese ones: what one proposes the other does."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.portal import SAMPLE_PROJECT, Portal

pytestmark = pytest.mark.browser

SPACE = "8" * 32
PASSWORD = "four eyes see more"  # noqa: S105 - of a portal that lives for the time of a test
PEOPLE = f"""
from django.contrib.auth.models import User
from dlfportal.access.models import Membership, Project, Workspace
from dlfportal.access.services import workspace_save
from dlfportal.audit.actor import Actor, Channel
operator = Actor(User.objects.get(username="admin"), Channel.COMMAND)
project = Project.objects.get(pk="{SAMPLE_PROJECT}")
space = workspace_save(actor=operator, workspace=Workspace(pk="{SPACE}", project=project, name="four eyes"))
for name in ("ann", "ben"):
    user = User.objects.create_user(name, password="{PASSWORD}")
    Membership.objects.create(user=user, workspace=space, role="admin")
"""


@pytest.fixture
def people(browser_context: BrowserContext, portal: Portal) -> Iterator[tuple[Page, Page]]:
    """Two admins of a workspace of their own, each with a profile of the browser."""
    portal.manage("shell", "--verbosity=0", "-c", PEOPLE)
    assert browser_context.browser is not None
    other = browser_context.browser.new_context(locale="zh-CN")
    other.set_default_timeout(15_000)
    yield _sign_in(browser_context.new_page(), portal, "ann"), _sign_in(other.new_page(), portal, "ben")
    other.close()


def _sign_in(page: Page, portal: Portal, name: str) -> Page:
    page.goto(portal.url)
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{portal.url}/")
    return page


def test_one_proposes_and_another_does_it(people: tuple[Page, Page], portal: Portal, tmp_path: Path) -> None:
    ann, ben = people
    home = f"{portal.url}/w/{SPACE}"
    _turn_on(ann, ben, f"{home}/settings/")
    _propose(ann, f"{home}/import/", _package(tmp_path))
    _make_void(ann, ben, f"{home}/imports/")
    _undo(ann, ben, f"{home}/imports/")
    ann.goto(f"{home}/scripts/")
    expect(ann.locator("[data-selection-item]")).to_have_count(0)


def _turn_on(ann: Page, ben: Page, settings: str) -> None:
    ann.goto(settings)
    ann.locator("button[value='ask-imports-on']").click()
    expect(ann.locator("button[value='confirm-imports-on']")).to_have_count(0)
    ben.goto(settings)
    expect(ben.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(ben.locator("main")).to_contain_text("ann")
    ben.locator("button[value='confirm-imports-on']").click()
    expect(ben.locator("button[value='ask-imports-off']")).to_be_visible()


def _package(folder: Path) -> Path:
    path = folder / "eyes.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("one", "two"):
            document = {"name": name, "type": "HiveSQL", "content": "SELECT 1;\n"}
            archive.writestr(f"scripts/{name}.script", json.dumps(document))
    return path


def _propose(ann: Page, begin: str, package: Path) -> None:
    ann.goto(begin)
    expect(ann.locator(".needs-second")).to_be_visible()
    ann.set_input_files("#package-file", package)
    ann.locator("form[data-upload] button").click()
    ann.wait_for_url("**/plan/")
    ann.set_viewport_size({"width": 360, "height": 800})
    ann.fill("#plan-comment", "for Monday")
    ann.locator("button[name=propose]").click()
    expect(ann.locator(".plan-proposed q")).to_have_text("for Monday")
    expect(ann.locator("button[name=apply_proposed]")).to_have_count(0)
    assert ann.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _make_void(ann: Page, ben: Page, imports: str) -> None:
    """Ben leaves an object out, which makes it void; Ann takes it in and proposes again, he applies it."""
    ben.goto(imports)
    ben.locator(".imports-proposals a").click()
    expect(ben.locator("button[name=apply_proposed]")).to_be_enabled()
    ben.locator("[data-row] [title='two']").focus()
    ben.keyboard.press("s")
    expect(ben.locator("button[name=propose]")).to_be_visible()
    expect(ben.locator("button[name=apply_proposed]")).to_have_count(0)
    ann.set_viewport_size({"width": 1440, "height": 900})
    ann.reload()
    expect(ann.locator("button[name=propose]")).to_be_visible()
    ann.locator("[data-row] [title='two']").focus()
    ann.keyboard.press("t")
    expect(ann.locator("tr.plan-skipped")).to_have_count(0)
    ann.locator("button[name=propose]").click()
    expect(ann.locator(".plan-proposed q")).to_have_text("for Monday")
    ben.reload()
    ben.locator("button[name=apply_proposed]").click()
    expect(ben.locator(".plan-said")).to_contain_text("ann")
    expect(ben.locator(".plan-said q")).to_have_text("for Monday")


def _undo(ann: Page, ben: Page, imports: str) -> None:
    ben.locator("a[href$='/undo/']").first.click()
    ben.fill("#undo-comment", "wrong day")
    ben.locator("button[name=propose]").click()
    expect(ben.locator("button[name=withdraw]")).to_be_visible()
    ann.goto(imports)
    ann.locator(".imports-proposals a").click()
    expect(ann.locator("main")).to_contain_text("wrong day")
    ann.locator("form.form .button-primary").click()
    expect(ann.locator(".plan-said")).to_contain_text("Proposed by ben, done by ann.")
