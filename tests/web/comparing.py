"""What the tests of comparisons share: another workspace, and the page that compares."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Role, Workspace
from tests.factories import MembershipFactory, WorkspaceFactory
from tests.web.pages import address


def production_of(workspace: Workspace, viewer: User) -> Workspace:
    """Return another workspace of the project, which the viewer may see."""
    made: Workspace = WorkspaceFactory(project=workspace.project, name="production")
    MembershipFactory(user=viewer, workspace=made, role=Role.VIEWER)
    return made


def page_of(browser: Client, workspace: Workspace, **params: str) -> Any:
    """Return what the page of a comparison is given."""
    response = browser.get(address(workspace, "compare/"), params)
    assert response.status_code == 200
    return response.context["page"]


def outcomes(page: Any) -> dict[str, str]:
    """Return what is said of the pairs that a page lists, by their names."""
    return {row.name: str(row.pair.outcome) for row in page.rows}
