"""A signed-in browser is nobody under /v1/: a page of another site could make it send its cookie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from tests.api.conftest import answer, token_of
from tests.factories import JobFactory

PATH = f"/v1/{'b' * 32}/jobs/nightly/export"


@pytest.mark.parametrize("path", [PATH, f"/v1/{'b' * 32}/jobs/batch-export", "/v1/", "/v1/nothing"])
def test_a_session_does_not_count(
    admin: User, workspace: Workspace, client_for: Callable[[User], Client], path: str
) -> None:
    JobFactory(workspace=workspace, name="nightly")
    browser = client_for(admin)
    assert answer(browser.post(path, content_type="application/json"))[0] == 401
    assert browser.get("/v3/projects").status_code == 401
    assert not AuditEntry.objects.filter(action="package.export").exists()


def test_with_a_token_the_token_alone_counts(
    admin: User, viewer: User, workspace: Workspace, client_for: Callable[[User], Client]
) -> None:
    JobFactory(workspace=workspace, name="nightly")
    browser = Client(enforce_csrf_checks=True, headers={"X-Auth-Token": token_of(viewer, "b" * 32)})
    browser.force_login(admin)
    response = browser.post(PATH, content_type="application/json")
    assert response.status_code == 200
    response.getvalue()
    assert AuditEntry.objects.get(action="package.export").user_name == "viewer"
    assert "sessionid" not in response.cookies
