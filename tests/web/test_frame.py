"""The frame of every page: the menu of workspaces, the tabs, and times in the reader's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone, translation

from dlfportal import times
from dlfportal.access.models import Role, Workspace
from tests.factories import JobFactory, MembershipFactory, WorkspaceFactory
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]
NOW = datetime(2026, 11, 27, 11, 16, 5, tzinfo=UTC)


def menu_of(client: Client, url: str) -> list[tuple[str, str]]:
    """Return name and address of each line among the workspaces used last."""
    response = client.get(url)
    assert response.status_code == 200
    return [(choice.workspace.name, choice.url) for choice in response.context["switcher"].recent]


def test_the_workspaces_used_last_come_first_and_keep_the_tab(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    second = WorkspaceFactory(name="second", project=workspace.project)
    MembershipFactory(user=viewer, workspace=second, role=Role.DEVELOPER)
    client = client_for(viewer)
    assert menu_of(client, address(second, "jobs/")) == [("second", address(second, "jobs/"))]
    assert menu_of(client, address(workspace, "scripts/")) == [
        ("default", address(workspace, "scripts/")),
        ("second", address(second, "scripts/")),
    ]
    assert [name for name, _ in menu_of(client, "/access-keys/")] == ["default", "second"]


def test_the_menu_names_nothing_that_the_reader_may_not_see(
    client_for: SignIn, viewer: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    client = client_for(viewer)
    client.cookies["workspaces"] = f"{other_workspace.pk}.../../etc.{'z' * 5000}"
    assert menu_of(client, address(workspace, "jobs/")) == [("default", address(workspace, "jobs/"))]
    assert "finance" not in text_of(client, "/workspaces/", place="job")
    assert "finance" not in text_of(client, "/workspaces/", place="job", q=other_workspace.pk)


def test_five_workspaces_are_kept(client_for: SignIn, admin: User, workspace: Workspace) -> None:
    client = client_for(admin)
    for number in range(7):
        client.get(address(WorkspaceFactory(name=f"w{number}"), "jobs/"))
    assert [name for name, _ in menu_of(client, "/")] == ["w6", "w5", "w4", "w3", "w2"]


def test_the_filter_finds_by_parts_of_workspace_and_project(
    client_for: SignIn, admin: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    client = client_for(admin)
    found = text_of(client, "/workspaces/", place="script", q="faul NANCE")
    assert address(other_workspace, "scripts/") in found
    assert workspace.pk not in found
    assert "has this in its name" in text_of(client, "/workspaces/", place="script", q="retail finance")
    WorkspaceFactory.create_batch(60)
    crowd = text_of(client, "/workspaces/", place="nothing-known")
    assert crowd.count("<li>") == 50
    assert "There are more" in crowd


def test_the_menu_costs_the_same_with_ten_times_the_workspaces(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    client = client_for(viewer)

    def ten_more() -> None:
        for found in WorkspaceFactory.create_batch(10):
            MembershipFactory(user=viewer, workspace=found, role=Role.VIEWER)

    assert_same_queries(ten_more, lambda: text_of(client, address(workspace, "jobs/")))
    assert_same_queries(ten_more, lambda: text_of(client, "/workspaces/", place="job"))


def test_the_tabs_count_what_the_workspace_holds(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    JobFactory.create_batch(2, workspace=workspace)
    tabs = client_for(viewer).get(address(workspace, "scripts/")).context["page"].frame.tabs
    assert [(tab.place.key, tab.count, tab.current) for tab in tabs if tab.count is not None] == [
        ("job", 2, False),
        ("script", 0, True),
        ("resource", 0, False),
        ("cdm_job", 0, False),
    ]


@pytest.mark.parametrize(
    ("cookies", "zone"),
    [
        ({}, "UTC"),
        ({"browser_zone": "Asia/Shanghai"}, "Asia/Shanghai"),
        ({"browser_zone": "Asia/Shanghai", "zone": "Europe/Berlin"}, "Europe/Berlin"),
        ({"browser_zone": "Asia/Shanghai", "zone": "../../etc/passwd"}, "Asia/Shanghai"),
        ({"browser_zone": "Asia"}, "UTC"),
        ({"browser_zone": "Mars/Olympus"}, "UTC"),
        ({"browser_zone": "A" * 4000}, "UTC"),
        ({"browser_zone": "A/" * 200}, "UTC"),
    ],
)
def test_times_are_in_the_zone_of_the_reader(
    client_for: SignIn, viewer: User, workspace: Workspace, cookies: dict[str, str], zone: str
) -> None:
    JobFactory(workspace=workspace, name="nightly")
    client = client_for(viewer)
    for name, value in cookies.items():
        client.cookies[name] = value
    html = text_of(client, address(workspace, "jobs/nightly/"))
    assert f"Times in {zone}" in html
    assert f' {zone}">today ' in html
    assert timezone.get_current_timezone_name() == "UTC", "the zone of one reader stays with the next"


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("en", NOW.replace(minute=1), "today 19:01"),
        ("en", NOW.replace(day=26), "26 Nov 19:16"),
        ("en", NOW.replace(day=26, hour=17), "today 01:16"),
        ("en", NOW.replace(year=2025), "27 Nov 2025 19:16"),
    ],
)
def test_a_time_is_as_short_as_it_is_clear(
    monkeypatch: pytest.MonkeyPatch, language: str, value: datetime, shown: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override(language), timezone.override("Asia/Shanghai"):
        assert times.short_time(value) == shown
        html = times.moment(value)
    assert f'datetime="{value.astimezone(timezone.get_fixed_timezone(480)).isoformat()}"' in html
    assert "+08:00 Asia/Shanghai" in html
