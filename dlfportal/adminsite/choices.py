"""What is ticked in a list of objects, as the acts on many objects want it: a choice for each workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.admin.views.main import ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dlfportal.adminsite.changelist import words_sought
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selections import Choice
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import Kind

Chosen = QuerySet[CatalogueObject]

NAMED_AT_MOST = 1_000
"""So many objects are chosen by their names; more are chosen by what narrows their list."""
WORKSPACES_AT_MOST = 50
WORDS_AT_MOST = 4
"""So many words of a search become choices within each other."""
BEGIN, END = "updated_at__gte", "updated_at__lt"
"""What a filter by time narrows a list to."""
SHOWN = {"workspace", ALL_VAR, ORDER_VAR, PAGE_VAR}
"""What says how a list is shown, or which workspaces it is of."""


def choices_of(kind: Kind, request: HttpRequest, chosen: Chosen) -> dict[str, Choice]:
    """Return what is ticked in the list of a kind by workspace id: all that match as a query, else by name.

    Raises BadRequest for more than can be named, or of too many workspaces.
    """
    across = choice_across(kind, request.GET) if request.POST.get("select_across") == "1" else None
    if across:
        rows = chosen.order_by().values_list("workspace", flat=True).distinct()
        choices = dict.fromkeys(rows[: WORKSPACES_AT_MOST + 1], across)
    else:
        choices = _named(kind, chosen)
    if len(choices) > WORKSPACES_AT_MOST:
        raise BadRequest(
            gettext_noop("Choose objects of at most %(limit)s workspaces at once."), limit=WORKSPACES_AT_MOST
        )
    return choices


def _named(kind: Kind, chosen: Chosen) -> dict[str, Choice]:
    labels: dict[str, list[str]] = {}
    rows = chosen.order_by("name", "cluster").values_list("workspace", "cluster", "name")
    for workspace, cluster, name in rows[: NAMED_AT_MOST + 1]:
        labels.setdefault(workspace, []).append(f"{cluster}/{name}" if cluster else name)
    if sum(map(len, labels.values())) > NAMED_AT_MOST:
        raise BadRequest(
            gettext_noop("At most %(limit)s objects at once; narrow the list."), limit=NAMED_AT_MOST
        )
    return {workspace: Choice({kind: names}) for workspace, names in labels.items()}


def choice_across(kind: Kind, params: QueryDict) -> Choice | None:
    """Return the choice of all that match a list with this address; None where a choice cannot say it."""
    narrowed = {key: str(value) for key, value in params.items()}
    columns = ("type", "owner", "schedule") if kind is Kind.JOB else ("type", "owner")
    valued: dict[str, Any] = {column: narrowed.pop(column, "") for column in columns}
    words = words_sought(narrowed.pop(SEARCH_VAR, ""))
    since = _since(narrowed.pop(BEGIN, ""), narrowed.pop(END, ""))
    is_plain = narrowed.keys() <= SHOWN and all(len(values) == 1 for _key, values in params.lists())
    if since is None or not is_plain or len(words) > WORDS_AT_MOST:
        return None
    first, *others = words or [""]
    choice = Choice(kind=kind, chosen=ListFilter(search=first, since=since, **valued))
    for word in others:
        choice = Choice(kind=kind, chosen=ListFilter(search=word), within=choice)
    return choice


def _since(begin: str, end: str) -> str | None:
    """Return when a time begins that lasts until now or longer, "" for any; None for another or for none."""
    first, last = _moment(begin), _moment(end)
    if (begin and first is None) or (end and (last is None or last <= timezone.now())):
        return None
    return first.isoformat() if first else ""


def _moment(text: str) -> datetime | None:
    """Return a time with its zone, as the links of the admin's lists say it; None for anything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None
