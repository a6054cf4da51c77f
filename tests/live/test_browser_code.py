"""The editor in place of the texts of a document: colours, finds, folds, and changes nothing by itself."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.live.test_browser_drafts import KEPT, wait_until
from tests.live.typing import editor_of, type_document
from tests.portal import SAMPLE_PROJECT, SAMPLE_WORKSPACE, Portal

pytestmark = pytest.mark.browser

ODD = "\r\n\ufeff\tSELECT 1,\r\n\t  (2\t\r\n);\t\r\n\r\n"
"""A first empty line, CRLF, a mark of byte order, tabs, spaces at an end, two line ends at the end."""


def scripts_url(portal: Portal) -> str:
    return f"{portal.url}/v1/{SAMPLE_PROJECT}/scripts"


def headers(portal: Portal) -> dict[str, str]:
    return {"X-Auth-Token": portal.token(), "workspace": SAMPLE_WORKSPACE}


def create(portal: Portal, name: str, content: str) -> None:
    """Make a script by the API, which keeps its text as it is."""
    document = {"name": name, "type": "Shell", "content": content, "configuration": {}}
    requests.post(scripts_url(portal), json=document, headers=headers(portal), timeout=30).raise_for_status()


def content_of(portal: Portal, name: str) -> str:
    """Return the text of a script as the API answers it."""
    answer = requests.get(f"{scripts_url(portal)}/{name}", headers=headers(portal), timeout=30)
    answer.raise_for_status()
    return str(answer.json()["content"])


def edit(page: Page, portal: Portal, name: str, language: str = "en") -> None:
    """Open the page that edits a script, in a language of this browser alone."""
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    page.goto(f"{portal.url}/w/{SAMPLE_WORKSPACE}/scripts/{name}/")
    page.goto(portal.url + str(page.locator("a[href*='/change/']").first.get_attribute("href")))


def test_nothing_changes_that_is_not_typed(signed_in: Page, portal: Portal) -> None:
    page, name = signed_in, "odd_text"
    create(portal, name, ODD)
    edit(page, portal, name)
    editor_of(page, "content").focus()
    page.keyboard.type("x")
    expect(page.locator("#id_content")).to_have_value("x" + ODD.replace("\r\n", "\n"))
    page.keyboard.press("Control+z")
    expect(page.locator("#id_content")).to_have_value(ODD.replace("\r\n", "\n"))
    page.locator("button[name=_save]").click()
    expect(page.locator(".messages")).to_contain_text("Nothing changed")
    assert content_of(portal, name) == ODD

    edit(page, portal, name)
    editor_of(page, "content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type('if [ ( "a')
    page.keyboard.press("Tab")
    page.keyboard.press("Control+s")
    expect(page.locator(".message-success").first).to_be_visible()
    assert content_of(portal, name) == f'{ODD}if [ ( "a\t'


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_find_fold_an_error_and_a_draft_by_keyboard(signed_in: Page, portal: Portal, language: str) -> None:
    page, name = signed_in, f"typed_{language}"
    create(portal, name, "ls a\nls b\nls c\n")
    edit(page, portal, name, language)
    text, document = page.locator("#id_content"), page.locator("#id_json")

    editor_of(page, "content").press("Control+f")
    page.keyboard.type("LS ")
    expect(page.locator(".code-find-count").first).to_contain_text("3")
    page.keyboard.press("Tab")
    page.locator("[data-find=text]").first.fill("cat ")
    page.locator("[data-find=all]").first.press("Enter")
    expect(text).to_have_value("cat a\ncat b\ncat c\n")
    page.keyboard.press("Escape")
    expect(editor_of(page, "content")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")

    editor_of(page, "json").focus()
    before = document.input_value()
    page.keyboard.press("F2")
    expect(page.locator(".ace_fold")).to_have_count(1)
    assert document.input_value() == before
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("#id_reason")).to_be_focused()

    wait_until(page, f"{KEPT} === 1")
    page.reload()
    page.locator("[data-draft-take]").click()
    expect(text).to_have_value("cat a\ncat b\ncat c\n")
    expect(page.locator(".ace_text-layer").first).to_contain_text("cat b")

    type_document(page, "json", before.replace('  "type"', '  "a": 1\n  "type"'))
    page.locator("button[name=_save]").press("Enter")
    expect(page.locator(".ace_gutter-cell.ace_error")).to_have_text("4")
    page.locator("[data-goto-line='4']").press("Enter")
    expect(editor_of(page, "json")).to_be_focused()
    page.keyboard.insert_text('  "type": "Shell",')
    assert '"a": 1\n  "type": "Shell",\n' in document.input_value()


def test_a_plain_text_field_for_who_wants_it_and_for_large_texts(signed_in: Page, portal: Portal) -> None:
    page, name = signed_in, "plain_text"
    create(portal, name, "echo 1\n")
    edit(page, portal, name)
    box = page.locator(".code-box:has(#id_content)")
    plain = box.get_by_label("Plain text field")
    type_document(page, "content", "echo 2\n")
    plain.check()
    expect(page.locator("#id_content")).to_be_visible()
    page.fill("#id_content", "echo 3\n")
    page.locator("button[name=_continue]").click()
    expect(page.locator(".message-success").first).to_be_visible()
    expect(page.locator("#id_content")).to_be_visible()
    assert content_of(portal, name) == "echo 3\n"
    plain.uncheck()
    editor_of(page, "content").focus()
    page.keyboard.insert_text("x" * 60_000)
    expect(page.locator("#id_content")).to_be_focused()
    expect(box.locator("[data-code-large]")).to_be_visible()
    assert page.locator("#id_content").input_value().count("x") == 60_000
