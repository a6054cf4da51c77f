"""Goes through pages and collects what is wrong with them.

Each page is seen in both widths, themes and languages; which go together changes from page to page.
"""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Page, Route

from tests.live.conftest import Scene
from tests.live.faults import NARROW, Faults, Look, Watched
from tests.live.pages import Address
from tests.portal import Portal

WIDE = 1440
LOOKS = (
    (Look(WIDE, "light", "en"), Look(NARROW, "dark", "zh-hans")),
    (Look(WIDE, "dark", "zh-hans"), Look(NARROW, "light", "en")),
)


def found_in(pages: Iterable[Address], page: Page, portal: Portal, scene: Scene) -> dict[str, Faults]:
    """Return the faults of those of `pages` that have any."""
    watched, found = Watched(page, portal.url), {}
    for number, address in enumerate(pages):
        for look in LOOKS[number % 2]:
            if faults := faults_of(watched, address, look, scene):
                found[f"{number} {address.path} {look}"] = faults
    return found


def faults_of(watched: Watched, address: Address, look: Look, scene: Scene) -> Faults:
    """Return what is wrong with a page that is looked at in one way; that it cannot be reached is a fault."""
    path = address.path
    for name, value in scene.items():
        path = path.replace(f"{{{name}}}", value)
    try:
        return watched.faults(path, address.step, look, address.status, address.kilobytes)
    except Exception as error:  # one page must not keep the others from being looked at
        return [f"{type(error).__name__}: {error}"]


def answer_alone(route: Route, scene: Scene) -> None:
    """Answer with a page that is shown while the portal is broken, in the language of the browser."""
    language = "zh-hans" if "zh-hans" in route.request.all_headers().get("cookie", "") else "en"
    number = route.request.url.rstrip("/").rpartition("/")[2]
    route.fulfill(body=scene[f"{number} {language}"], content_type="text/html; charset=utf-8")
