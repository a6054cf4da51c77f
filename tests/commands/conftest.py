from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

Run = Callable[..., tuple[list[str], list[str]]]


@pytest.fixture
def run(admin: User) -> Run:
    """Return a function that runs a command and gives the lines of its two outputs."""

    def call(*arguments: str) -> tuple[list[str], list[str]]:
        out, err = StringIO(), StringIO()
        call_command(*arguments, stdout=out, stderr=err)
        return out.getvalue().splitlines(), err.getvalue().splitlines()

    return call
