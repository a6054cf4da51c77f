"""What every request of a signed-in person asks: the session and the person, by one query each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.queries import count_queries

PAGE = "/accounts/password/"
"""A page that shows nothing of the catalogue."""


def is_signed_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_a_page_costs_the_session_and_the_person_and_a_stranger_nothing(
    client_for: Callable[[User], Client], admin: User, viewer: User
) -> None:
    """Of members it also asks whether the head of the page offers the admin."""
    for person, queries in ((admin, 2), (viewer, 3)):
        client = client_for(person)
        client.get(PAGE)
        assert count_queries(lambda client=client: client.get(PAGE)) == queries  # type: ignore[misc]
    assert count_queries(lambda: Client().get("/accounts/login/")) == 0


def test_a_session_that_has_ended_is_none(client_for: Callable[[User], Client], viewer: User) -> None:
    client = client_for(viewer)
    assert is_signed_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(client)


def test_a_session_that_was_changed_or_does_not_exist_is_none(
    client_for: Callable[[User], Client], viewer: User
) -> None:
    client = client_for(viewer)
    Session.objects.update(session_data="x" * 40)
    assert not is_signed_in(client)
    client.cookies["sessionid"] = "y" * 32
    assert not is_signed_in(client)


def test_who_is_disabled_or_gone_is_signed_in_no_more(
    client_for: Callable[[User], Client], viewer: User, stranger: User
) -> None:
    client, other = client_for(viewer), client_for(stranger)
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    stranger.delete()
    assert not is_signed_in(client)
    assert not is_signed_in(other)


def test_the_person_of_a_request_is_whole(client_for: Callable[[User], Client], viewer: User) -> None:
    """Its columns are as Django reads them: times with their zone, truth values."""
    request = client_for(viewer).get(PAGE).wsgi_request
    assert request.user.is_active is True
    expected = User.objects.get(pk=viewer.pk)
    names = [field.attname for field in User._meta.concrete_fields]
    assert [getattr(request.user, name) for name in names] == [getattr(expected, name) for name in names]
