"""The rows of a plan that an address asks for: by what is done with them, kind and folder, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dlfportal.catalogue.kinds import KINDS
from dlfportal.transfer.models import Choice, ImportRun, Outcome
from dlfportal.transfer.planning.plans import ItemFilter, plan_items
from dlfportal.transfer.planning.remarks import remarks_counted
from dlfportal.web.pages.imports.rail import RailGroup, RailLink, Wanted
from dlfportal.web.pages.imports.walk import Items
from dlfportal.web.pages.imports.words import OUTCOMES, REMARKS

ALL, BOTH, RENAMED, LEFT_OUT, REFUSED = "all", "both", "renamed", "left", "refused"
PLANNED = (Outcome.INVALID, Outcome.CHANGED, Outcome.NEW, Outcome.SAME)
"""What a plan says of objects, in the order people look."""
SHOWS = (*PLANNED, ALL, BOTH, RENAMED, LEFT_OUT, REFUSED)
DECIDED = (Outcome.INVALID, Outcome.CHANGED, Outcome.NEW)
"""What needs a look; the rest is shown on request."""
WRITTEN = (Outcome.NEW, Outcome.CHANGED)
"""What is written, unless it is skipped."""
FOLDERS_SHOWN = 30
EVERYTHING = ItemFilter()

Address = Callable[..., str]


class Group(NamedTuple):
    """What objects of a plan are counted by."""

    outcome: str
    kind: str
    choice: str
    both: bool
    refused: bool


Counted = Mapping[Group, int]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many objects of a plan are written, and how many are not.

    `blocked` are invalid and nobody has left them out yet; `left_out` are invalid, too.
    """

    new: int
    changed: int
    renamed: int
    same: int
    skipped: int
    blocked: int
    left_out: int
    both: int
    refused: int

    @classmethod
    def of(cls, counts: Counted) -> Numbers:
        """Return the numbers of what was counted."""

        def total(fits: Callable[[Group], bool]) -> int:
            return sum(count for group, count in counts.items() if fits(group))

        def taken(outcome: Outcome) -> int:
            return total(lambda group: group.outcome == outcome and group.choice != Choice.SKIP)

        def invalid(one: Group) -> bool:
            return one.outcome == Outcome.INVALID

        return cls(
            new=taken(Outcome.NEW),
            changed=taken(Outcome.CHANGED),
            renamed=total(lambda group: group.choice == Choice.RENAME),
            same=total(lambda group: group.outcome == Outcome.SAME),
            skipped=total(lambda group: group.outcome in WRITTEN and group.choice == Choice.SKIP),
            blocked=taken(Outcome.INVALID),
            left_out=total(lambda group: invalid(group) and group.choice == Choice.SKIP),
            both=total(lambda group: group.both),
            refused=total(lambda group: group.refused),
        )

    @property
    def invalid(self) -> int:
        """How many cannot be kept."""
        return self.blocked + self.left_out

    @property
    def written(self) -> int:
        """How many are written."""
        return self.new + self.changed


def counted(run: ImportRun, within: ItemFilter = EVERYTHING) -> Counted:
    """Return how many objects of a plan there are, or of those that `within` means. One query."""
    rows = plan_items(run, within).order_by()
    groups = rows.values_list("outcome", "kind", "choice", "both_changed", "refused")
    found = groups.annotate(count=Count("pk"))
    return {Group(*values): count for *values, count in found}


def fits(wanted: Wanted, group: Group) -> bool:
    """Return whether objects of a group are among those that are asked for, whatever their folder."""
    return (not wanted.kind or group.kind == wanted.kind) and _is_shown(wanted.show, group)


def _is_shown(show: str, group: Group) -> bool:
    if show == BOTH:
        return group.both
    if show == REFUSED:
        return group.refused
    if show == RENAMED:
        return group.choice == Choice.RENAME
    if show == LEFT_OUT:
        return group.choice == Choice.SKIP
    if show == "":
        return group.outcome in DECIDED
    return show in (ALL, group.outcome)


def sections(run: ImportRun, wanted: Wanted) -> list[Items]:
    """Return the rows that are asked for, by outcome: what needs a look comes first."""
    choice = {RENAMED: Choice.RENAME, LEFT_OUT: Choice.SKIP}.get(wanted.show, "")
    shown = [wanted.show] if wanted.show in PLANNED else PLANNED if wanted.show else DECIDED
    both, refused = wanted.show == BOTH, wanted.show == REFUSED
    return [
        plan_items(run, replace(all_of(outcome, wanted), choice=choice, both_changed=both, refused=refused))
        for outcome in shown
    ]


def all_of(outcome: str, wanted: Wanted) -> ItemFilter:
    """Return the objects with one outcome, of the kind and in the folder that are asked for."""
    return ItemFilter(outcome=outcome, kind=wanted.kind, folder=wanted.folder, remark=wanted.remark)


def rail_of(run: ImportRun, wanted: Wanted, counts: Counted, address: Address) -> list[RailGroup]:
    """Return what the rows can be narrowed to, with what that leaves of the whole plan."""
    return [
        _shows(wanted, counts, address),
        *_remarks(run, wanted, address),
        _kinds(wanted, counts, address),
        _folders(run, wanted, address),
    ]


def _remarks(run: ImportRun, wanted: Wanted, address: Address) -> list[RailGroup]:
    """Return what the remarks of the whole plan are about; nothing where there are none."""
    found = remarks_counted(run)
    links = []
    for remark, label in REMARKS.items():
        current = wanted.remark == remark
        url = address(remark="" if current else remark.value, show=ALL)
        if found[remark] or current:
            links.append(RailLink(label, found[remark], url, current, icon="info"))
    return [RailGroup(_("Remarks"), links)] if links else []


def _shows(wanted: Wanted, counts: Counted, address: Address) -> RailGroup:
    words: dict[str, tuple[str | Promise, str]] = {"": (_("To decide"), "")}
    words |= {outcome: (OUTCOMES[outcome].heading, OUTCOMES[outcome].token) for outcome in PLANNED}
    words |= {
        BOTH: (_("Changed on both sides"), "there"),
        RENAMED: (_("Renamed"), "renamed"),
        LEFT_OUT: (_("Left out"), "skipped"),
        REFUSED: (_("DataArts would refuse"), "invalid"),
        ALL: (_("All"), ""),
    }
    found = {show: sum(count for group, count in counts.items() if _is_shown(show, group)) for show in words}
    links = [
        RailLink(label, found[show], address(show=show), wanted.show == show, token)
        for show, (label, token) in words.items()
        if found[show] or wanted.show == show
    ]
    return RailGroup(_("Show"), links)


def _kinds(wanted: Wanted, counts: Counted, address: Address) -> RailGroup:
    found = Counter[str]()
    for group, count in counts.items():
        found[group.kind] += count
    links = [
        RailLink(
            spec.plural,
            found[kind],
            address(kind="" if wanted.kind == kind else kind.value),
            wanted.kind == kind,
            icon=spec.tone,
        )
        for kind, spec in KINDS.items()
        if found[kind]
    ]
    return RailGroup(_("Kind"), links)


def _folders(run: ImportRun, wanted: Wanted, address: Address) -> RailGroup:
    """Return the folders with the most objects, and the one that is shown."""
    rows = run.items.exclude(directory="").order_by().values_list("directory")
    found = dict(rows.annotate(count=Count("pk")).order_by("-count", "directory")[:FOLDERS_SHOWN])
    if wanted.folder and wanted.folder not in found:
        found[wanted.folder] = plan_items(run, ItemFilter(folder=wanted.folder)).count()
    links = [
        RailLink(
            folder, count, address(folder="" if wanted.folder == folder else folder), wanted.folder == folder,
            icon="folder",
        )
        for folder, count in sorted(found.items())
    ]  # fmt: skip
    return RailGroup(_("Folder"), links)
