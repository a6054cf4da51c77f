"""A difference in words: what its fields are called, and the sentence that stands above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from dlfportal.formats.difference.model import ABSENT, Change, Difference, Facts, Field, Section, Tally
from dlfportal.formats.schedules import timing_of
from dlfportal.formats.shapes import shown
from dlfportal.web.schedules import schedule_short

SHORT = 28
"""Values up to this length are said in the sentence."""

BASICS_SAID = 4

SECTIONS: dict[Section, Promise] = {
    Section.BASICS: _("Basics"),
    Section.SCHEDULE: _("Schedule"),
    Section.PARAMETERS: _("Parameters"),
    Section.NODES: _("Nodes"),
    Section.EDGES: _("Order of nodes and conditions"),
    Section.FROM: _("From"),
    Section.TO: _("To"),
    Section.COLUMNS: _("Column mapping"),
    Section.DRIVER: _("How it runs"),
    Section.SETTINGS: _("Settings"),
    Section.FILES: _("Files it depends on"),
    Section.CONTENT: _("Content"),
    Section.OTHER: _("Other fields"),
}

LABELS: dict[str, Promise] = {
    "name": _("name"),
    "type": _("type"),
    "processType": _("job type"),
    "directory": _("directory"),
    "description": _("description"),
    "desc": _("description"),
    "jobDescription": _("description"),
    "owner": _("owner"),
    "priority": _("priority"),
    "executeUser": _("user it runs as"),
    "instanceTimeout": _("time limit"),
    "tags": _("tags"),
    "agency": _("agency"),
    "logPath": _("path of logs"),
    "connectionName": _("connection"),
    "database": _("database"),
    "currentDatabase": _("database"),
    "queueName": _("queue"),
    "location": _("location"),
    "content": _("content"),
    "expression": _("expression"),
    "expressionTimeZone": _("time zone"),
    "startTime": _("start"),
    "endTime": _("end"),
    "dependJobs": _("jobs it waits for"),
    "preNodeName": _("runs after"),
    "conditions": _("condition"),
    "failPolicy": _("on failure"),
    "maxExecutionTime": _("time limit (minutes)"),
    "retryTimes": _("retries"),
    "retryInterval": _("retry interval (seconds)"),
    "pollingInterval": _("polling interval (seconds)"),
    "execTimeOutRetry": _("retry after a timeout"),
    "scriptName": _("script"),
    "sql": _("SQL"),
    "statement": _("SQL"),
    "from-connector-name": _("connector of the source"),
    "to-connector-name": _("connector of the destination"),
    "from-link-name": _("link of the source"),
    "to-link-name": _("link of the destination"),
    "job_type": _("type"),
    "dependFiles": _("files"),
    "dependPackages": _("packages"),
}
"""Words for the fields that people know; every other is called as in the document."""

NODES = {
    "changed": ngettext_lazy("%(count)s node changed", "%(count)s nodes changed", "count"),
    "new": ngettext_lazy("%(count)s node added", "%(count)s nodes added", "count"),
    "removed": ngettext_lazy("%(count)s node removed", "%(count)s nodes removed", "count"),
    "renamed": ngettext_lazy("%(count)s node renamed?", "%(count)s nodes renamed?", "count"),
}
PARAMETERS = {
    "changed": ngettext_lazy("%(count)s parameter changed", "%(count)s parameters changed", "count"),
    "new": ngettext_lazy("%(count)s parameter added", "%(count)s parameters added", "count"),
    "removed": ngettext_lazy("%(count)s parameter removed", "%(count)s parameters removed", "count"),
}
COLUMNS = {
    "changed": ngettext_lazy("%(count)s column goes elsewhere", "%(count)s columns go elsewhere", "count"),
    "new": ngettext_lazy("%(count)s column added", "%(count)s columns added", "count"),
    "removed": ngettext_lazy("%(count)s column removed", "%(count)s columns removed", "count"),
}
EDGES = ngettext_lazy(
    "%(count)s node follows others than before", "%(count)s nodes follow others than before", "count"
)
OTHERS = ngettext_lazy("%(count)s further field", "%(count)s further fields", "count")
MORE_BASICS = ngettext_lazy("%(count)s more of the basics", "%(count)s more of the basics", "count")

UNSAID = frozenset({"cron"})
"""Keys that say nothing to people: the expression of a schedule, not the expression of its cron."""


def label_of(field: Field, section: Section) -> str:
    """Return what people call a field within its group: words where there are some, else its keys."""
    if section in (Section.PARAMETERS, Section.COLUMNS, Section.FROM, Section.TO, Section.DRIVER):
        return " · ".join(field.keys)
    first = field.keys[:1] if section is Section.EDGES else ()
    words = [str(LABELS.get(key, key)) for key in field.keys[len(first) :] if key not in UNSAID]
    return " · ".join((*first, *words))


def value_of(value: Any) -> str:
    """Return a value as people read it; the items of a list of texts stand one after the other."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return "null" if value is None else shown(value)


def sentence(found: Difference, added: int, removed: int) -> str:
    """Return what differs in one sentence; `added` and `removed` count the lines of long texts."""
    if found.is_same:
        return gettext("Nothing differs.")
    pieces = list(_whole(found) if found.change in (Change.NEW, Change.REMOVED) else _changes(found))
    if added or removed:
        pieces.append(_lines(added, removed))
    if not pieces:
        return gettext("Nothing differs but what is counted below.")
    return gettext("%(parts)s.") % {"parts": capfirst(gettext(", ").join(pieces))}


def _lines(added: int, removed: int) -> str:
    pieces = []
    if added:
        pieces.append(ngettext("%(count)s line added", "%(count)s lines added", added) % {"count": added})
    if removed:
        text = ngettext("%(count)s line removed", "%(count)s lines removed", removed)
        pieces.append(text % {"count": removed})
    return gettext(", ").join(pieces)


def _changes(found: Difference) -> Iterator[str]:
    """Yield what differs between two states that are both there."""
    facts = found.facts
    yield from _counted(NODES, facts.nodes)
    if facts.edges:
        yield EDGES % {"count": facts.edges}
    if facts.schedules:
        yield _named(gettext("schedule"), *map(_when, facts.schedules))
    yield from _counted(PARAMETERS, facts.parameters)
    yield from _counted(COLUMNS, facts.columns)
    yield from _of_basics(facts)
    if facts.others:
        yield OTHERS % {"count": facts.others}


def _whole(found: Difference) -> Iterator[str]:
    """Yield what a document holds of which the other state is not there."""
    facts = found.facts
    if nodes := facts.nodes.new + facts.nodes.removed:
        yield ngettext("%(count)s node", "%(count)s nodes", nodes) % {"count": nodes}
    if words := "".join(map(_when, found.schedules)):
        yield words
    if parameters := facts.parameters.new + facts.parameters.removed:
        yield ngettext("%(count)s parameter", "%(count)s parameters", parameters) % {"count": parameters}
    fields = sum(len(group.fields) for group in found.groups)
    yield ngettext("%(count)s field", "%(count)s fields", fields) % {"count": fields}


def _counted(words: Mapping[str, Any], tally: Tally) -> Iterator[str]:
    """Yield how many things of one sort changed, and how."""
    for change, text in words.items():
        if count := getattr(tally, change):
            yield text % {"count": count}


def _of_basics(facts: Facts) -> Iterator[str]:
    """Yield the fields of the basics, the short ones with their values, and how many more there are."""
    for field in facts.basics[:BASICS_SAID]:
        sides = ("" if side is ABSENT else value_of(side) for side in (field.before, field.after))
        yield _named(label_of(field, Section.BASICS), *sides)
    if more := len(facts.basics[BASICS_SAID:]):
        yield MORE_BASICS % {"count": more}


def _when(schedule: Any) -> str:
    """Return in a few words when a job with this schedule runs."""
    timing = timing_of({"schedule": schedule})
    return schedule_short(timing.type, timing.expression, timing.event) if schedule is not ABSENT else ""


def _named(label: str, before: str, after: str) -> str:
    """Return a field with its two values when these are short and differ, else its name."""
    if before and after and before != after and max(len(before), len(after)) <= SHORT:
        values = {"label": label, "before": before, "after": after}
        return gettext("%(label)s %(before)s → %(after)s") % values
    return label
