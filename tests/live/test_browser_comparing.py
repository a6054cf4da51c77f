"""Development beside production: a profile, one change in many, a pair with its graph, and its export."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.live.walking import PATIENCE
from tests.portal import SAMPLE_PRODUCTION, SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

PROFILE = f"""
from django.contrib.auth.models import User
from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.mapping_profiles import profile_save
from dlfportal.formats.mapping import MapKind
profile_save(
    actor=Actor(User.objects.get(username="admin"), Channel.COMMAND),
    workspace=Workspace.objects.get(pk="{SAMPLE_PRODUCTION}"),
    name="dev to prod",
    mapping={{(MapKind.CONNECTION, "mrs_hive_dev"): "mrs_hive_prod"}},
)
"""
ROWS = 100
"""So many pairs a page has."""
WIDE, NARROW = {"width": 1500, "height": 900}, {"width": 360, "height": 800}


def count(page: Page, sign: str) -> int:
    """Return how many pairs are counted under a sign of the rail."""
    facet = page.locator(".compare-rail a", has=page.locator(f".token-{sign}"))
    return int(facet.locator(".compare-count").inner_text())


def all_read(page: Page) -> None:
    """Wait until a worker has read what are too many pairs for a request."""
    expect(page.locator("[data-compare-open]")).to_have_count(0, timeout=PATIENCE)


@pytest.mark.usefixtures("grown")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_development_and_production(signed_in: Page, portal: Portal, language: str) -> None:
    portal.manage("shell", "--verbosity=0", "-c", PROFILE)
    page = signed_in
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.goto(f"{portal.url}/w/{SAMPLE_WORKSPACE}/")
    page.locator(f"a[href='/w/{SAMPLE_WORKSPACE}/compare/']").first.click()
    page.locator(f"main a[href*='with={SAMPLE_PRODUCTION}']").click()
    all_read(page)
    differing, fields = count(page, "differ"), page.locator("tr", has_text="dwd_order_detail")
    before = fields.locator(".compare-fields").inner_text()

    page.locator("select[name=profile]").select_option(index=1)
    page.locator(".compare-sides-acts button").click()
    page.wait_for_url("**profile=there**")
    all_read(page)
    assert count(page, "differ") <= differing
    assert fields.locator(".compare-fields").inner_text() != before, "fewer fields differ under the profile"

    group = page.locator(".compare-groups a").first
    in_many = int(group.locator(".compare-count").inner_text())
    group.click()
    expect(page.locator(".compare-groups a[aria-current]")).to_be_visible()
    expect(page.locator(".compare-table tbody tr")).to_have_count(min(in_many, ROWS))

    _a_pair(page)
    _its_export(page)


def _a_pair(page: Page) -> None:
    """A pair opens beside the list with both graphs; its fields are a page of their own, too."""
    link = page.locator("[data-compare-pair]").first
    address = link.get_attribute("href")
    link.click()
    part = page.locator("[data-compare-part]")
    expect(part.locator(".compare-picture svg")).to_be_visible()
    expect(part.locator(".g-change-changed").first).to_be_visible()
    box, listed = part.bounding_box(), page.locator(".compare-table").bounding_box()
    assert box and listed and box["x"] > listed["x"] + listed["width"] - 1, "it stands beside the list"
    part.locator("[data-compare-view]").nth(1).click()
    expect(part.locator(".diff-fields").first).to_be_visible()
    part.locator("[data-diff-viewed] input").check()
    expect(part.locator(".diff-body")).to_be_hidden()
    part.locator("[data-diff-viewed] input").uncheck()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    back = page.url
    page.goto(f"{page.url.partition('/w/')[0]}{address}")
    expect(page.locator("main .compare-picture svg")).to_be_visible()
    page.goto(back)


def _its_export(page: Page) -> None:
    """What is ticked leads to the page before its export, from this side."""
    page.locator("[data-selection-item]").first.check()
    page.locator("[data-selection-item]").nth(1).check()
    page.locator("#selection button[name=side][value=here]").click()
    page.wait_for_url(re.compile(rf"/w/{SAMPLE_WORKSPACE}/exports/new/\?s="))
    expect(page.locator("h1")).to_contain_text("2")
