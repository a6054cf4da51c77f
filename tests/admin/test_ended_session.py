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


def carried(answer: Any) -> dict[str, str]:
    """Return the hidden fields of the sign-in page."""
    return dict(re.findall(r'type="hidden" name="(kept|next)" value="([^"]*)"', answer.content.decode()))


def sign_in(user: User, fields: dict[str, str]) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOGIN, fields | {"username": user.username, "password": PASSWORD})


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
    client, answer = sign_in(developer, carried(refused))
    assert answer.url == f"/admin/catalogue/job/{job.pk}/change/"
    page = client.get(answer.url)
    assert "it is not saved yet" in page.content.decode()
    form = page.context["document_form"]
    assert (form["description"].value(), form["owner"].value()) == ("typed long", "me")
    assert revision_of(job) == 1
    assert client.post(answer.url, as_sent(form)).status_code == 302
    assert document(job)["description"] == "typed long"
    assert client.get(answer.url).context["document_form"].is_bound is False


def test_another_person_gets_nothing(refused: Any, workspace_admin: User, job: CatalogueObject) -> None:
    client, answer = sign_in(workspace_admin, carried(refused))
    assert answer.url == f"/admin/catalogue/job/{job.pk}/change/"
    page = client.get(answer.url)
    assert page.context["document_form"]["description"].value() == "before"
    assert "typed long" not in page.content.decode()


def test_a_wrong_password_loses_nothing(refused: Any, developer: User) -> None:
    again = Client().post(LOGIN, carried(refused) | {"username": "developer", "password": "wrong"})
    client, answer = sign_in(developer, carried(again))
    assert client.get(answer.url).context["document_form"]["owner"].value() == "me"


def test_it_goes_through_the_check_for_stale_edits(
    refused: Any, developer: User, workspace_admin: User, job: Any
) -> None:
    object_update(
        actor=Actor(workspace_admin, Channel.WEB),
        target=job,
        document=document(job) | {"logPath": "obs://x/y"},
    )
    client, answer = sign_in(developer, carried(refused))
    page = client.get(answer.url)
    assert page.context["stale"].newest.number == 2
    assert client.post(answer.url, as_sent(page.context["document_form"])).status_code == 200
    assert revision_of(job) == 2


def test_an_object_deleted_since_can_be_made_anew(refused: Any, developer: User, job: Any) -> None:
    object_delete(actor=Actor(developer, Channel.WEB), target=job)
    client, answer = sign_in(developer, carried(refused))
    page = client.get(answer.url)
    assert "shared was deleted after you began." in page.content.decode()
    assert page.context["document_form"]["description"].value() == "typed long"


def test_it_is_kept_for_a_day(refused: Any, developer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "KEPT_AGE", timedelta(0))
    client, answer = sign_in(developer, carried(refused))
    assert client.get(answer.url).context["document_form"].is_bound is False


def test_a_form_of_a_new_object_is_kept_too(client_for: Any, developer: User, workspace: Workspace) -> None:
    action, sent = typed(
        client_for(developer), f"/admin/catalogue/script/add/?workspace={workspace.pk}", content="select 1"
    )
    client, answer = sign_in(developer, carried(Client().post(action, sent)))
    form = client.get(answer.url).context["document_form"]
    assert (form["content"].value(), form["workspace"].value()) == ("select 1", workspace.pk)


def test_what_is_too_long_is_said_not_to_be_carried(
    client_for: Any, developer: User, job: CatalogueObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_forms, "SEALED_CHARACTERS", 100)
    action, sent = typed(client_for(developer), f"/admin/catalogue/job/{job.pk}/change/")
    answer = Client().post(action, sent)
    assert "too long to be carried" in answer.content.decode() and "kept" not in carried(answer)


@pytest.mark.parametrize("by", ["", "x", "1:forged:abc"])
def test_the_text_of_strangers_is_not_read(job: CatalogueObject, by: str) -> None:
    answer = Client().post(f"/admin/catalogue/job/{job.pk}/change/?by={by}", {"json": "x"})
    assert answer.status_code == 302 and answer.url.startswith(LOGIN)


@pytest.mark.parametrize("kept", ["x", "gAAAA", "é"])
def test_a_forged_text_is_nothing(developer: User, kept: str) -> None:
    assert sign_in(developer, {"kept": kept, "next": "/help/"})[1].url == "/help/"


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
    client, answer = sign_in(developer, carried(answer))
    assert client.get(answer.url).context["document_form"]["description"].value() == "typed long"


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
