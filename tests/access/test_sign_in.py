"""Guessing is slow, and nobody but the guesser waits: at the sign-in page and for tokens."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from dlfportal.access.throttle import client_address
from dlfportal.audit.models import AuditEntry
from tests.factories import PASSWORD

HOME = "10.0.0.1"
AWAY = "192.0.2.7"


def sign_in(name: str, password: str, address: str = HOME, **headers: str) -> Any:
    sent = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address, headers=headers).post("/accounts/login/", sent)


def token(name: str, password: str, address: str = HOME, **headers: str) -> Any:
    user = {"name": name, "password": password, "domain": {"name": "team"}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    client = Client(REMOTE_ADDR=address, headers=headers)
    return client.post("/v3/auth/tokens", json.dumps(body), content_type="application/json")


WRONG = {sign_in: 200, token: 401}
RIGHT = {sign_in: 302, token: 201}
both = pytest.mark.parametrize("ask", [sign_in, token])


def statuses(ask: Any, times: int, name: str = "viewer", **where: str) -> set[int]:
    return {ask(name, "wrong", **where).status_code for _ in range(times)}


@both
@pytest.mark.parametrize("name", ["viewer", "nobody"])
def test_after_five_wrong_passwords_not_even_the_right_one_is_looked_at(
    viewer: User, ask: Any, name: str
) -> None:
    assert statuses(ask, 5, name) == {WRONG[ask]}
    refused = ask(name, PASSWORD)
    assert refused.status_code == 429
    assert 290 <= int(refused["Retry-After"]) <= 300
    assert "Try again in 5 minutes" in refused.content.decode()


def test_iam_says_so_in_its_own_shape(viewer: User) -> None:
    statuses(token, 5)
    error = token("viewer", PASSWORD).json()["error"]
    assert (error["code"], error["title"]) == (429, "Too Many Requests")


def test_both_ways_in_count_together(viewer: User) -> None:
    statuses(token, 3)
    statuses(sign_in, 2)
    assert token("viewer", PASSWORD).status_code == sign_in("viewer", PASSWORD).status_code == 429


@both
def test_a_guesser_locks_nobody_out_elsewhere(viewer: User, ask: Any) -> None:
    statuses(ask, 12, address=AWAY)
    assert ask("viewer", PASSWORD, HOME).status_code == RIGHT[ask]


@both
def test_many_addresses_share_the_tries_of_a_name_but_not_where_the_person_is_known(
    viewer: User, ask: Any
) -> None:
    assert ask("viewer", PASSWORD, HOME).status_code == RIGHT[ask]
    got = [ask("viewer", "wrong", f"192.0.2.{number}").status_code for number in range(21)]
    assert got == [WRONG[ask]] * 20 + [429]
    assert ask("viewer", PASSWORD, AWAY).status_code == 429
    assert ask("viewer", PASSWORD, HOME).status_code == RIGHT[ask]


@both
def test_an_address_shares_its_tries_over_all_names(viewer: User, ask: Any) -> None:
    got = [ask(f"name{number}", "wrong", AWAY).status_code for number in range(21)]
    assert got == [WRONG[ask]] * 20 + [429]
    assert ask("viewer", PASSWORD, AWAY).status_code == 429
    assert ask("viewer", PASSWORD, HOME).status_code == RIGHT[ask]


def test_one_who_may_sign_in_cannot_wipe_out_the_guesses_at_another(viewer: User, admin: User) -> None:
    for _ in range(5):
        assert sign_in("admin", "wrong").status_code == 200
        assert sign_in("viewer", PASSWORD).status_code == 302
    assert sign_in("admin", PASSWORD).status_code == 429


def test_the_right_password_forgets_ones_own_wrong_ones(viewer: User) -> None:
    for _ in range(3):
        assert statuses(sign_in, 4) == {200}
        assert sign_in("viewer", PASSWORD).status_code == 302


@both
def test_a_lock_ends_by_itself_and_trying_does_not_make_it_longer(viewer: User, ask: Any) -> None:
    statuses(ask, 5)
    attempt = AccessAttempt.objects.get()
    assert statuses(ask, 5) == {429}
    assert AccessAttempt.objects.get().attempt_time == attempt.attempt_time
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - timedelta(minutes=5))
    assert ask("viewer", PASSWORD).status_code == RIGHT[ask]


def test_an_operator_lifts_locks(viewer: User) -> None:
    statuses(sign_in, 5)
    call_command("axes_reset_username", "viewer", verbosity=0)
    assert sign_in("viewer", PASSWORD).status_code == 302


@both
def test_a_header_changes_nothing_without_a_proxy(viewer: User, ask: Any) -> None:
    for number in range(5):
        ask("viewer", "wrong", **{"X-Forwarded-For": f"192.0.2.{number}"})
    assert ask("viewer", PASSWORD, **{"X-Forwarded-For": "198.51.100.1"}).status_code == 429


@both
def test_behind_a_proxy_what_the_client_adds_itself_changes_nothing(
    viewer: User, ask: Any, settings: Any
) -> None:
    settings.DLF_TRUSTED_PROXIES = 1
    for number in range(5):
        ask("viewer", "wrong", **{"X-Forwarded-For": f"198.51.100.{number}, {AWAY}"})
    assert ask("viewer", PASSWORD, **{"X-Forwarded-For": f"1.2.3.4, {AWAY}"}).status_code == 429
    assert ask("viewer", PASSWORD, **{"X-Forwarded-For": HOME}).status_code == RIGHT[ask]


@pytest.mark.parametrize(
    ("proxies", "peer", "sent", "address"),
    [
        (0, "10.0.0.1", "1.1.1.1", "10.0.0.1"),
        (1, "10.0.0.1", "1.1.1.1", "1.1.1.1"),
        (1, "10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        (2, "10.0.0.1", "6.6.6.6", "10.0.0.1"),
        (1, "10.0.0.1", "nonsense", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "10.0.0.1", "1.1.1.1:4711", "1.1.1.1"),
        (1, "10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        (0, "::ffff:1.1.1.1", "", "1.1.1.1"),
        (0, "fe80::1%eth0", "", "fe80::1"),
        (0, "", "1.1.1.1", ""),
        (1, "", "1.1.1.1", "1.1.1.1"),
    ],
)
def test_the_address_is_what_our_own_proxies_say(
    settings: Any, proxies: int, peer: str, sent: str, address: str
) -> None:
    settings.DLF_TRUSTED_PROXIES = proxies
    assert client_address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": sent}) == address


def test_a_machine_has_a_whole_network_of_ipv6_and_no_more_tries_for_it(viewer: User) -> None:
    for number in range(5):
        sign_in("viewer", "wrong", f"2001:db8::{number}")
    assert sign_in("viewer", PASSWORD, "2001:db8::ffff").status_code == 429
    assert sign_in("viewer", PASSWORD, "2001:db8:0:1::1").status_code == 302


def test_without_an_address_as_behind_a_socket_names_count(viewer: User) -> None:
    statuses(sign_in, 5, address="")
    assert sign_in("viewer", PASSWORD, "").status_code == 429


@both
def test_an_unknown_name_costs_what_a_known_one_costs(
    viewer: User, ask: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    User.objects.update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", 10))
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 10)
    hashed: list[str] = []
    encode = PBKDF2PasswordHasher.encode

    def counted(self: Any, *args: Any) -> str:
        hashed.append("once")
        return encode(self, *args)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    seen = []
    for name in ("viewer", "nobody"):
        hashed.clear()
        answer = ask(name, "wrong")
        seen.append((answer.status_code, len(hashed), len(answer.content.replace(name.encode(), b""))))
    if ask is token:
        assert seen[0] == seen[1]
    assert seen[0][:2] == seen[1][:2] == (WRONG[ask], 1)


def record() -> list[tuple[str, str, bool, dict[str, Any]]]:
    return [
        (entry.action, entry.user_name, entry.user_id is not None, entry.detail)
        for entry in AuditEntry.objects.order_by("pk")
    ]


@pytest.mark.parametrize(
    ("ask", "good", "bad"),
    [(sign_in, "session.sign_in", "session.refuse"), (token, "token.issue", "token.refuse")],
)
def test_who_comes_in_and_who_is_refused_is_in_the_record(
    viewer: User, ask: Any, good: str, bad: str
) -> None:
    ask("viewer", "wrong")
    ask("nobody", "wrong", AWAY)
    ask("viewer", PASSWORD)
    found = record()
    assert [row[:3] for row in found] == [
        (bad, "viewer", True),
        (bad, "nobody", False),
        (good, "viewer", True),
    ]
    assert [row[3]["address"] for row in found] == [HOME, AWAY, HOME]
    assert "wrong" not in str(found)
    requests = set(AuditEntry.objects.values_list("request_id", flat=True))
    assert len(requests) == 3 and all(len(request) == 32 for request in requests)


def test_the_name_as_typed_is_cut(db: None) -> None:
    assert token("x" * 9000, "wrong").status_code == 401
    assert AuditEntry.objects.get().user_name == "x" * 150


@both
def test_refused_tries_fill_no_record(viewer: User, ask: Any) -> None:
    statuses(ask, 12)
    assert [entry.detail["locked"] for entry in AuditEntry.objects.order_by("pk")] == [False] * 4 + [True]
    assert AccessAttempt.objects.count() == 1


def test_nothing_of_a_request_is_kept_with_a_guess(viewer: User) -> None:
    client = Client(headers={"User-Agent": "curl"})
    client.post("/accounts/login/?next=/secret/", {"username": "viewer", "password": "hunter22"})
    row = AccessAttempt.objects.values().get()
    assert "hunter22" not in str(row) and "secret" not in str(row)


def test_signing_out_is_in_the_record(client_for: Any, viewer: User, developer: User) -> None:
    client_for(viewer).post("/accounts/logout/")
    client_for(developer).post("/admin/logout/")
    assert [row[:2] for row in record()] == [
        ("session.sign_out", "viewer"),
        ("session.sign_out", "developer"),
    ]
