"""What differs between two states of a CDM job: its ends, the settings of each side, the columns by name."""

from __future__ import annotations

from typing import Any

from dlfportal.formats.difference.gathering import Gathering
from dlfportal.formats.difference.model import ABSENT, Field, Section
from dlfportal.formats.difference.values import (
    Found,
    Place,
    identical,
    is_reordered,
    members,
    occurrences,
    walk,
)
from dlfportal.formats.problems import JsonPath
from dlfportal.formats.shapes import objects, part

JOBS = "jobs"
SIDES: dict[str, Section] = {
    "from-config-values": Section.FROM,
    "to-config-values": Section.TO,
    "driver-config-values": Section.DRIVER,
}
COLUMN_LISTS = ("fromJobConfig.columnList", "toJobConfig.columnList")
SEPARATOR = "&"
"""What stands between the columns of a list, as CDM writes it."""

Columns = dict[tuple[str, int], str]
"""Column of the source (with how often its name came before) -> column of the destination."""


def compare_cdm_bodies(before: dict[str, Any], after: dict[str, Any], gathering: Gathering) -> None:
    """Gather what differs between two states of the body of a CDM job."""
    for key, old, new in members(before, after):
        if key == JOBS and _are_jobs(old) and _are_jobs(new):
            _compare_jobs(old, new, gathering)
        else:
            gathering.compare(Section.OTHER, old, new, Place((key,), (key,)))
    if is_reordered(before, after):
        gathering.apart.orders.append(())


def _are_jobs(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(job, dict) for job in value)


def _compare_jobs(before: list[Any], after: list[Any], gathering: Gathering) -> None:
    """Compare the jobs of two bodies, which DLF allows one each of; further ones go by place."""
    for number in range(max(len(before), len(after))):
        old = before[number] if number < len(before) else ABSENT
        new = after[number] if number < len(after) else ABSENT
        place = Place((JOBS, number), () if number == 0 else (JOBS, str(number + 1)))
        if isinstance(old, dict) and isinstance(new, dict):
            _compare_job(old, new, place, gathering)
        else:
            gathering.compare(Section.OTHER, old, new, place)


def _compare_job(before: dict[str, Any], after: dict[str, Any], place: Place, gathering: Gathering) -> None:
    explained = _compare_columns(before, after, place.path, gathering)
    for key, old, new in members(before, after):
        section = SIDES.get(key, Section.BASICS)
        found = Found()
        said = () if key in SIDES and isinstance(old, dict) and isinstance(new, dict) else (key,)
        walk(old, new, place.at(key, *said), found)
        fields = [_named(one) if said == () else one for one in found.fields]
        if explained:
            fields = [one for one in fields if not _is_column_list(one)]
        gathering.show(section, *fields)
        gathering.count_rest(found)
    if is_reordered(before, after):
        gathering.apart.orders.append(place.path)


def _named(field: Field) -> Field:
    """Name an input as people know it: its own name holds that of its group already."""
    keys = field.keys[1:] if field.keys[:1] == ("configs",) else field.keys
    if len(keys) > 2 and keys[1] == "inputs":
        keys = keys[2:] if keys[2].startswith(f"{keys[0]}.") else (keys[0], *keys[2:])
    return Field(keys, field.path, field.before, field.after, field.whole)


def _is_column_list(field: Field) -> bool:
    return field.path[-1] == "value" and any(field.keys == (name,) for name in COLUMN_LISTS)


def _compare_columns(
    before: dict[str, Any], after: dict[str, Any], path: JsonPath, gathering: Gathering
) -> bool:
    """Compare the columns that two states copy, by name; return whether that says all about both lists."""
    lists = [[_column_list(job, side) for side in COLUMN_LISTS] for job in (before, after)]
    (old_from, old_to), (new_from, new_to) = lists
    if not (old_from and new_from) or (old_from == new_from and old_to == new_to):
        return False
    mappings = [_mapping(*sides) for sides in lists]
    if mappings[0] is None or mappings[1] is None or (old_to is None) is not (new_to is None):
        return False
    earlier, later = mappings[0], mappings[1]
    for (name, _), old, new in _column_members(earlier, later):
        if not identical(old, new):
            one_sided = ABSENT in (old, new)
            gathering.show(Section.COLUMNS, Field((name,), path, old, new, one_sided))
    return not is_reordered(earlier, later)


def _column_members(earlier: Columns, later: Columns) -> list[tuple[tuple[str, int], Any, Any]]:
    keys = [*later, *(key for key in earlier if key not in later)]
    return [(key, earlier.get(key, ABSENT), later.get(key, ABSENT)) for key in keys]


def _mapping(source: str, destination: str | None) -> Columns | None:
    """Return the columns of one state, or None when the two lists do not fit together."""
    names = source.split(SEPARATOR)
    targets = names if destination is None else destination.split(SEPARATOR)
    if len(names) != len(targets):
        return None
    return dict(zip(occurrences(names), targets, strict=True))


def _column_list(job: dict[str, Any], name: str) -> Any:
    """Return the one list of columns of a side, None when there is none or it is no text."""
    values = part(job, f"{name.partition('JobConfig')[0]}-config-values")
    found = [
        entry.get("value")
        for _, config in objects(values, "configs")
        for _, entry in objects(config, "inputs")
        if entry.get("name") == name
    ]
    return found[0] if len(found) == 1 and isinstance(found[0], str) else None
