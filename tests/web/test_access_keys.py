"""The page of one's own access keys: the secret is shown once, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from dlfportal.access.keys import KEYS_AT_MOST, access_key_create, secret_key
from dlfportal.access.models import AccessKey
from dlfportal.audit.actor import Actor, Channel
from tests.queries import assert_same_queries

SignIn = Callable[[User], Client]
PAGE = "/access-keys/"


def make(user: User, description: str = "") -> AccessKey:
    return access_key_create(actor=Actor(user, Channel.WEB), user=user, description=description).row


def revoke(client: Client, key: AccessKey) -> Any:
    return client.post(f"{PAGE}{key.access_key}/revoke/")


def send(client: Client, description: str = "") -> Any:
    """Open the page, type, and press the button."""
    value = client.get(PAGE).context["form_value"]
    return client.post(PAGE, {"description": description, "form": value})


def test_strangers_sign_in_first(db: None) -> None:
    for response in (Client().get(PAGE), Client().post(PAGE), Client().post(f"{PAGE}X/revoke/")):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_page_lists_ones_own_working_keys(client_for: SignIn, viewer: User, developer: User) -> None:
    mine, theirs, old = make(viewer, "nightly <b>"), make(developer), make(viewer)
    client = client_for(viewer)
    revoke(client, old)
    text = client.get(PAGE).content.decode()
    assert mine.access_key in text
    assert "nightly &lt;b&gt;" in text
    assert "never" in text
    assert theirs.access_key not in text
    assert f"{old.access_key}</code>" not in text


def test_page_without_keys_says_so(client_for: SignIn, viewer: User) -> None:
    assert "No access keys yet" in client_for(viewer).get(PAGE).content.decode()


def test_secret_is_in_the_answer_and_never_again(client_for: SignIn, viewer: User) -> None:
    client = client_for(viewer)
    response = send(client, "sync")
    row = AccessKey.objects.get()
    secret = secret_key(row)
    text = response.content.decode()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert f'data-copy="{secret}"' in text
    assert f'data-copy="{row.access_key}"' in text
    assert (row.user, row.description) == (viewer, "sync")
    again = client.get(PAGE)
    assert secret not in again.content.decode()
    assert again["Cache-Control"] == "no-store"
    assert all(secret not in str(session.get_decoded()) for session in Session.objects.all())


def test_a_reload_makes_no_second_key(client_for: SignIn, viewer: User) -> None:
    """The browser sends the form again; another page of the same person may still send its own."""
    client = client_for(viewer)
    values = [client.get(PAGE).context["form_value"] for _ in range(2)]
    first, again, without, other = (
        client.post(PAGE, {"description": "sync", "form": value})
        for value in (values[0], values[0], "", values[1])
    )
    assert [answer.status_code for answer in (first, again, without, other)] == [200, 302, 400, 200]
    assert again["Location"] == PAGE, "a reload shows the keys, and no error"
    assert 'value="sync"' in without.content.decode()
    assert AccessKey.objects.count() == 2


def test_only_a_value_that_the_portal_gave_this_person_makes_a_key(
    client_for: SignIn, viewer: User, developer: User
) -> None:
    theirs = client_for(developer).get(PAGE).context["form_value"]
    client = client_for(viewer)
    for value in ("made-up", theirs):
        answer = client.post(PAGE, {"description": "sync", "form": value})
        assert answer.status_code == 400 and 'value="sync"' in answer.content.decode()
    assert not AccessKey.objects.exists()


def test_the_answer_says_where_the_key_is_for(client_for: SignIn, viewer: User, stranger: User) -> None:
    text = send(client_for(viewer)).content.decode()
    assert "http://testserver" in text and "b" * 32 in text and "d" * 32 not in text


def test_form_that_is_refused_makes_no_key(client_for: SignIn, viewer: User) -> None:
    response = send(client_for(viewer), "x" * 129)
    assert response.status_code == 400
    assert not AccessKey.objects.exists()


def test_limit_is_told(client_for: SignIn, viewer: User) -> None:
    for _ in range(KEYS_AT_MOST):
        make(viewer)
    client = client_for(viewer)
    response = send(client)
    assert response.status_code == 400
    assert "revoke one first" in response.content.decode()
    assert "disabled" in client.get(PAGE).content.decode()
    assert AccessKey.objects.count() == KEYS_AT_MOST


def test_revoking_ends_a_key_and_returns_to_the_list(client_for: SignIn, viewer: User) -> None:
    key = make(viewer)
    response = revoke(client_for(viewer), key)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert AccessKey.objects.get().revoked_at


def test_keys_of_others_are_404_like_unknown_ones(client_for: SignIn, viewer: User, developer: User) -> None:
    key = make(developer)
    client = client_for(viewer)
    assert revoke(client, key).status_code == 404
    assert client.post(f"{PAGE}{'A' * 20}/revoke/").status_code == 404
    assert AccessKey.objects.get().revoked_at is None


def test_revoking_takes_a_post(client_for: SignIn, viewer: User) -> None:
    key = make(viewer)
    assert client_for(viewer).get(f"{PAGE}{key.access_key}/revoke/").status_code == 405
    assert AccessKey.objects.get().revoked_at is None


@pytest.mark.parametrize("rest", ["", "A" * 20 + "/revoke/"])
def test_posts_need_the_csrf_token(viewer: User, rest: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    assert client.post(PAGE + rest).status_code == 403
    assert not AccessKey.objects.exists()


def test_menu_leads_to_the_page(client_for: SignIn, viewer: User) -> None:
    assert f'href="{PAGE}"' in client_for(viewer).get(PAGE).content.decode()


def test_more_keys_cost_no_more_queries(client_for: SignIn, viewer: User) -> None:
    make(viewer)
    client = client_for(viewer)
    assert_same_queries(lambda: [make(viewer) for _ in range(KEYS_AT_MOST - 1)], lambda: client.get(PAGE))
