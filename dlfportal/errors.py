"""The errors of the portal. They know neither HTTP nor Django: delivery translates and shows them."""

from __future__ import annotations

from typing import Any


def gettext_noop(message: str) -> str:
    """Mark `message` for translation; take and return the English template unchanged."""
    return message


class Word(str):
    """A value of a message that is a message itself, such as the name of a kind: translated with it."""


class PortalError(Exception):
    """Something a person asked for cannot be done.

    `message` is an English template with `%(name)s` places and `params` their values. Delivery
    (web, admin, API, commands) translates the template first and fills the places afterwards.
    """

    def __init__(self, message: str, **params: Any) -> None:
        self.message = message
        self.params = params
        super().__init__(message % params if params else message)


class NotFound(PortalError):
    """The thing does not exist, or the person may not know that it does."""


class Forbidden(PortalError):
    """The person may see the thing but lacks the right for this operation."""


class Conflict(PortalError):
    """The operation does not fit the present state, such as a name that is taken."""


class StaleEdit(Conflict):
    """Somebody else saved a newer revision since this edit began; nothing was written."""


class StalePlan(Conflict):
    """What a plan was made for has changed since; nothing was written."""


class BadRequest(PortalError):
    """What was sent cannot be understood: wrong types, missing values, unknown choices."""
