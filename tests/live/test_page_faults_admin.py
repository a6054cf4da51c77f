"""Every page of the administration, in all its states, looked at by a browser: nothing is wrong with it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.live.conftest import Scene
from tests.live.look import found_in
from tests.live.pages import ADMINISTRATION, FORMS
from tests.portal import Portal

pytestmark = pytest.mark.browser


def test_no_page_of_the_administration_has_a_fault(signed_in: Page, portal: Portal, scene: Scene) -> None:
    assert found_in((*FORMS, *ADMINISTRATION), signed_in, portal, scene) == {}
