from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.audit.actor import Actor, Via


@pytest.fixture
def actor(developer: User) -> Actor:
    """The developer, at the web's door."""
    return Actor(developer, Via.WEB, "r" * 32)
