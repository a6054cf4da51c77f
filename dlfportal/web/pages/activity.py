"""The activity pages: which acts the address asks for, by day, and what one act did."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right, is_superuser, workspaces_with
from dlfportal.audit.actor import Channel
from dlfportal.audit.acts import ActFilter, Scope, acts_before, acts_find, moment_of
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.selectors import recorded_workspaces
from dlfportal.audit.texts import CHANNELS
from dlfportal.catalogue.kinds import KINDS
from dlfportal.db.keyset import Place
from dlfportal.formats.kinds import Kind
from dlfportal.web.acts import OUTSIDE_WORKSPACES, WHATS, Act, What, actions_of, acts_of
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.paging import Address

ACTS_A_PAGE = 50
ACTS_OPEN = 3
"""So many acts of one request are shown without opening its line."""
NEW_AT_MOST = 100
"""So many new acts are counted for somebody who follows the page."""
LONGEST = 255
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ActQuery:
    """What the address of an activity page asks for; what cannot be is left out."""

    who: str = ""
    what: What | None = None
    kind: Kind | None = None
    name: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, params: QueryDict) -> ActQuery:
        """Return the query of `who`, `what`, `kind`, `object`, `via`, `from` and `to`."""
        what, kind, via = (params.get(name, "") for name in ("what", "kind", "via"))
        return cls(
            who=params.get("who", "").strip()[:LONGEST],
            what=What(what) if what in list(What) else None,
            kind=Kind(kind) if kind in list(Kind) else None,
            name=params.get("object", "").strip()[:LONGEST],
            channel=via if via in list(Channel) else "",
            since=_day(params.get("from", "")),
            until=_day(params.get("to", "")),
        )

    @property
    def chosen(self) -> ActFilter:
        """The acts asked for; days are those of the reader's zone, the last one included."""
        of_kind = self.kind if self.kind and not self.name else ""
        asked = [self.what] if self.what else []
        return ActFilter(
            who=self.who,
            actions=actions_of(asked, of_kind) if asked or of_kind else None,
            channel=self.channel,
            kind=self.kind or "",
            name=self.name,
            since=_start(self.since) if self.since else None,
            until=_start(self.until + timedelta(days=1)) if self.until else None,
        )


FILTER_PARAMS = ("who", "what", "kind", "object", "via", "from", "to")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose record somebody reads: the scope, and the workspaces that they may follow links into."""

    scope: Scope
    visible: Collection[str]


@dataclass(frozen=True, slots=True)
class Line:
    """The acts of one request, in the order they were done; `visible` says whether their workspace is."""

    acts: list[Act]
    visible: bool

    @property
    def first(self) -> Act:
        """What the request did first, which stands for it."""
        return self.acts[0]

    @property
    def entry(self) -> AuditEntry:
        """The entry of the first act."""
        return self.first.entry

    @property
    def more(self) -> int:
        """How many of the acts are shown on opening only."""
        return len(self.acts) - ACTS_OPEN

    @property
    def channel(self) -> str | Promise:
        """The channel somebody used."""
        return CHANNELS.get(self.entry.channel, self.entry.channel)


@dataclass(frozen=True, slots=True)
class Day:
    """The acts of one day of the reader's zone."""

    day: date
    title: str | Promise
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """What the template of an activity page is given; without a `frame` it is that of all workspaces.

    `looked` is the moment up to which was looked, if that was not to the end: `older` goes on from there.
    """

    frame: Frame | None
    query: ActQuery
    address: Address
    days: list[Day]
    newest: str
    newer: str
    older: str
    looked: datetime | None
    mark: str

    @property
    def filtered(self) -> bool:
        """Whether the page is narrowed."""
        return self.query != ActQuery()

    @property
    def clear_url(self) -> str:
        """The address of the page not narrowed."""
        return self.address.changed(**dict.fromkeys(FILTER_PARAMS, ""))

    @property
    def whats(self) -> list[tuple[What, Promise]]:
        """The groups of actions that there may be on the page."""
        return [
            (what, label) for what, label in WHATS.items() if not self.frame or what not in OUTSIDE_WORKSPACES
        ]

    @property
    def kinds(self) -> list[tuple[Kind, str]]:
        """The kinds of objects."""
        return [(spec.kind, spec.plural) for spec in KINDS.values()]

    @property
    def channels(self) -> list[tuple[str, Promise]]:
        """The channels somebody may use."""
        return list(CHANNELS.items())

    @property
    def csv_url(self) -> str:
        """The address of the same acts as a table."""
        return f"acts.csv{self.address.changed()}"

    @property
    def json_url(self) -> str:
        """The address of the same acts for programs."""
        return f"acts.json{self.address.changed()}"

    @property
    def new_url(self) -> str:
        """The address that says how many acts are newer than this page."""
        return f"new/{self.address.changed(after=self.mark)}"


def reader_of(user: User | AnonymousUser) -> Reader:
    """Return what a person may read: all for a superuser, else their workspaces and their own sign-ins."""
    visible = set(workspaces_with(user, Right.VIEW).values_list("pk", flat=True))
    if is_superuser(user):
        return Reader(Scope(recorded_workspaces()), visible)
    return Reader(Scope(sorted(visible), user if isinstance(user, User) else None), visible)


def reader_in(workspace_id: str) -> Reader:
    """Return what a member of a workspace may read of it."""
    return Reader(Scope([workspace_id]), {workspace_id})


def activity_page(frame: Frame | None, reader: Reader, params: QueryDict) -> ActivityPage:
    """Return the page of acts that `params` ask for."""
    query, address = ActQuery.read(params), Address(params)
    chosen, size = query.chosen, ACTS_A_PAGE
    after, before = mark_read(params.get("after", ""), chosen), mark_read(params.get("before", ""), chosen)
    entries, is_first, is_last = [], True, False
    found = acts_before(reader.scope, chosen, size + 1, after) if after else None
    if found and len(found.entries) > size:
        entries, is_first = _whole(found.entries[::-1], size)[::-1], False
    else:
        found = acts_find(reader.scope, chosen, size + 1, before)
        entries, is_first = _whole(found.entries, size), before is None
        is_last = len(found.entries) <= size and found.looked_to is None
    older = mark_write(entries[-1]) if entries else ""
    looked = moment_of(found.looked_to) if found.looked_to and len(found.entries) <= size else None
    if looked and found.looked_to:
        older = _mark_of(found.looked_to)
    return ActivityPage(
        frame=frame,
        query=query,
        address=address,
        days=days_of(lines_of(entries, reader.visible)),
        newest="" if is_first else address.changed(),
        newer="" if is_first or not entries else address.changed(after=mark_write(entries[0])),
        older="" if is_last else address.changed(before=older),
        looked=looked,
        mark=mark_write(entries[0]) if entries else "0-0",
    )


def new_count(reader: Reader, params: QueryDict) -> int:
    """Return how many acts are newer than the place in `params`, counted up to `NEW_AT_MOST`."""
    chosen = ActQuery.read(params).chosen
    place = mark_read(params.get("after", ""), chosen)
    return len(acts_before(reader.scope, chosen, NEW_AT_MOST, place).entries) if place else 0


def lines_of(entries: Sequence[AuditEntry], visible: Collection[str]) -> list[Line]:
    """Return entries, newest first, as the lines of a page: one a request."""
    lines = []
    for _request, found in groupby(acts_of(entries, visible), key=lambda act: _request_of(act.entry)):
        acts = list(found)[::-1]
        lines.append(Line(acts, acts[0].entry.workspace_id in visible))
    return lines


def days_of(lines: Sequence[Line]) -> list[Day]:
    """Return lines by the days of the reader's zone."""
    today = timezone.localdate()
    names = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
    by_day = groupby(lines, key=lambda line: timezone.localdate(line.entry.at))
    return [Day(day, names.get(day, ""), list(found)) for day, found in by_day]


def mark_write(entry: AuditEntry) -> str:
    """Return the place of an entry as addresses have it."""
    return f"{(entry.at - EPOCH) // timedelta(microseconds=1)}-{entry.pk}"


def mark_read(text: str, chosen: ActFilter) -> Place | None:
    """Return the place that an address names in the order of a filter, None for none."""
    found = MARK.fullmatch(text)
    if not found:
        return None
    at, pk = EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    return [{"at": at, "id": pk}[name] for name in chosen.order.names]


def _mark_of(place: Place) -> str:
    *at, pk = place
    return f"{(at[0] - EPOCH) // timedelta(microseconds=1) if at else 0}-{pk}"


def _whole(entries: Sequence[AuditEntry], size: int) -> list[AuditEntry]:
    """Return the first entries, as many as a page has, without a request that goes on behind them."""
    kept = list(entries[:size])
    if len(entries) <= size:
        return kept
    following = _request_of(entries[size])
    whole = [entry for entry in kept if _request_of(entry) != following]
    return whole or kept


def _request_of(entry: AuditEntry) -> tuple[str, Any]:
    """Return what the entries of one request share; an entry of no request shares it with no other."""
    return entry.workspace_id, entry.request_id or entry.pk


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1970 < day.year < 9000 else None


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
