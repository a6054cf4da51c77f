"""How many bytes a request may bring, by its headers."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from dlfportal.access.uploads import (
    ANONYMOUS_LIMIT,
    FORM_BYTES,
    TooLarge,
    UploadRule,
    body_check,
    takes_upload,
)


def page(request: HttpRequest, **named: str) -> None:
    """Take a form of text."""


def request_of(length: str, user: User | AnonymousUser) -> HttpRequest:
    request = HttpRequest()
    request.META["CONTENT_LENGTH"] = length
    request.user = user
    return request


@pytest.mark.parametrize(
    ("view", "user", "limit"),
    [
        (page, AnonymousUser(), ANONYMOUS_LIMIT),
        (page, User(), 1000),
        (
            takes_upload(page, UploadRule(lambda: 5000, lambda request, **named: None)),
            User(),
            5000 + FORM_BYTES,
        ),
    ],
)
def test_a_body_of_the_limit_is_taken_and_a_byte_more_is_not(view: Any, user: User, limit: int) -> None:
    body_check(request_of("", user), view, {}, 1000)
    body_check(request_of(str(limit), user), view, {}, 1000)
    with pytest.raises(TooLarge) as refused:
        body_check(request_of(str(limit + 1), user), view, {}, 1000)
    assert refused.value.limit == limit


def test_the_rule_of_a_view_is_asked_with_what_the_address_names() -> None:
    asked: list[Any] = []
    rule = UploadRule(lambda: 5000, lambda request, **named: asked.append(named))
    body_check(request_of("1", User()), takes_upload(page, rule), {"workspace_id": "a"}, 1000)
    body_check(request_of("1", AnonymousUser()), takes_upload(page, rule), {"workspace_id": "b"}, 1000)
    assert asked == [{"workspace_id": "a"}]
