"""By keyboard alone, in both languages: a script that jobs use gets another name, and they follow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.live.faults import ALL_RULES, Watched
from tests.portal import SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

USED = """
from dlfportal.access.models import Workspace
from tests.factories import JobFactory, ScriptFactory, node
space = Workspace.objects.get(pk="{workspace}")
ScriptFactory(workspace=space, name="walk_{at}")
for name, script in (("one", "walk_{at}"), ("two", "walk_{at}"), ("any", "walk_${{at}}")):
    JobFactory(workspace=space, name=f"{at}_{{name}}", nodes=[node("run", scriptName=script)])
"""


def press_tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what `selector` names."""
    for _press in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector}")


def rename(page: Page, old: str, new: str) -> None:
    """Rename the script whose page is shown."""
    press_tab_to(page, ".page-head-actions details:last-of-type > summary")
    page.keyboard.press("Enter")
    press_tab_to(page, "a[href$='/rename/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/scripts/{old}/rename/")
    press_tab_to(page, "#id_name")
    page.keyboard.press("Control+a")
    page.keyboard.type(new)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/rename/?name={new}")
    expect(page.locator("#followers .moving-difference")).to_have_count(2)
    expect(page.locator("#followers .diff-after").first).to_contain_text(new)
    expect(page.locator("#unfollowed")).to_contain_text("walk_${at}")
    assert Watched(page, "").accessibility(ALL_RULES, []) == []
    press_tab_to(page, "main .button-primary")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/scripts/{new}/")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_script_is_renamed_with_the_jobs_that_use_it(
    signed_in: Page, portal: Portal, language: str
) -> None:
    page, at = signed_in, language[:2]
    portal.manage("shell", "--verbosity=0", "-c", USED.format(workspace=SAMPLE_WORKSPACE, at=at))
    space = f"{portal.url}/w/{SAMPLE_WORKSPACE}"
    if language != "en":
        page.get_by_role("button", name="简体中文").click()
    old, new = f"walk_{at}", f"walked_{at}"
    page.goto(f"{space}/scripts/{old}/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    rename(page, old, new)

    page.goto(f"{space}/jobs/{at}_one/?tab=uses")
    expect(page.locator("main").get_by_role("link", name=new, exact=True).first).to_be_visible()
    page.goto(f"{space}/jobs/{at}_any/?tab=json")
    expect(page.locator("main")).to_contain_text("walk_${at}")
    page.goto(f"{space}/scripts/{old}/?tab=uses")
    page.wait_for_url(f"**/scripts/{new}/?tab=uses")
    page.goto(f"{space}/activity/?via=web")
    expect(page.locator(".act-name", has_text=re.compile(f"^{new}$"))).to_have_count(1)
    expect(page.locator(".act-name", has_text=f"{at}_one")).to_have_count(0)
    if language != "en":  # it is this person's language from now on
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
