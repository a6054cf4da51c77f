"""Acts of the record: any filter finds what a plain scan finds, newest first, and never reads all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.contrib.auth.models import User
from django.db import connection

from dlfportal.audit import acts
from dlfportal.audit.actions import Action
from dlfportal.audit.acts import ActFilter, Scope, acts_before, acts_find, parts_find
from dlfportal.audit.models import AuditEntry
from tests.factories import UserFactory
from tests.plans import growing_queries

START = datetime(2026, 11, 1, tzinfo=UTC)
SPACES = ("a" * 32, "c" * 32, "e" * 32)
WHO = ("anna", "li.na")
ACTIONS = (Action.JOB_UPDATE, Action.SCRIPT_DELETE, Action.EXPORT)
CHANNELS = ("web", "api")


@pytest.fixture
def record(db: None) -> list[AuditEntry]:
    """Many acts of few people, several at the same moment, and an import with two parts in each workspace."""
    rows = [
        AuditEntry(
            at=START + timedelta(minutes=number // 2),
            action=action,
            workspace_id=space,
            kind="script" if action == Action.SCRIPT_DELETE else "job",
            object_name=f"thing_{number % 3}",
            user_name=who,
            channel=channel,
        )
        for number, (space, who, action, channel) in enumerate(product(SPACES, WHO, ACTIONS, CHANNELS))
    ]
    AuditEntry.objects.bulk_create(rows)
    for space in SPACES:
        act = AuditEntry.objects.create(
            at=START + timedelta(hours=9),
            action=Action.IMPORT,
            workspace_id=space,
            user_name="anna",
            channel="web",
        )
        for name in ("thing_0", "new"):
            AuditEntry.objects.create(
                at=START + timedelta(hours=9),
                action=Action.JOB_CREATE,
                workspace_id=space,
                kind="job",
                object_name=name,
                user_name="anna",
                channel="web",
                part_of=act,
            )
    return list(AuditEntry.objects.order_by("-at", "-id"))


FILTERS = [
    ActFilter(),
    ActFilter(who="anna"),
    ActFilter(actions=(Action.JOB_UPDATE, Action.EXPORT)),
    ActFilter(actions=()),
    ActFilter(channel="api"),
    ActFilter(who="li.na", actions=(Action.EXPORT,), channel="web"),
    ActFilter(name="thing_0"),
    ActFilter(name="thing_0", kind="job", channel="web"),
    ActFilter(since=START + timedelta(minutes=5), until=START + timedelta(minutes=12)),
    ActFilter(name="thing_1", since=START + timedelta(minutes=5)),
]


def matches(entry: AuditEntry, chosen: ActFilter, workspaces: tuple[str, ...]) -> bool:
    """Say plainly what the filter means."""
    return all(
        (
            entry.workspace_id in workspaces,
            entry.part_of_id is None or chosen.name,
            chosen.who in ("", entry.user_name),
            chosen.actions is None or entry.action in chosen.actions,
            chosen.channel in ("", entry.channel),
            chosen.name in ("", entry.object_name),
            not chosen.name or chosen.kind in ("", entry.kind),
            chosen.since is None or entry.at >= chosen.since,
            chosen.until is None or entry.at < chosen.until,
        )
    )


@pytest.mark.parametrize("chosen", FILTERS, ids=repr)
@pytest.mark.parametrize("workspaces", [SPACES[:1], SPACES[:2]], ids=["one", "two"])
def test_pages_of_a_filter_hold_what_a_scan_finds_in_order(
    record: list[AuditEntry], chosen: ActFilter, workspaces: tuple[str, ...]
) -> None:
    if chosen.name:
        record.sort(key=lambda entry: -entry.pk)
    expected = [entry.pk for entry in record if matches(entry, chosen, workspaces)]
    scope, found, place = Scope(workspaces), [], None
    while page := acts_find(scope, chosen, 4, place).entries:
        found += [entry.pk for entry in page]
        place = [getattr(page[-1], name.replace("pk", "id")) for name in chosen.order.names]
    assert found == expected
    if len(found) > 5:
        last = AuditEntry.objects.get(pk=found[-1])
        before = acts_before(scope, chosen, 3, [getattr(last, name) for name in chosen.order.names])
        assert [entry.pk for entry in before.entries] == found[-4:-1]


def test_a_list_says_how_far_it_looked_and_goes_on_from_there(
    record: list[AuditEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "LOOKED_AT", 6)
    monkeypatch.setattr(acts, "LOOKED_AT_LEAST", 2)
    scope, chosen = Scope(SPACES), ActFilter(channel="api")
    expected = {entry.pk for entry in record if matches(entry, chosen, SPACES)}
    found, place, pages = set[int](), None, 0
    while True:
        page = acts_find(scope, chosen, 100, place)
        found |= {entry.pk for entry in page.entries}
        pages += 1
        if page.looked_to is None:
            break
        place = page.looked_to
    assert found == expected
    assert pages > 3


def test_a_person_sees_what_they_did_and_what_was_tried_in_their_name_outside_of_workspaces(db: None) -> None:
    anna = UserFactory(username="anna", date_joined=START)
    other = UserFactory(username="other")

    def sign_in(user: User | None, name: str, minutes: int, action: str = Action.SIGN_IN) -> int:
        at = START + timedelta(minutes=minutes)
        return AuditEntry.objects.create(at=at, user=user, user_name=name, action=action, channel="web").pk

    sign_in(None, "anna", -5, Action.SIGN_IN_REFUSE)  # somebody of this name before her
    sign_in(other, "anna", 1)  # somebody who was called so once
    sign_in(other, "other", 2)
    mine = [sign_in(anna, "anna", 3), sign_in(None, "anna", 4, Action.SIGN_IN_REFUSE)]
    scope = Scope([], anna)
    assert [entry.pk for entry in acts_find(scope, ActFilter(), 10).entries] == mine[::-1]
    refused = ActFilter(actions=(Action.SIGN_IN_REFUSE,))
    assert [entry.pk for entry in acts_find(scope, refused, 10).entries] == mine[1:]
    assert acts_find(scope, ActFilter(who="other"), 10).entries == []


def test_parts_of_an_act_come_in_pages(record: list[AuditEntry]) -> None:
    act = next(entry for entry in record if entry.action == Action.IMPORT)
    (first,) = parts_find(act, 1)
    assert first.object_name == "thing_0"
    assert [part.object_name for part in parts_find(act, 9, first.pk)] == ["new"]


@pytest.mark.parametrize("chosen", FILTERS, ids=repr)
@pytest.mark.parametrize("workspaces", [SPACES[:1], SPACES[:2]], ids=["one", "two"])
def test_no_filter_reads_the_whole_record(
    record: list[AuditEntry], chosen: ActFilter, workspaces: tuple[str, ...]
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("plans of SQLite")
    scope = Scope(workspaces, UserFactory(username="anna"))
    place = [record[9].at, record[9].pk] if not chosen.name else [record[9].pk]
    grown = growing_queries(lambda: acts_find(scope, chosen, 5, place), ["audit_auditentry"])
    assert grown == []
