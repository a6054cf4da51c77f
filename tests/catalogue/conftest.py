from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.audit.actor import Actor, Channel


@pytest.fixture
def actor(developer: User) -> Actor:
    """The developer, on the web channel."""
    return Actor(developer, Channel.WEB, "r" * 32)
