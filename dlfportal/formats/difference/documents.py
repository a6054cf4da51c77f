"""The difference between two states of a document of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlfportal.formats.difference.cdm_jobs import compare_cdm_bodies
from dlfportal.formats.difference.gathering import Gathering
from dlfportal.formats.difference.jobs import compare_jobs
from dlfportal.formats.difference.model import ABSENT, Change, Difference, Section
from dlfportal.formats.difference.values import Place, is_reordered, members
from dlfportal.formats.kinds import Kind
from dlfportal.formats.shapes import part

Compare = Callable[[dict[str, Any], dict[str, Any], Gathering], None]

SCRIPT_SECTIONS = {"content": Section.CONTENT, "configuration": Section.SETTINGS}
RESOURCE_SECTIONS = dict.fromkeys(("dependFiles", "dependPackages", "depend_packages"), Section.FILES)
BASICS = (
    *("name", "type", "directory", "description", "desc", "owner", "location"),
    *("connectionName", "database", "currentDatabase", "queueName"),
)
"""The fields of scripts and resources that people know; what is not here is shown among the others."""


def difference(kind: Kind, before: Any, after: Any) -> Difference:
    """Return what differs between two states of a document; None is a state that is not there.

    Whatever shapes the documents have, every value that differs is a field of a group or of what is apart,
    and every other order is among `orders`.
    """
    gathering = Gathering()
    sides = [{} if side is None else side for side in (before, after)]
    earlier, later = sides
    if isinstance(earlier, dict) and isinstance(later, dict):
        COMPARISONS[kind](earlier, later, gathering)
    else:
        gathering.compare(Section.OTHER, earlier, later, Place())
    schedules = tuple(part(side).get("schedule", ABSENT) for side in sides)
    change = _change(before, after, gathering)
    return Difference(kind, change, gathering.groups, gathering.apart, (schedules[0], schedules[1]))


def _change(before: Any, after: Any, gathering: Gathering) -> Change:
    if before is None or after is None:
        return Change.SAME if before is after else Change.NEW if before is None else Change.REMOVED
    return Change.CHANGED if gathering.groups or gathering.apart else Change.SAME


def _by_sections(sections: Mapping[str, Section]) -> Compare:
    """Return the comparison of a kind whose fields have a section each."""

    def compare(before: dict[str, Any], after: dict[str, Any], gathering: Gathering) -> None:
        for key, old, new in members(before, after):
            section = sections.get(key, Section.BASICS if key in BASICS else Section.OTHER)
            plain = section is Section.SETTINGS and isinstance(old, dict) and isinstance(new, dict)
            gathering.compare(section, old, new, Place((key,), () if plain else (key,)))
        if is_reordered(before, after):
            gathering.apart.orders.append(())

    return compare


COMPARISONS: dict[Kind, Compare] = {
    Kind.JOB: compare_jobs,
    Kind.SCRIPT: _by_sections(SCRIPT_SECTIONS),
    Kind.RESOURCE: _by_sections(RESOURCE_SECTIONS),
    Kind.CDM_JOB: compare_cdm_bodies,
}
