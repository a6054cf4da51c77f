from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.audit.actor import Actor, Via


@pytest.fixture
def actor(viewer: User) -> Actor:
    """The viewer, at the API's door: exporting needs no more."""
    return Actor(viewer, Via.API, "r" * 32)
