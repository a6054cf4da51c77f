"""What narrows a list: the parameters of its address, the chips above it, and which excludes most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import FILTERS_SHOWN, Total, filter_values
from dlfportal.catalogue.index import State
from dlfportal.catalogue.kinds import KindSpec
from dlfportal.catalogue.lists import list_open
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.db.keyset import Order
from dlfportal.formats.kinds import Kind
from dlfportal.web.health_words import narrowed_words
from dlfportal.web.pages.paging import Address
from dlfportal.web.words import SCHEDULE_TYPES

LONGEST_VALUE = 1500
BY_NAME = Order(("name", "cluster"))

FILTER_PARAMS = {
    "q": "search",
    "type": "type",
    "directory": "directory",
    "folder": "folder",
    "owner": "owner",
    "tag": "tags",
    "connection": "connection",
    "schedule": "schedule",
    "state": "state",
    "since": "since",
    "check": "check",
    "starts": "starts",
    "alone": "alone",
}
"""The parameters that narrow a list, each with the field of `ListFilter` that it fills."""

LABELS: Mapping[str, Promise] = {
    "q": _("Search"),
    "type": _("Type"),
    "directory": _("Exactly in the folder"),
    "folder": _("Folder"),
    "owner": _("Owner"),
    "tag": _("Tag"),
    "connection": _("Connection"),
    "schedule": _("Schedule"),
    "state": _("State"),
    "since": _("Changed since"),
    "check": _("Health"),
    "starts": _("Starts"),
    "alone": _("Alone"),
}
STATE_WORDS: Mapping[str, Promise] = {
    State.DRAFT: _("draft"),
    State.SUBMITTED: _("submitted"),
    State.CHANGED: _("changed since it was submitted"),
}
VALUES: Mapping[str, Mapping[str, Promise]] = {
    "state": STATE_WORDS,
    "schedule": SCHEDULE_TYPES,
}
"""The filters of which all values are known beforehand, with their words."""
TYPED = ("folder", "connection")
"""The filters whose value is typed."""
LED_TO = ("check", "starts", "alone")
"""The filters that other pages of a workspace lead to: they are said above the list, and have no chip."""


def list_filter(params: Mapping[str, str]) -> ListFilter:
    """Return the filter that the parameters of a list ask for; what no object can match is kept as it is."""
    fields: dict[str, Any] = {}
    for key, name in FILTER_PARAMS.items():
        if value := params.get(key, "").replace("\0", "").strip()[:LONGEST_VALUE]:
            fields[name] = _read(key, value)
    return ListFilter(**fields)


def _read(key: str, value: str) -> Any:
    if key == "tag":
        return (value,)
    if key == "folder":
        return f"/{value.strip('/')}"
    return _begin_of_day(value) if key == "since" else value


def _begin_of_day(text: str) -> str:
    """Return the begin of a day in the reader's zone; of what is no day nothing, which narrows nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    begin = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone comes next
    return timezone.make_aware(begin).isoformat()


def filter_params(chosen: ListFilter) -> dict[str, str]:
    """Return the parameters of the address of a list that is narrowed so."""
    return {key: shown for key in FILTER_PARAMS if (shown := _value_of(chosen, key))}


def _value_of(chosen: ListFilter, key: str) -> str:
    value = getattr(chosen, FILTER_PARAMS[key])
    if key == "tag":
        return value[0] if value else ""
    return str(value).partition("T")[0] if key == "since" else str(value)


@dataclass(frozen=True, slots=True)
class FilterChip:
    """One filter above a list: `words` is its value as people read it, "" when it is not set.

    `values` are what one may choose, each with its words; `input` is how else it is given: `text` or `date`.
    `remove_url` is the list without it, `hidden` what a change of it keeps of the address.
    """

    key: str
    label: Promise
    value: str
    words: str
    values: list[tuple[str, str]]
    input: str
    remove_url: str
    hidden: list[tuple[str, str]]


def filter_chips(
    workspace: Workspace, spec: KindSpec, chosen: ListFilter, address: Address
) -> list[FilterChip]:
    """Return the filters of a kind's list; one that is set in another way is among them, to be taken away."""
    own = [key for key in FILTER_PARAMS if key != "q" and key not in LED_TO]
    keys = [key for key in own if key in spec.filters or _value_of(chosen, key)]
    return [_chip(workspace, spec.kind, key, _value_of(chosen, key), address) for key in keys]


def _chip(workspace: Workspace, kind: Kind, key: str, value: str, address: Address) -> FilterChip:
    values = _values(workspace, kind, key, value)
    return FilterChip(
        key=key,
        label=LABELS[key],
        value=value,
        words=dict(values).get(value, value),
        values=values,
        input="" if values else "date" if key == "since" else "text",
        remove_url=address.changed(**{key: ""}),
        hidden=address.pairs(key),
    )


def _values(workspace: Workspace, kind: Kind, key: str, value: str) -> list[tuple[str, str]]:
    """Return the values that one may choose, each with its words; [] where one types."""
    if key in VALUES:
        known = [(word, str(words)) for word, words in VALUES[key].items()]
    elif key == "since" or key in TYPED:
        return []
    else:
        found = filter_values(workspace, kind, key)
        if len(found) >= FILTERS_SHOWN:
            return []
        known = [(word, word) for word in found]
    return known if not value or value in dict(known) else [(value, value), *known]


@dataclass(frozen=True, slots=True)
class Excluding:
    """A filter of a list that shows nothing, and what the list has without it."""

    label: Promise
    words: str
    total: Total
    url: str


def filters_excluding(
    workspace: Workspace, kind: Kind, chosen: ListFilter, address: Address
) -> list[Excluding]:
    """Return the filter that excludes most, if the list has something without it: at most one."""
    found = []
    for key in filter_params(chosen):
        field = FILTER_PARAMS[key]
        others = replace(chosen, **{field: getattr(ListFilter(), field)})
        total = list_open(workspace, kind, others, BY_NAME).total
        words = _words_of(chosen, key)
        found.append(Excluding(LABELS[key], words, total, address.changed(**{key: ""})))
    found.sort(key=lambda one: (one.total.number, one.total.is_more), reverse=True)
    return [one for one in found[:1] if one.total.number]


def _words_of(chosen: ListFilter, key: str) -> str:
    """Return the value of a filter as people read it."""
    value = _value_of(chosen, key)
    if key in LED_TO:
        return narrowed_words(**{key: value})
    return str(VALUES.get(key, {}).get(value, value))
