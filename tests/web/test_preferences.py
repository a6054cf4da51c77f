"""What a person prefers: kept, the same in another browser, and never that of another person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Preference, Workspace
from tests.factories import PASSWORD
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]
CHOSEN = {"language": "zh-hans", "theme": "dark", "zone": "Asia/Shanghai", "density": "comfortable"}


def signed_in(client: Client, user: User) -> Client:
    """Sign in by the form, as a person does in a browser."""
    answer = client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_preferences_follow_the_person_to_another_browser(client_for: SignIn, viewer: User) -> None:
    assert client_for(viewer).post("/preferences/", CHOSEN).status_code == 302
    html = text_of(signed_in(Client(), viewer), "/")
    assert 'lang="zh-hans" data-theme="dark" data-density="comfortable" data-keys="off"' in html
    assert "Asia/Shanghai" in html


def test_what_one_person_chose_does_not_stay_for_the_next(viewer: User, developer: User) -> None:
    Preference.objects.create(user=viewer, density="comfortable", single_keys=False, zone="Asia/Shanghai")
    browser = signed_in(Client(), viewer)
    browser.post("/accounts/logout/")
    html = text_of(signed_in(browser, developer), "/")
    assert 'data-density="compact" data-keys="on"' in html
    assert "Times in UTC" in html


def test_the_language_of_the_sign_in_page_stays_where_none_was_chosen(viewer: User) -> None:
    browser = Client()
    browser.post("/language/", {"language": "zh-hans"})
    assert 'lang="zh-hans"' in text_of(signed_in(browser, viewer), "/")


def test_the_switches_of_the_bar_are_kept_for_the_person(client_for: SignIn, viewer: User) -> None:
    browser = client_for(viewer)
    browser.post("/preferences/theme/", {"theme": "dark"})
    browser.post("/language/", {"language": "zh-hans"})
    kept = Preference.objects.get(user=viewer)
    assert (kept.theme, kept.language) == ("dark", "zh-hans")


def test_the_theme_switch_works_without_script_and_without_an_account(db: None) -> None:
    browser = Client()
    answer = browser.post("/preferences/theme/", {"theme": "dark", "next": "/accounts/login/?next=/"})
    assert answer["Location"] == "/accounts/login/?next=/"
    html = text_of(browser, "/accounts/login/")
    assert 'data-theme="dark"' in html
    assert 'name="theme" value="auto"' in html


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_theme_switch_leads_to_no_other_host(db: None, away: str) -> None:
    answer = Client().post("/preferences/theme/", {"theme": "blink", "next": away})
    assert answer["Location"] == "/"
    assert not answer.cookies


@pytest.mark.parametrize("field", ["language", "theme", "zone", "density"])
def test_unknown_values_are_refused(client_for: SignIn, viewer: User, field: str) -> None:
    answer = client_for(viewer).post("/preferences/", CHOSEN | {field: "../../etc/passwd"})
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {field}
    assert not Preference.objects.exists()


def test_the_form_shows_how_the_pages_look_now(
    client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    browser = client_for(viewer)
    browser.cookies["theme"] = "light"
    assert browser.get("/preferences/").context["form"].initial["theme"] == "light"
    browser.post("/preferences/", CHOSEN)
    assert browser.get("/preferences/").context["form"].initial == CHOSEN | {"single_keys": False}
    assert 'data-density="comfortable"' in text_of(browser, address(workspace, "jobs/"))
