"""A session that ends while somebody types: the text comes back after signing in, to the same person only."""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape, unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client

from dlfportal.access import kept_forms
from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_delete, object_update
from tests.admin.pages import as_sent, document, revision_of
from tests.factories import PASSWORD, JobFactory

LOGIN = "/accounts/login/"


def typed(client: Client, url: str, **changed: str) -> tuple[str, dict[str, str]]:
    """Open the form, type, and return where its button would send it, and what."""
    page = client.get(url)
    action = re.search(r'<form[^>]*action="([^"]*)"[^>]*id="document-form"', page.content.decode())
    assert action
    return action[1], as_sent(page.context["document_form"]) | changed


def carried(answer: Any) -> tuple[str, dict[str, str]]:
    """Return where the sign-in page sends its form, and the hidden fields that carry what was typed."""
    page = answer.content.decode()
    action = re.search(r'<form class="form" method="post" action="([^"]*)"', page)
    assert action
    return unescape(action[1]), dict(re.findall(r'type="hidden" name="(kept|next)" value="([^"]*)"', page))


def sign_in(user: User, page: Any) -> tuple[Client, Any]:
    """Sign in by the sign-in page that was answered, and go where that leads."""
    client = Client()
    action, fields = carried(page)
    sent = fields | {"username": user.username, "password": PASSWORD}
    return client, client.post(action, sent, follow=True)


@pytest.fixture
def job(workspace: Workspace) -> CatalogueObject:
    return JobFactory(workspace=workspace, name="shared", description="before")


@pytest.fixture
def refused(client_for: Any, developer: User, job: CatalogueObject) -> Any:
    """The sign-in page that answers to a form whose session has ended."""
    action, sent = typed(
        client_for(developer), f"/admin/catalogue/job/{job.pk}/change/", description="typed long", owner="me"
    )
    return Client().post(action, sent)


def test_the_same_person_gets_the_form_back_and_saves_it(refused: Any, developer: User, job: Any) -> None:
    page = refused.content.decode()
    assert "Your session has ended" in page and "typed long" not in page
    url = f"/admin/catalogue/job/{job.pk}/change/"
    client, page = sign_in(developer, refused)
    assert (page.request["PATH_INFO"], page.status_code) == (url, 200)
    assert "it is not saved yet" in page.content.decode()
    form = page.context["document_form"]
    assert (form["description"].value(), form["owner"].value()) == ("typed long", "me")
    assert revision_of(job) == 1
    assert client.post(url, as_sent(form)).status_code == 302
    assert document(job)["description"] == "typed long"
    assert client.get(url).context["document_form"].is_bound is False
    assert "typed long" not in str(dict(client.session)), "the server keeps nothing of it"


def test_another_person_gets_nothing(refused: Any, workspace_admin: User, job: CatalogueObject) -> None:
    client, page = sign_in(workspace_admin, refused)
    assert page.redirect_chain == [(f"/admin/catalogue/job/{job.pk}/change/", 302)]
    assert page.context["document_form"]["description"].value() == "before"
    assert "typed long" not in page.content.decode()


def test_a_wrong_password_loses_nothing(refused: Any, developer: User) -> None:
    action, fields = carried(refused)
    again = Client().post(action, fields | {"username": "developer", "password": "wrong"})
    assert "case-sensitive" in again.content.decode() and carried(again) == (action, fields)
    client, page = sign_in(developer, again)
    assert page.context["document_form"]["owner"].value() == "me"


def test_it_goes_through_the_check_for_stale_edits(
    refused: Any, developer: User, workspace_admin: User, job: Any
) -> None:
    object_update(
        actor=Actor(workspace_admin, Channel.WEB),
        target=job,
        document=document(job) | {"logPath": "obs://x/y"},
    )
    client, page = sign_in(developer, refused)
    assert page.context["stale"].newest.number == 2
    assert client.post(page.request["PATH_INFO"], as_sent(page.context["document_form"])).status_code == 200
    assert revision_of(job) == 2


def test_an_object_deleted_since_can_be_made_anew(refused: Any, developer: User, job: Any) -> None:
    object_delete(actor=Actor(developer, Channel.WEB), target=job)
    client, page = sign_in(developer, refused)
    assert "shared was deleted after you began." in page.content.decode()
    assert page.context["document_form"]["description"].value() == "typed long"


def test_it_is_kept_for_a_day(refused: Any, developer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "KEPT_AGE", timedelta(0))
    client, page = sign_in(developer, refused)
    assert page.redirect_chain and page.context["document_form"].is_bound is False


def test_a_form_of_a_new_object_is_kept_too(client_for: Any, developer: User, workspace: Workspace) -> None:
    action, sent = typed(
        client_for(developer), f"/admin/catalogue/script/add/?workspace={workspace.pk}", content="select 1"
    )
    client, page = sign_in(developer, Client().post(action, sent))
    form = page.context["document_form"]
    assert (form["content"].value(), form["workspace"].value()) == ("select 1", workspace.pk)


def test_the_longest_text_is_carried_too(client_for: Any, developer: User, workspace: Workspace) -> None:
    lines = "".join(
        f"insert into t values ({number}, {number * 2654435761 % 2**32});\n" for number in range(100_000)
    )
    assert len(lines) > 4_000_000
    action, sent = typed(
        client_for(developer), f"/admin/catalogue/script/add/?workspace={workspace.pk}", content=lines
    )
    client, page = sign_in(developer, Client().post(action, sent))
    assert page.context["document_form"]["content"].value() == lines


def test_what_is_too_long_is_said_not_to_be_carried(
    client_for: Any, developer: User, job: CatalogueObject, settings: Any
) -> None:
    action, sent = typed(client_for(developer), f"/admin/catalogue/job/{job.pk}/change/")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = kept_forms.OTHER_FIELDS + 100
    answer = Client().post(action, sent)
    assert "too long to be carried" in answer.content.decode()
    assert carried(answer) == (LOGIN, {"next": f"/admin/catalogue/job/{job.pk}/change/"})


def test_signing_in_there_asks_for_the_value_against_forged_forms(
    refused: Any, developer: User, job: CatalogueObject
) -> None:
    action, fields = carried(refused)
    client = Client(enforce_csrf_checks=True)
    answer = client.post(action, fields | {"username": "developer", "password": PASSWORD})
    assert answer.status_code == 403 and "sessionid" not in client.cookies
    assert carried(answer) == (action, fields), "a fresh page, which still carries it"


def test_the_page_that_was_shown_by_signing_in_can_be_reloaded(
    refused: Any, developer: User, job: CatalogueObject
) -> None:
    action, fields = carried(refused)
    again = in_a_new_session(developer).post(action, fields | {"username": "developer", "password": "gone"})
    assert again.context["document_form"]["description"].value() == "typed long"
    assert revision_of(job) == 1


@pytest.mark.parametrize("by", ["", "x", "1:forged:abc"])
def test_the_text_of_strangers_is_not_read(job: CatalogueObject, by: str) -> None:
    answer = Client().post(f"/admin/catalogue/job/{job.pk}/change/?by={by}", {"json": "x"})
    assert answer.status_code == 302 and answer.url.startswith(LOGIN)


@pytest.mark.parametrize("kept", ["x", "gAAAA", "é"])
def test_a_forged_text_is_nothing(refused: Any, developer: User, job: CatalogueObject, kept: str) -> None:
    action, _fields = carried(refused)
    sent = {"kept": kept, "username": "developer", "password": PASSWORD}
    page = Client().post(action, sent, follow=True)
    assert page.context["document_form"]["description"].value() == "before"


def in_a_new_session(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def test_a_form_of_an_older_session_is_shown_again_with_a_fresh_token(
    client_for: Any, developer: User, job: CatalogueObject
) -> None:
    url = f"/admin/catalogue/job/{job.pk}/change/"
    action, sent = typed(client_for(developer), url, description="typed long")
    client = in_a_new_session(developer)
    answer = client.post(action, sent | {"csrfmiddlewaretoken": "a" * 64})
    page = answer.content.decode()
    assert answer.status_code == 403 and "it is not saved yet" in page
    assert answer.context["document_form"]["description"].value() == "typed long"
    assert revision_of(job) == 1
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"[^>]*>\s*<input[^>]*name="expected"', page)
    assert token
    again = as_sent(answer.context["document_form"]) | {"csrfmiddlewaretoken": token[1]}
    assert client.post(action, again).status_code == 302
    assert document(job)["description"] == "typed long"


def test_a_form_of_another_person_is_carried_to_the_sign_in_page(
    client_for: Any, developer: User, workspace_admin: User, job: CatalogueObject
) -> None:
    action, sent = typed(
        client_for(developer), f"/admin/catalogue/job/{job.pk}/change/", description="typed long"
    )
    answer = in_a_new_session(workspace_admin).post(action, sent)
    page = answer.content.decode()
    assert answer.status_code == 403 and "typed long" not in page and "sign in as the same person" in page
    client, page = sign_in(developer, answer)
    assert page.context["document_form"]["description"].value() == "typed long"


def test_a_forged_form_is_not_shown(developer: User, job: CatalogueObject) -> None:
    url = f"/admin/catalogue/job/{job.pk}/change/?by=1:forged:abc"
    answer = in_a_new_session(developer).post(url, {"json": "planted"})
    assert answer.status_code == 403 and "planted" not in answer.content.decode()
    assert "The form was not accepted" in answer.content.decode()


def test_a_locked_database_gives_the_form_back(
    client_for: Any, developer: User, job: CatalogueObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_: Any) -> None:
        raise OperationalError("database is locked")

    client = client_for(developer)
    action, sent = typed(client, f"/admin/catalogue/job/{job.pk}/change/", description="<b>typed</b>\n long")
    with monkeypatch.context() as patched:
        patched.setattr("dlfportal.adminsite.documents.editing.object_update", locked)
        answer = client.post(action, sent)
    page = answer.content.decode()
    assert answer.status_code == 503 and "<b>typed" not in page
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<textarea name="([^"]*)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    }
    assert f'action="{escape(action)}"' in page
    assert client.post(action, fields).status_code == 302
    assert document(job)["description"] == "<b>typed</b>\n long"
