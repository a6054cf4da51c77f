"""What differs between two states of a job: its nodes by name, its schedule, its parameters, the rest."""

from __future__ import annotations

from typing import Any

from dlfportal.formats.difference.gathering import Gathering
from dlfportal.formats.difference.job_nodes import LOCATION, NODES, compare_nodes
from dlfportal.formats.difference.model import ABSENT, Section
from dlfportal.formats.difference.values import Place, is_reordered, members

SECTIONS: dict[str, Section] = {
    "schedule": Section.SCHEDULE,
    **dict.fromkeys(("params", "maskedParams"), Section.PARAMETERS),
    **dict.fromkeys(("name", "processType", "directory", "description", "basicConfig"), Section.BASICS),
    **dict.fromkeys(("logPath", "singleNodeJobFlag", "singleNodeJobType"), Section.BASICS),
}
"""Where the fields of a job are shown; what is not here is shown among the others."""

KEPT = ("version", "lastUpdateUser")
"""What DataArts itself writes with every change."""

UNSAID = ("schedule", "params", "basicConfig")
"""Parts whose fields are known by their own names: `owner`, not `basicConfig.owner`."""


def compare_jobs(before: dict[str, Any], after: dict[str, Any], gathering: Gathering) -> None:
    """Gather what differs between two states of a job."""
    for key, old, new in members(before, after):
        if key == NODES:
            compare_nodes(old, new, gathering)
            continue
        place = Place((key,), () if key in UNSAID and _are_parts(old, new) else (key,))
        if key == LOCATION:
            gathering.count_moved(old, new, place)
        elif key in KEPT:
            gathering.count_kept(old, new, place)
        else:
            gathering.compare(SECTIONS.get(key, Section.OTHER), old, new, place)
    if is_reordered(before, after):
        gathering.apart.orders.append(())


def _are_parts(old: Any, new: Any) -> bool:
    """Return whether both sides are lists, or both objects, with something within; or one has nothing."""
    sides = [side for side in (old, new) if side is not ABSENT]
    return any(sides) and len({type(side) for side in sides}) == 1 and isinstance(sides[0], dict | list)
