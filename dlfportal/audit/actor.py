"""The person behind a change, and the channel they used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User


class Channel(StrEnum):
    """The way a request came in."""

    WEB = "web"
    ADMIN = "admin"
    API = "api"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: every service takes one. `request_id` groups the audit entries of one request."""

    user: User
    channel: Channel
    request_id: str = ""
