"""Error pages: in the frame of the reader's workspace, silent to strangers, in the reader's language."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from tests.factories import JobFactory
from tests.web.pages import address

SignIn = Callable[[User], Client]


@pytest.mark.parametrize("path", ["jobs/absent/", "no-such-page/", "jobs/absent/revisions/7/"])
def test_a_missing_page_keeps_the_tabs_for_members_only(
    client_for: SignIn, viewer: User, stranger: User, workspace: Workspace, path: str
) -> None:
    mine = client_for(viewer).get(address(workspace, path))
    assert mine.status_code == 404
    assert address(workspace, "scripts/") in mine.content.decode()
    theirs = client_for(stranger).get(address(workspace, path))
    nowhere = client_for(stranger).get(f"/w/{'f' * 32}/{path}")
    assert theirs.status_code == nowhere.status_code == 404
    assert address(workspace, "scripts/") not in theirs.content.decode()
    assert "you have no access to its workspace" in theirs.content.decode()


def test_a_refusal_speaks_of_a_workspace_only_where_there_is_one(
    client_for: SignIn, viewer: User, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_for(viewer)
    with caplog.at_level(logging.DEBUG):
        inside = client.post(address(workspace, "members/"), {"username": "x"})
        outside = client.get("/admin/")
    assert inside.status_code == outside.status_code == 403
    assert "Your role in this workspace" in inside.content.decode()
    assert "workspace does not include" not in outside.content.decode()
    assert not [record for record in caplog.records if record.exc_info], "a refusal is no crash"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "The form was not accepted"), ("zh-hans", 'lang="zh-hans"')]
)
def test_a_form_without_its_value_is_refused_in_the_frame(
    viewer: User, workspace: Workspace, language: str, words: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    client.cookies["django_language"] = language
    answer = client.post(address(workspace, "members/"), {"username": "x"})
    assert answer.status_code == 403
    assert words in answer.content.decode()
    assert address(workspace, "scripts/") in answer.content.decode()


def test_pages_are_compressed_and_their_length_varies(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    client, url = client_for(viewer), address(workspace, "jobs/")
    answers = [client.get(url, headers={"Accept-Encoding": "gzip"}) for _ in range(8)]
    assert {answer["Content-Encoding"] for answer in answers} == {"gzip"}
    assert "Accept-Encoding" in answers[0]["Vary"]
    assert b"<h1>" in gzip.decompress(answers[0].content)
    assert len({len(answer.content) for answer in answers}) > 1
    assert "Content-Encoding" not in client.get(url, headers={"Accept-Encoding": "identity"})


def test_packages_and_the_api_are_sent_as_they_are(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="nightly", description="long " * 200)
    takes = {"Accept-Encoding": "gzip"}
    package = client_for(viewer).post(address(workspace, "jobs/nightly/export/"), headers=takes)
    assert package.status_code == 200 and "Content-Encoding" not in package
    api = client_for(viewer).get(f"/v1/{workspace.project_id}/jobs/nightly", headers=takes)
    assert "Content-Encoding" not in api


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("get", "members/role/", "POST"),
        ("post", "jobs/", "GET, HEAD"),
        ("delete", "members/", "GET, HEAD, POST"),
    ],
)
def test_an_address_that_takes_another_method_is_no_blank_page(
    client_for: SignIn, viewer: User, workspace: Workspace, method: str, path: str, allowed: str
) -> None:
    answer = getattr(client_for(viewer), method)(address(workspace, path))
    assert (answer.status_code, answer["Allow"]) == (405, allowed)
    page = answer.content.decode()
    assert "This address is no page" in page and address(workspace, "scripts/") in page


def test_the_page_for_another_method_is_for_people_only(client_for: SignIn, viewer: User) -> None:
    assert "This address is no page" in Client().get("/preferences/theme/").content.decode()
    assert b"<html" not in Client().post("/v3/projects").content


@pytest.mark.parametrize(
    ("language", "words"), [("en", "could not be understood"), ("zh-hans", 'lang="zh-hans"')]
)
def test_an_address_that_names_nothing_is_refused_in_the_frame(
    client_for: SignIn, viewer: User, workspace: Workspace, language: str, words: str
) -> None:
    client = client_for(viewer)
    client.cookies["django_language"] = language
    answer = client.get(address(workspace, "jobs/") + "?q=%00")
    assert answer.status_code == 400
    assert words in answer.content.decode() and address(workspace, "scripts/") in answer.content.decode()
    assert words in Client(headers={"Accept-Language": language}).get("/?q=%00").content.decode()


MEMBERS = f"/w/{'5' * 32}/members/"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (f"http://testserver{MEMBERS}?page=2", f"{MEMBERS}?page=2"),
        (f"http://elsewhere.example{MEMBERS}", f"{MEMBERS}role/"),
        ("", f"{MEMBERS}role/"),
    ],
)
def test_what_was_sent_without_a_session_leads_back_to_its_page(db: None, referer: str, back: str) -> None:
    answer = Client().post(f"{MEMBERS}role/", headers={"Referer": referer})
    assert parse_qs(urlsplit(answer.url).query)["next"] == [back]
