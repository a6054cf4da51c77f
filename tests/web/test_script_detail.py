from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from time import monotonic

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue import references
from dlfportal.web.code import code, lexer_for
from dlfportal.web.pages import object as object_module
from tests.factories import JobFactory, ScriptFactory, node
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


def test_script_page_shows_the_source_and_who_uses_it(browser: Client, workspace: Workspace) -> None:
    ScriptFactory(
        workspace=workspace,
        name="load",
        content="SELECT 1;\r\n",
        database="dwd",
        configuration={"spark.x": 3},
    )
    JobFactory(workspace=workspace, name="user_job", nodes=[node("n", scriptName="load")])
    html = text_of(browser, address(workspace, "scripts/load/"))
    assert '<span class="k">SELECT</span>' in html
    assert "dwd" in html
    assert "spark.x" in html
    used = text_of(browser, address(workspace, "scripts/load/"), tab="uses")
    assert f'href="{address(workspace, "jobs/user_job/")}"' in used


@pytest.mark.parametrize("script_type", ["DLISQL", "Shell", "PYTHON", "DWSSQL", "RDSSQL", "Unknown"])
def test_script_page_escapes_the_source(browser: Client, workspace: Workspace, script_type: str) -> None:
    evil = "<script>alert(1)</script> '</pre>"
    ScriptFactory(workspace=workspace, name="evil", type="DLISQL", content=evil, description=evil)
    html = text_of(browser, address(workspace, "scripts/evil/"))
    assert "<script>alert" not in html
    assert "<script>" not in code(evil, lexer_for(script_type), "source").html


def test_long_script_is_shown_plain_and_quickly(browser: Client, workspace: Workspace) -> None:
    content = "SELECT '<b>' FROM a; -- 注释\n" * 110_000
    ScriptFactory(workspace=workspace, name="long", content=content)
    started = monotonic()
    html = text_of(browser, address(workspace, "scripts/long/"))
    assert monotonic() - started < 4
    assert "shown without highlighting" in html
    assert "&lt;b&gt;" in html
    assert html.count("注释") == 110_000


def test_script_page_does_not_exist_for_a_stranger(
    client_for: SignIn, stranger: User, workspace: Workspace
) -> None:
    ScriptFactory(workspace=workspace, name="load")
    assert client_for(stranger).get(address(workspace, "scripts/load/")).status_code == 404


def test_a_script_that_many_jobs_use_names_all_of_them_on_demand(
    browser: Client, workspace: Workspace
) -> None:
    ScriptFactory(workspace=workspace, name="shared")
    for number in range(52):
        JobFactory(workspace=workspace, name=f"user_{number:02}", nodes=[node("n", scriptName="shared")])
    url = address(workspace, "scripts/shared/")
    cut, whole = text_of(browser, url, tab="uses"), text_of(browser, url, tab="uses", all="1")
    assert ("user_49" in cut, "user_50" in cut) == (True, False)
    assert f'href="{url}?tab=uses&amp;all=1"' in cut
    assert "user_50" in whole and "user_51" in whole


def test_a_script_that_very_many_jobs_use_names_them_page_by_page(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "USERS_ORDERED", 4)
    monkeypatch.setattr(object_module, "SHOWN", 2)
    ScriptFactory(workspace=workspace, name="shared")
    names = [f"user_{number}" for number in range(5)]
    for name in names:
        JobFactory(workspace=workspace, name=name, nodes=[node("n", scriptName="shared")])
    url = address(workspace, "scripts/shared/")
    html, seen = text_of(browser, url, tab="uses"), []
    assert '<span class="muted small">4+</span>' in html
    assert "Show all" not in html
    for _ in range(3):
        seen.append([name for name in names if f">{name}</a>" in html])
        if ahead := re.search(r'href="([^"]*users=[^"]*)"', html):
            html = text_of(browser, unescape(ahead[1]))
    assert seen == [names[:2], names[2:4], names[4:]]
    assert f'href="{url}?tab=uses"' in html
    for odd in ("x", "٣", "-1", "9" * 30):
        assert "user_0" in text_of(browser, url, tab="uses", users=odd)


def test_numbers_of_lines_are_links_and_the_text_can_be_taken_away(
    browser: Client, workspace: Workspace
) -> None:
    ScriptFactory(workspace=workspace, name="load", content="SELECT 1;\n\n/* two\nlines */\n")
    html = text_of(browser, address(workspace, "scripts/load/"))
    assert re.findall(r'<span id="L(\d+)"><span class="linenos"><a href="#L(\d+)">', html) == [
        (str(number), str(number)) for number in range(1, 5)
    ]
    assert f'href="{address(workspace, "scripts/load/download/")}"' in html


def test_script_page_names_the_other_users_of_its_connection(browser: Client, workspace: Workspace) -> None:
    for name in ("load", "other"):
        ScriptFactory(workspace=workspace, name=name, connectionName="hive")
    assert "1 other uses it" in text_of(browser, address(workspace, "scripts/load/"))
