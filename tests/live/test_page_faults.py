"""Every page for people, in all its states, looked at by a browser: nothing is wrong with it.

The pages are those of `tests.live.pages`, what is checked is in `tests.live.faults`. Those of the
administration have a file of their own, so that two browsers look at the same time.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.live.conftest import Scene
from tests.live.look import answer_alone, found_in
from tests.live.pages import OBJECTS, OWN, SIGNED_OUT, WORKSPACE
from tests.portal import Portal

pytestmark = pytest.mark.browser


def test_no_page_has_a_fault(signed_in: Page, portal: Portal, scene: Scene) -> None:
    for broken in ("500", "503"):
        signed_in.route(f"**/{broken}/", lambda route: answer_alone(route, scene))
    assert found_in((*OWN, *WORKSPACE, *OBJECTS), signed_in, portal, scene) == {}


def test_the_pages_without_a_session_have_no_fault(page: Page, portal: Portal, scene: Scene) -> None:
    assert found_in(SIGNED_OUT, page, portal, scene) == {}
