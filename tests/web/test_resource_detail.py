from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from tests.factories import JobFactory, ResourceFactory, node
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]


def test_resource_page_shows_dependencies_and_users(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    ResourceFactory(workspace=workspace, name="common", location="obs://libs/common.jar")
    packages = [
        {"type": "jar", "location": "obs://libs/common.jar"},
        {"type": "file", "location": "obs://x/y.csv"},
    ]
    ResourceFactory(workspace=workspace, name="app", location="obs://libs/app.jar", dependPackages=packages)
    JobFactory(workspace=workspace, name="run", nodes=[node("n", "MRSSpark", resourcePath="app")])
    browser, url = client_for(viewer), address(workspace, "resources/app/")
    html = text_of(browser, url)
    assert "obs://libs/app.jar" in html
    assert f'href="{address(workspace, "resources/common/")}"' in html
    assert "obs://x/y.csv" in html
    assert f'href="{address(workspace, "jobs/run/")}"' in text_of(browser, url, tab="uses")


def test_resource_page_stands_odd_dependencies(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    ResourceFactory(workspace=workspace, name="odd", dependFiles=["obs://a/<b>", None], dependPackages=[{}])
    html = text_of(client_for(viewer), address(workspace, "resources/odd/"))
    assert "obs://a/&lt;b&gt;" in html


def test_resource_page_does_not_exist_for_a_stranger(
    client_for: SignIn, stranger: User, workspace: Workspace
) -> None:
    ResourceFactory(workspace=workspace, name="lib")
    assert client_for(stranger).get(address(workspace, "resources/lib/")).status_code == 404
