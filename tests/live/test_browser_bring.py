"""Three jobs go from development to production under a profile; compared again, they are the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.live.faults import ALL_RULES, Watched
from tests.live.test_browser_comparing import PROFILE, count
from tests.live.walking import PATIENCE, Record, step
from tests.portal import SAMPLE_PRODUCTION, SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

JOBS = 3


@pytest.mark.usefixtures("grown")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_three_jobs_are_brought_to_production(
    signed_in: Page, portal: Portal, language: str, record_property: Record
) -> None:
    portal.manage("shell", "--verbosity=0", "-c", PROFILE)
    page, home = signed_in, f"{portal.url}/w/{SAMPLE_WORKSPACE}/compare/?with={SAMPLE_PRODUCTION}"
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    page.context.set_default_timeout(PATIENCE)
    compared = f"{home}&profile=there:dev+to+prod"
    page.set_viewport_size({"width": 360, "height": 800})
    with step(record_property, "compare"):
        page.goto(f"{compared}&kind=jobs&show=differ")
    expect(page.locator("html")).to_have_attribute("lang", language)
    names = page.locator(".compare-table [data-compare-pair]").all_inner_texts()[:JOBS]
    for place in range(JOBS):
        page.locator("[data-selection-item]").nth(place).check()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # the bar covers no row there
    assert Watched(page, "").accessibility(ALL_RULES, []) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    with step(record_property, "bring"):
        page.locator("#selection button[formaction$='/compare/bring/']").click()
        page.wait_for_url(f"**/w/{SAMPLE_PRODUCTION}/imports/*/plan/")
    for name in names:
        expect(page.locator("[data-row]", has=page.locator(f"[title='{name}']"))).to_have_count(1)
    expect(page.locator("#mapping-profile")).to_have_value("dev to prod")
    with step(record_property, "apply"):
        page.locator("form.plan-apply .button-primary").click()
        page.wait_for_url(re.compile(r"/imports/[0-9a-f]{32}/$"))
    expect(page.locator("a[href$='/undo/']").first).to_be_visible()
    task = page.url.rstrip("/").rpartition("/")[2]

    for name in names:
        page.goto(f"{compared}&kind=jobs&show=all&q={name}")
        row = page.locator(".compare-table tbody tr", has=page.get_by_text(name, exact=True))
        expect(row.locator(".token-same, .token-mapped").first).to_be_visible()
    portal.manage("undoimport", task)  # other walks find production as it was
    page.goto(home)
    page.locator(f"main a[href*='/w/{SAMPLE_PRODUCTION}/compare/?']").first.click()
    page.wait_for_url(f"**/w/{SAMPLE_PRODUCTION}/compare/**")
    assert count(page, "differ") > 0
    expect(page.locator("#selection button[formaction$='/compare/bring/']")).to_have_count(1)
