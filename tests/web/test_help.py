from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.web.pages.help import TOPICS
from tests.factories import JobFactory, WorkspaceFactory
from tests.pictures import LARGEST
from tests.portal import ROOT
from tests.queries import assert_same_queries
from tests.web.pages import text_of

SignIn = Callable[[User], Client]


def shown_to(client: Client) -> set[str]:
    """Return the topics that the contents of the help lead to."""
    return set(re.findall(r'href="/help/([a-z]+)/"', text_of(client, "/help/")))


def test_every_topic_is_reached_and_opens(client_for: SignIn, admin: User) -> None:
    client = client_for(admin)
    assert shown_to(client) == {topic.key for topic in TOPICS}
    for topic in TOPICS:
        assert f"<h1>{topic.title}</h1>" in text_of(client, topic.url)


def test_every_topic_opens_in_chinese(client_for: SignIn, admin: User) -> None:
    client = client_for(admin)
    client.post("/language/", {"language": "zh-hans"})
    assert "<h1>帮助</h1>" in text_of(client, "/help/")
    for topic in TOPICS:
        assert 'lang="zh-hans"' in text_of(client, topic.url)


def test_topics_lead_from_one_to_the_next(client_for: SignIn, viewer: User) -> None:
    html = text_of(client_for(viewer), "/help/revisions/")
    assert 'rel="prev" href="/help/jobs/"' in html
    assert 'rel="next" href="/help/export/"' in html  # a viewer does not edit


def test_a_viewer_is_not_shown_what_only_others_may_do(client_for: SignIn, viewer: User) -> None:
    client = client_for(viewer)
    assert shown_to(client) == {topic.key for topic in TOPICS} - {"edit", "import", "operators"}
    assert "you add members there" not in text_of(client, "/help/roles/")
    for topic in ("edit", "import", "operators"):
        response = client.get(f"/help/{topic}/")
        assert response.status_code == 403
        assert "about what your role does not allow" in response.content.decode()


def test_what_only_editors_do_stands_in_topics_for_all_too_but_for_them_alone(
    client_for: SignIn, viewer: User, developer: User
) -> None:
    for topic, words in (
        ("lists", "also submit, tag, move and delete"),
        ("revisions", "Where you may edit"),
        ("compare", "Bring to, beside it"),
    ):
        assert words in text_of(client_for(developer), f"/help/{topic}/")
        assert words not in text_of(client_for(viewer), f"/help/{topic}/")


def test_an_admin_of_a_workspace_reads_about_members(client_for: SignIn, workspace_admin: User) -> None:
    assert "you add members there" in text_of(client_for(workspace_admin), "/help/roles/")


def test_the_former_sections_are_entries_of_the_contents(client_for: SignIn, developer: User) -> None:
    html = text_of(client_for(developer), "/help/")
    for anchor in ("portal", "export", "import", "api", "roles", "headers"):
        assert f'<li id="{anchor}">' in html
    assert 'id="headers"' in text_of(client_for(developer), "/help/export/")


@pytest.mark.parametrize("name", ["日报_销售汇总", "nightly"])
def test_examples_name_a_job_that_the_workspace_holds(
    client_for: SignIn, viewer: User, workspace: Workspace, name: str
) -> None:
    JobFactory(workspace=workspace, name=name)
    client = client_for(viewer)
    html = text_of(client, "/help/api/")
    assert f"http://testserver/v1/{workspace.project_id}/jobs/{quote(name)}/export" in html
    assert f"workspace: {workspace.pk}" in html
    link = re.search(r'For example, <a href="([^"]+)"', text_of(client, "/help/jobs/"))
    assert link
    assert name in text_of(client, link[1])


def test_links_of_examples_open(client_for: SignIn, admin: User, workspace: Workspace) -> None:
    JobFactory(workspace=workspace)
    client = client_for(admin)
    links = {
        link
        for topic in TOPICS
        for link in re.findall(
            r'href="(/(?:w|activity|preferences|access-keys)/[^"]*)"', text_of(client, topic.url)
        )
    }
    assert len(links) > 6
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_examples_pass_over_workspaces_where_they_would_fail(
    client_for: SignIn, admin: User, workspace: Workspace
) -> None:
    disabled = WorkspaceFactory(name="a", project__enabled=False)
    JobFactory(workspace=disabled, name="unreachable")
    WorkspaceFactory(name="b")  # holds no job
    JobFactory(workspace=workspace, name="nightly")
    html = text_of(client_for(admin), "/help/api/")
    assert f"/v1/{workspace.project_id}/jobs/nightly/export" in html


def test_examples_of_import_are_of_a_workspace_where_one_may_import(
    client_for: SignIn, stranger: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    workspace.memberships.create(user=stranger, role="viewer")
    JobFactory(workspace=workspace)
    html = text_of(client_for(stranger), "/help/import/")
    assert other_workspace.pk in html
    assert workspace.pk not in html.partition("<main")[2]


def test_help_says_how_to_import(client_for: SignIn, developer: User, workspace: Workspace) -> None:
    html = text_of(client_for(developer), "/help/import/")
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
    assert "/v1/PROJECT_ID/jobs/JOB_NAME/export" in text_of(client_for(admin), "/help/api/")


def test_help_is_reached_from_every_page(client_for: SignIn, viewer: User, workspace: Workspace) -> None:
    assert 'href="/help/"' in text_of(client_for(viewer), f"/w/{workspace.pk}/jobs/")


def test_the_queries_of_the_help_do_not_grow(client_for: SignIn, admin: User, workspace: Workspace) -> None:
    JobFactory(workspace=workspace)
    client = client_for(admin)

    def more() -> None:
        WorkspaceFactory.create_batch(9)
        JobFactory.create_batch(9, workspace=workspace)

    assert_same_queries(more, lambda: client.get("/help/api/"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pictures_are_in_the_readers_language(client_for: SignIn, viewer: User, language: str) -> None:
    client = client_for(viewer)
    client.post("/language/", {"language": language})
    for topic, picture in (
        ("overview", "overview"),
        ("lists", "list"),
        ("jobs", "graph"),
        ("revisions", "difference"),
    ):
        name = f"img/{picture}.{language}.webp"
        assert f'src="/static/{name}"' in text_of(client, f"/help/{topic}/")
        assert (ROOT / "static" / name).stat().st_size <= LARGEST
