"""How much a view takes, and from whom: judged before a byte of the body is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

ANONYMOUS_LIMIT = 64 * 1024
"""Bytes that somebody who has not signed in may send to a page: the forms they see are small."""

FORM_BYTES = 64 * 1024
"""Bytes that the other fields of a form with a file may have."""


class TooLarge(RequestDataTooBig):
    """A body is larger than its view takes; `limit` is what it takes, in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the body is larger than {limit} bytes")


@dataclass(frozen=True, slots=True)
class UploadRule:
    """What a view with a file in its form takes.

    `limit` returns the most bytes of the file. `check` is called with the request and what the address
    names, and raises what refuses the person (PermissionDenied or a PortalError); it must not look at
    the body.
    """

    limit: Callable[[], int]
    check: Callable[..., object]


def takes_upload(view: Callable[..., Any], rule: UploadRule) -> Callable[..., Any]:
    """Return `view`, marked with `rule`; views without one take no more than a form of text."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    marked.upload_rule = rule  # type: ignore[attr-defined]
    return marked


def body_check(
    request: HttpRequest, view: Callable[..., Any], kwargs: dict[str, Any], text_limit: int
) -> None:
    """Refuse a request by its headers when its body may not come in.

    Raises TooLarge, or what the rule of the view raises. `text_limit` is for forms without a file.
    """
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    rule: UploadRule | None = getattr(view, "upload_rule", None)
    if not request.user.is_authenticated:
        limit = ANONYMOUS_LIMIT
    elif rule:
        rule.check(request, **kwargs)
        limit = rule.limit() + FORM_BYTES
    else:
        limit = text_limit
    if length > limit:
        raise TooLarge(limit)
