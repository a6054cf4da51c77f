from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from tests.web.pages import text_of

SignIn = Callable[[User], Client]


def test_help_has_the_export_of_the_readers_own_workspace(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    html = text_of(client_for(viewer), "/help/")
    assert f"http://testserver/v1/{workspace.project_id}/jobs/myJob/export" in html
    assert workspace.pk in html
    assert "X-DLF-Missing" in html


def test_help_tells_how_to_import(client_for: SignIn, developer: User, workspace: Workspace) -> None:
    html = text_of(client_for(developer), "/help/")
    for words in (
        "importpackage",
        "createbucket",
        "importworker",
        "jobs/check-file",
        "jobs/import",
        "system-tasks",
    ):
        assert words in html
    for page in ("bucket", "importrun"):
        assert f'href="/admin/transfer/{page}/"' in html


def test_help_is_there_without_a_workspace(client_for: SignIn, admin: User) -> None:
    assert "/jobs/myJob/export" in text_of(client_for(admin), "/help/")


def test_help_is_reached_from_every_page(client_for: SignIn, viewer: User, workspace: Workspace) -> None:
    assert 'href="/help/"' in text_of(client_for(viewer), f"/w/{workspace.pk}/jobs/")
