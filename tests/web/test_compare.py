"""Two revisions side by side, and the ways that lead there."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_update, version_submit
from dlfportal.formats.kinds import Kind
from dlfportal.links import restore_url
from dlfportal.web.pages.difference import DifferencePart, difference_between
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]


def edited(target: Any, **fields: Any) -> None:
    """Save a document with other fields as a new revision."""
    target.refresh_from_db()
    object_update(actor=operator(), target=target, document=document_of(target.revision) | fields)


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def job(workspace: Workspace) -> Any:
    """A job with three revisions, of which the first is submitted."""
    nodes = [node("first", scriptName="a"), node("second", after=["first"], sql="SELECT 1;\nSELECT 2;")]
    cron = {"type": "CRON", "cron": {"expression": "0 15 5 * * ?"}}
    target: Any = JobFactory(
        workspace=workspace, name="nightly", nodes=nodes, schedule=cron, description="old"
    )
    version_submit(actor=operator(), target=target)
    later = {"type": "CRON", "cron": {"expression": "0 40 5 * * ?"}}
    edited(target, schedule=later, description="<b>new</b>")
    other = [nodes[0], node("second", after=["first"], sql="SELECT 1;\nSELECT 3;"), node("third", "Shell")]
    edited(target, nodes=other)
    return target


def part_of(browser: Client, workspace: Workspace, **numbers: str) -> DifferencePart:
    response = browser.get(address(workspace, "jobs/nightly/compare/"), numbers)
    assert response.status_code == 200
    part: DifferencePart = response.context["page"].part
    return part


def test_the_sentence_says_what_happened(browser: Client, job: Any, workspace: Workspace) -> None:
    part = part_of(browser, workspace, **{"from": "1", "to": "3"})
    assert part.sentence == (
        "1 node changed, 1 node added, schedule daily 05:15 → daily 05:40, "
        "description old → <b>new</b>, 1 line added, 1 line removed."
    )
    backwards = part_of(browser, workspace, **{"from": "3", "to": "1"})
    assert "1 node removed" in backwards.sentence


def test_fields_and_lines_are_escaped_and_numbered(browser: Client, job: Any, workspace: Workspace) -> None:
    html = text_of(browser, address(workspace, "jobs/nightly/compare/"), **{"from": "1", "to": "3"})
    assert "<ins>&lt;b&gt;new&lt;/b&gt;</ins>" in html
    assert 'id="L2"' in html
    assert 'href="#R2"' in html
    assert "SELECT <mark>3</mark>;" in html


def test_without_numbers_the_last_change_is_shown(browser: Client, job: Any, workspace: Workspace) -> None:
    response = browser.get(address(workspace, "jobs/nightly/compare/"))
    page = response.context["page"]
    assert (page.older.number, page.newer.number) == (2, 3)
    assert page.earlier_url.endswith("?from=1&to=2")
    assert page.later_url == ""
    assert page.restore_url == ""  # a viewer restores nothing


def test_equal_revisions_say_so(browser: Client, job: Any, workspace: Workspace) -> None:
    assert part_of(browser, workspace, **{"from": "2", "to": "2"}).sentence == "Nothing differs."


@pytest.mark.parametrize("number", ["0", "9", "x", "-1", "1.5", "²", "9" * 40])
@pytest.mark.parametrize("key", ["from", "to"])
def test_an_unknown_revision_is_not_found(
    browser: Client, job: Any, workspace: Workspace, key: str, number: str
) -> None:
    assert browser.get(address(workspace, "jobs/nightly/compare/"), {key: number}).status_code == 404
    document = browser.get(address(workspace, "jobs/nightly/document/"), {"revision": number})
    assert document.status_code == 404


def test_the_pages_of_the_object_lead_there(
    client_for: SignIn, developer: User, job: Any, workspace: Workspace
) -> None:
    browser = client_for(developer)
    url = address(workspace, "jobs/nightly/")
    assert f'href="{url}compare/?from=1&amp;to=3"' in text_of(browser, url)  # since it was submitted
    assert f'href="{url}compare/?from=1&amp;to=2"' in text_of(browser, f"{url}revisions/2/")
    history = text_of(browser, url, tab="history")
    assert history.count('name="from"') == history.count('name="to"') == 3
    assert f"/admin/catalogue/job/{job.pk}/restore/?number=1" in history
    assert "Restore revision 1…" in text_of(browser, f"{url}compare/", **{"from": "1", "to": "3"})


def test_a_viewer_is_not_offered_to_restore(browser: Client, job: Any, workspace: Workspace) -> None:
    assert "/restore/" not in text_of(browser, address(workspace, "jobs/nightly/"), tab="history")


def test_the_document_of_a_revision_can_be_taken_away(
    browser: Client, job: Any, workspace: Workspace
) -> None:
    response = browser.get(address(workspace, "jobs/nightly/document/"), {"revision": "1"})
    assert response.json()["description"] == "old"
    assert 'filename="nightly-1.json"' in response["Content-Disposition"]


def test_cdm_jobs_of_one_name_are_told_apart_by_cluster(browser: Client, workspace: Workspace) -> None:
    for cluster in ("one", "two"):
        target: Any = CdmJobFactory(workspace=workspace, name="copy", cluster=cluster)
        body = document_of(target.revision)
        body["jobs"][0]["from-link-name"] = f"link of {cluster}"
        object_update(actor=operator(), target=target, document=body)
    html = text_of(browser, address(workspace, "cdm-jobs/copy/compare/"), cluster="two")
    assert "Link of the source mysql_link → link of two." in html
    assert "cluster=two" in html


def test_the_reader_gets_the_other_language(browser: Client, job: Any, workspace: Workspace) -> None:
    browser.cookies["django_language"] = "zh-hans"
    assert "每天05:15" in part_of(browser, workspace, **{"from": "1", "to": "3"}).sentence.replace(" ", "")


def test_longer_histories_and_jobs_cost_no_more_queries(
    browser: Client, job: Any, workspace: Workspace
) -> None:
    def more() -> None:
        for number in range(12):
            edited(job, nodes=[node(f"n{place}", x=str(number)) for place in range(30)])

    url = address(workspace, "jobs/nightly/compare/")
    assert_same_queries(more, lambda: browser.get(url))


def test_a_text_of_very_many_lines_is_cut(workspace: Workspace) -> None:
    before = "".join(f"SELECT {number};\n" for number in range(6_000))
    target: Any = ScriptFactory(workspace=workspace, name="long", content=before)
    older = target.revision
    edited(target, content=before.replace("SELECT", "select"))
    target.refresh_from_db()
    part = difference_between(Kind.SCRIPT, older, target.revision, "long")
    assert (part.added, part.removed) == (6_000, 6_000)
    html = part.texts[0].html
    assert html.count("diff-number") == 4_000  # 2,000 of each side
    assert "4000 more lines that differ are not shown." in html


def test_what_goes_is_shown_before_an_object_is_deleted(
    client_for: SignIn, developer: User, workspace: Workspace
) -> None:
    nodes = [node(f"n{place}", x=str(place), sql="SELECT 1;\n" * 20) for place in range(200)]
    target: Any = JobFactory(workspace=workspace, name="wide", nodes=nodes)
    html = text_of(client_for(developer), f"/admin/catalogue/job/{target.pk}/delete/")
    assert "200 nodes" in html
    assert html.count("token-removed") == 201  # every node is named, and the job itself
    assert len(html) < 250_000


@pytest.fixture
def long_script(workspace: Workspace) -> Any:
    """A script of 2,000 lines of which the last one differs between its two revisions."""
    lines = [f"line {number}" for number in range(1, 2001)]
    target: Any = ScriptFactory(workspace=workspace, name="long", content="\n".join([*lines, "old"]))
    edited(target, content="\n".join([*lines, "new"]))
    return target


def opened_by(browser: Client, url: str) -> str:
    response = browser.get(unescape(url))
    assert response.status_code == 200
    return response.content.decode()


def test_many_equal_lines_are_unfolded_by_address_piece_by_piece(
    browser: Client, long_script: Any, workspace: Workspace
) -> None:
    page = opened_by(browser, address(workspace, "scripts/long/compare/?from=1&to=2"))
    assert "1997 equal lines" in page and ">line 900<" not in page
    first, last = re.findall(r'href="([^"]*)" data-diff-open', page)
    assert first.endswith("#R1") and last.endswith("#R1997")
    page = opened_by(browser, last)
    assert ">line 1997<" in page and ">line 1598<" in page and ">line 1597<" not in page
    assert "1597 equal lines" in page
    page = opened_by(browser, re.findall(r'href="([^"]*)" data-diff-open', page)[0])
    assert ">line 1<" in page and ">line 400<" in page and ">line 1598<" in page
    assert "1197 equal lines" in page


@pytest.mark.parametrize("wrong", ["R0-5", "R5-1", "R1-9999", "x", "R\u0661-5", "R1-99999999", "../R1-2", ""])
def test_what_cannot_be_unfolded_is_left_out(
    browser: Client, long_script: Any, workspace: Workspace, wrong: str
) -> None:
    page = browser.get(address(workspace, "scripts/long/compare/"), {"open": wrong})
    assert page.status_code == 200 and "1997 equal lines" in page.content.decode()


def test_a_restore_unfolds_by_address_too(client_for: SignIn, developer: User, long_script: Any) -> None:
    page = opened_by(client_for(developer), restore_url(long_script, 1))
    first = re.findall(r'href="([^"]*)" data-diff-open', page)[0]
    assert ">line 400<" in opened_by(client_for(developer), first)


def test_a_script_of_one_short_line_shows_both_lines(browser: Client, workspace: Workspace) -> None:
    script = ScriptFactory(workspace=workspace, name="short", content="SELECT 1;")
    edited(script, content="SELECT 2;")
    page = text_of(browser, address(workspace, "scripts/short/compare/?from=1&to=2"))
    assert '<span class="break">Content</span>' in page
    assert "<del>SELECT 1;</del>" in page and "<ins>SELECT 2;</ins>" in page
