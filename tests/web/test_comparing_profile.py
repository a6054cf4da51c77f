"""Comparing under a mapping profile, the same change in many, and pairs that a worker reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.comparing import reading
from dlfportal.catalogue.mapping_profiles import profile_save
from dlfportal.catalogue.models import CatalogueObject, ComparedPair
from dlfportal.errors import Conflict
from dlfportal.formats.mapping import MapKind
from dlfportal.transfer.comparing import filling
from dlfportal.transfer.comparing.comparison import comparison_read
from dlfportal.transfer.models import Runner
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.web.comparing import outcomes, page_of, production_of
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]
FAR = datetime(2100, 1, 1, tzinfo=UTC)
PROFILE = "dev → prod"


@pytest.fixture
def production(workspace: Workspace, viewer: User) -> Workspace:
    return production_of(workspace, viewer)


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def scene(workspace: Workspace, production: Workspace) -> None:
    for place, connection in ((workspace, "hive_dev"), (production, "hive_prod")):
        for name in ("one", "two"):
            ScriptFactory(
                workspace=place, name=name, content="1", connectionName=connection, owner=connection[5:]
            )
        node_of = node("load", connectionName=connection)
        JobFactory(workspace=place, name="daily", nodes=[node_of], description=connection[5:])
    mapping = {(MapKind.CONNECTION, "hive_dev"): "hive_prod", (MapKind.OWNER, "dev"): "prod"}
    profile_save(actor=operator(), workspace=production, name=PROFILE, mapping=mapping)


@pytest.mark.usefixtures("scene")
def test_a_profile_of_the_other_side(browser: Client, workspace: Workspace, production: Workspace) -> None:
    side = {"with": production.pk}
    page = page_of(browser, workspace, **side)
    assert outcomes(page) == {"daily": "differ", "one": "differ", "two": "differ"}
    assert [choice.value for choice in page.profiles] == [f"there:{PROFILE}"]
    page = page_of(browser, workspace, **side, profile=f"there:{PROFILE}")
    assert outcomes(page) == {"daily": "differ"}
    assert [row.fields for row in page.rows] == [1]
    counts = {facet.token or "all": facet.count for facet in page.outcomes}
    assert counts == {"all": 1, "differ": 1, "here": 0, "there": 0, "mapped": 2, "same": 0}
    assert outcomes(page_of(browser, workspace, **side, profile=f"there:{PROFILE}", show="mapped")) == {
        "one": "mapped",
        "two": "mapped",
    }
    swapped = browser.get(page.asked.swap_url).context["page"]
    assert swapped.asked.comparison.profile == f"here:{PROFILE}"
    assert outcomes(swapped) == {"daily": "differ"}
    assert not page.is_alike
    CatalogueObject.objects.filter(name="daily").update(deleted_at=timezone.now())
    page = page_of(browser, workspace, **side, profile=f"there:{PROFILE}")
    assert page.is_alike and outcomes(page) == {}


@pytest.mark.usefixtures("scene")
def test_the_pair_says_which_names_were_mapped(
    browser: Client,
    workspace: Workspace,
    production: Workspace,
) -> None:
    params = {
        "with": production.pk,
        "profile": f"there:{PROFILE}",
        "kind": "job",
        "here": "daily",
        "there": "daily",
    }
    text = text_of(browser, address(workspace, "compare/pair/"), **params)
    assert "1 name is mapped by the profile" in text and "hive_dev → hive_prod" in text
    assert "Description" in text


@pytest.mark.usefixtures("scene")
def test_a_profile_that_is_not_there(browser: Client, workspace: Workspace, production: Workspace) -> None:
    for profile in ("there:gone", f"here:{PROFILE}", PROFILE, "x:y"):
        response = browser.get(address(workspace, "compare/"), {"with": production.pk, "profile": profile})
        assert response.status_code == 404, profile


@pytest.mark.usefixtures("scene")
def test_the_same_change_in_many_narrows_the_list(
    browser: Client,
    workspace: Workspace,
    production: Workspace,
) -> None:
    page = page_of(browser, workspace, **{"with": production.pk})
    groups = {(group.before, group.after): group for group in page.groups}
    assert {pair: group.count for pair, group in groups.items()} == {
        ("hive_dev", "hive_prod"): 2,
        ("dev", "prod"): 2,
    }
    url = groups["dev", "prod"].url
    page = browser.get(address(workspace, f"compare/{url}")).context["page"]
    assert outcomes(page) == {"one": "differ", "two": "differ"}
    [current] = [group for group in page.groups if group.current]
    assert (current.before, current.count) == ("dev", 2)
    assert outcomes(page_of(browser, workspace, **{"with": production.pk, "group": "nothing"})) == {}


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let more than two pairs be a worker's."""
    monkeypatch.setattr(reading, "READ_AT_ONCE", 2)
    monkeypatch.setattr(reading, "PAIRS_A_CHUNK", 2)


def told(page: Any) -> tuple[int, bool, bool]:
    return page.progress.unread, page.progress.is_asked, page.progress.has_worker


@pytest.mark.usefixtures("scene", "few_at_once")
def test_many_pairs_are_read_by_a_worker(
    browser: Client,
    workspace: Workspace,
    production: Workspace,
    viewer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    params = {"with": production.pk, "profile": f"there:{PROFILE}"}
    url = address(workspace, "compare/read/")
    assert told(page_of(browser, workspace, **params)) == (3, False, False)
    assert browser.post(url, params, follow=True).status_code == 200
    assert not DBTaskResult.objects.exists()
    Runner.objects.create(queued=True, alive_until=FAR)
    for _again in range(2):
        assert browser.post(url, params).status_code == 302
    [waiting] = DBTaskResult.objects.all()
    assert waiting.args_kwargs["args"] == [viewer.pk, workspace.pk, production.pk, f"there:{PROFILE}"]
    page = page_of(browser, workspace, **params)
    assert told(page) == (3, True, True) and all(row.is_unread for row in page.rows)
    monkeypatch.setattr(filling, "SECONDS", -1)
    filling.compare_read.call(*waiting.args_kwargs["args"])
    assert DBTaskResult.objects.count() == 2, "the next piece waits behind what others asked for"
    assert ComparedPair.objects.count() == 2
    assert page_of(browser, workspace, **params).progress is None, "what is left is read at once"
    monkeypatch.setattr(filling, "SECONDS", 60)
    filling.compare_read.call(*waiting.args_kwargs["args"])
    page = page_of(browser, workspace, **params)
    assert page.progress is None and outcomes(page) == {"daily": "differ"}
    fragment = text_of(browser, address(workspace, "compare/"), **params, fragment="progress")
    assert "data-compare-open" not in fragment


@pytest.mark.usefixtures("scene", "few_at_once")
def test_what_one_may_not_see_any_more_is_not_read(
    workspace: Workspace,
    production: Workspace,
    stranger: User,
) -> None:
    filling.compare_read.call(stranger.pk, workspace.pk, production.pk, "")
    filling.compare_read.call(0, workspace.pk, production.pk, "")
    assert not ComparedPair.objects.exists()


@pytest.mark.usefixtures("scene")
def test_too_many_comparisons_wait(
    workspace: Workspace,
    production: Workspace,
    viewer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Runner.objects.create(queued=True, alive_until=FAR)
    monkeypatch.setattr(filling, "MOST_WAITING", 1)
    actor = Actor(viewer, Channel.WEB)
    filling.readings_request(actor=actor, comparison=comparison_read(actor, workspace.pk, production.pk))
    with pytest.raises(Conflict, match="wait for a worker"):
        filling.readings_request(actor=actor, comparison=comparison_read(actor, production.pk, workspace.pk))
