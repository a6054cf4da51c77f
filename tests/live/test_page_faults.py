"""Every page for people, looked at by a browser: wide and narrow, light and dark, English and Chinese.

A new page is a line of `PAGES`. What is checked is in `tests.live.faults`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from tests.live.faults import OF_SIZE, Faults, Watched
from tests.portal import SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

WIDE, NARROW = 1440, 360


class Address(NamedTuple):
    """A page: `{w}` stands for the sample's workspace. `kilobytes` bounds its styles and scripts as sent."""

    path: str
    kilobytes: int = 100
    status: int = 200
    chinese: bool = False


PAGES = (
    Address("/", chinese=True),
    Address("/help/", chinese=True),
    Address("/help/import/", chinese=True),
    Address("/search/?q=dai"),
    Address("/activity/"),
    Address("/w/{w}/activity/", chinese=True),
    Address("/access-keys/", chinese=True),
    Address("/preferences/", chinese=True),
    Address("/w/{w}/members/", chinese=True),
    Address("/accounts/password/"),
    Address("/w/{w}/jobs/", chinese=True),
    Address("/w/{w}/jobs/?q=no_such_name"),
    Address("/w/{w}/scripts/"),
    Address("/w/{w}/resources/"),
    Address("/w/{w}/cdm-jobs/"),
    Address("/w/{w}/jobs/nightly_full_load/", chinese=True),
    Address("/w/{w}/jobs/nightly_full_load/?way=tidy"),
    Address("/w/{w}/jobs/nightly_full_load/?near=20&steps=2"),
    Address("/w/{w}/jobs/nightly_full_load/revisions/1/nodes/20/", chinese=True),
    Address("/w/{w}/graph/", chinese=True),
    Address("/w/{w}/graph/?q=nightly_full_load", chinese=True),
    Address("/w/{w}/graph/?q=a%2B%2Bb"),
    Address("/w/{w}/jobs/myJob/revisions/1/"),
    Address("/w/{w}/jobs/myJob/compare/?from=1&to=1"),
    Address("/w/{w}/scripts/CS_PROCESS_TRIP/"),
    Address("/w/{w}/scripts/CS_PROCESS_TRIP/rename/?name=trip", chinese=True),
    Address("/w/{w}/scripts/CS_PROCESS_TRIP/move/"),
    Address("/w/{w}/export/?name=myJob"),
    Address("/w/{w}/jobs/absent/", status=404),
    Address("/nothing/", status=404),
)
SIGNED_OUT = (Address("/accounts/login/"),)


def faults_of(watched: Watched, url: str, address: Address) -> Faults:
    """Return what is wrong with one page in both widths and themes."""
    faults = [f"wide: {fault}" for fault in watched.visit(url, WIDE, address.kilobytes, address.status)]
    faults += [f"wide: {fault}" for fault in watched.accessibility()]
    faults += [f"dark: {fault}" for fault in watched.themed("dark")]
    return faults + narrow_faults_of(watched, url, address)


def narrow_faults_of(watched: Watched, url: str, address: Address) -> Faults:
    """Return what is wrong with one page in a narrow window: all that another language can change."""
    faults = watched.visit(url, NARROW, address.kilobytes, address.status) + watched.accessibility(OF_SIZE)
    return [f"narrow: {fault}" for fault in faults]


def chinese_faults_of(watched: Watched, url: str, address: Address) -> Faults:
    """Return what is wrong with the Chinese page."""
    faults = narrow_faults_of(watched, url, address)
    language = watched.page.locator("html").get_attribute("lang")
    return faults if language == "zh-hans" else [*faults, f"is in {language}"]


def found_in(
    pages: Iterable[Address],
    page: Page,
    portal: Portal,
    workspace: str = "",
    look: Callable[[Watched, str, Address], Faults] = faults_of,
) -> dict[str, Faults]:
    """Return the faults of those of `pages` that have any."""
    watched = Watched(page)
    found = {
        address.path: look(watched, portal.url + address.path.format(w=workspace), address)
        for address in pages
    }
    return {path: faults for path, faults in found.items() if faults}


def test_no_page_has_a_fault(signed_in: Page, portal: Portal) -> None:
    workspace = SAMPLE_WORKSPACE
    portal.manage("grantaccess", "admin", workspace, "admin")  # a row for the page of members
    assert found_in(PAGES, signed_in, portal, workspace) == {}
    # By its cookie: the button would keep the language for the person, whom other tests are, too.
    signed_in.context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": portal.url}])
    chinese = (page for page in PAGES if page.chinese)
    assert found_in(chinese, signed_in, portal, workspace, chinese_faults_of) == {}


def test_the_pages_without_a_session_have_no_fault(page: Page, portal: Portal) -> None:
    assert found_in(SIGNED_OUT, page, portal) == {}
