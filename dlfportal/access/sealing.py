"""Keeping for a while what may be secret: the database alone does not tell it, SECRET_KEY is needed."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

from dlfportal.errors import Conflict, gettext_noop

PEPPER = "dlfportal.access.sealing"


class Unreadable(Conflict):
    """A text was sealed by a process with another SECRET_KEY."""


def seal(content: bytes) -> str:
    """Return `content` encrypted and signed (Fernet), as ASCII."""
    return _fernet().encrypt(content).decode()


def unseal(sealed: str) -> bytes:
    """Return what `seal` was given. Raises Unreadable."""
    try:
        return _fernet().decrypt(sealed)
    except (InvalidToken, ValueError) as error:  # ValueError: what is not ASCII
        message = gettext_noop("What was kept cannot be read: this process has another SECRET_KEY.")
        raise Unreadable(message) from error


def _fernet() -> Fernet:
    return Fernet(urlsafe_b64encode(salted_hmac(PEPPER, "", algorithm="sha256").digest()))
