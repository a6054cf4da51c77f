"""A client that calls the API with a token, as a program does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.access.services import ProjectScope, token_issue
from tests.factories import PASSWORD

Call = Callable[..., HttpResponse]


@pytest.fixture
def call_as(workspace: Workspace) -> Callable[[User], Call]:
    """Return a function that gives a caller of the API below the project of `workspace`."""

    def signed_in(user: User) -> Call:
        scope = ProjectScope(id=workspace.project_id)
        issued = token_issue(username=user.get_username(), password=PASSWORD, project=scope)
        assert issued

        def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
            return Client(headers={"X-Auth-Token": issued.text, **headers}).generic(
                method,
                f"/v1/{workspace.project_id}/{path}",
                "" if body is None else json.dumps(body),
                content_type="application/json",
            )

        return call

    return signed_in
