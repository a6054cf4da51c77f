"""What a difference is made of. Nothing here is words: those are found where pages are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cached_property
from typing import Any, Final

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import JsonPath
from dlfportal.formats.shapes import shown

LONG_VALUE = 80
"""A longer text, or one of several lines, is compared line by line."""


class Change(StrEnum):
    """What happened to a thing between the two states."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    RENAMED = "renamed"


class Section(StrEnum):
    """The parts of a document that people know, in the order in which they are shown."""

    BASICS = "basics"
    SCHEDULE = "schedule"
    PARAMETERS = "parameters"
    NODES = "nodes"
    EDGES = "edges"
    FROM = "from"
    TO = "to"
    COLUMNS = "columns"
    DRIVER = "driver"
    SETTINGS = "settings"
    FILES = "files"
    CONTENT = "content"
    OTHER = "other"


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""Stands where a document has nothing, which is not the same as null or an empty text."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value that differs.

    `keys` name it for people within its group, `path` says where it stands: in the later state, or in the
    earlier one when only that has it. `whole` says that all of what the first key names is new or removed.
    """

    keys: tuple[str, ...]
    path: JsonPath
    before: Any
    after: Any
    whole: bool = False

    @property
    def change(self) -> Change:
        """Whether the value is new, removed or another one."""
        if self.before is ABSENT:
            return Change.NEW
        return Change.REMOVED if self.after is ABSENT else Change.CHANGED

    @property
    def is_text(self) -> bool:
        """Whether the values are compared line by line: long texts, long lists, objects with much within."""
        sides = (shown(side) for side in (self.before, self.after) if side is not ABSENT)
        return any("\n" in text or len(text) > LONG_VALUE for text in sides)

    @property
    def texts(self) -> tuple[str, str]:
        """Both values as texts of lines; an absent one is empty."""
        return _lines_of(self.before), _lines_of(self.after)


def _lines_of(value: Any) -> str:
    """Return a value as text; the items of a list stand on lines of their own."""
    if value is ABSENT:
        return ""
    if isinstance(value, list):
        return "\n".join(map(shown, value))
    return canonical(value).decode() if isinstance(value, dict) else shown(value)


@dataclass(frozen=True, slots=True)
class Group:
    """What differs in one section, or in one node: `name` is the node's, `former` the name it had before."""

    section: Section
    change: Change
    fields: tuple[Field, ...]
    name: str = ""
    former: str = ""


@dataclass(slots=True)
class Apart:
    """What differs without meaning anything to those who run the job; counted, and listed on request.

    `moved` counts what stands elsewhere on the canvas, `followed` the mentions of nodes that were renamed,
    `kept` the fields that DataArts itself keeps; `orders` are the places whose members changed order.
    """

    fields: list[Field] = field(default_factory=list)
    orders: list[JsonPath] = field(default_factory=list)
    moved: int = 0
    followed: int = 0
    kept: int = 0

    def __bool__(self) -> bool:
        return bool(self.fields or self.orders)


@dataclass(slots=True)
class Tally:
    """How many things of one sort are new, removed, changed and renamed."""

    new: int = 0
    removed: int = 0
    changed: int = 0
    renamed: int = 0

    def count(self, change: Change) -> None:
        """Count one thing."""
        if change is not Change.SAME:
            setattr(self, change.value, getattr(self, change.value) + 1)

    def __bool__(self) -> bool:
        return bool(self.new or self.removed or self.changed or self.renamed)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence about a difference needs.

    `schedules` are the two schedules when they differ; `edges` counts the nodes that follow other nodes
    than before; `basics` are the differing fields of the basics, `texts` those that hold long texts.
    """

    nodes: Tally
    parameters: Tally
    edges: int
    schedules: tuple[Any, Any] | None
    basics: tuple[Field, ...]
    columns: Tally
    texts: tuple[Field, ...]
    others: int


@dataclass(frozen=True)
class Difference:
    """What differs between two states of a document of one kind; either state may be absent."""

    kind: Kind
    change: Change
    groups: tuple[Group, ...]
    apart: Apart
    schedules: tuple[Any, Any] = (ABSENT, ABSENT)

    @property
    def is_same(self) -> bool:
        """Whether the two states are equal to the byte."""
        return not self.groups and not self.apart and self.change is Change.SAME

    @cached_property
    def facts(self) -> Facts:
        """The difference in numbers and named facts."""
        sections = {section: self.of(section) for section in Section}
        nodes = Tally()
        for group in sections[Section.NODES]:
            nodes.count(group.change)
        basics = [one for group in sections[Section.BASICS] for one in group.fields]
        return Facts(
            nodes=nodes,
            parameters=_tally(sections[Section.PARAMETERS]),
            edges=len({one.keys[:1] for group in sections[Section.EDGES] for one in group.fields}),
            schedules=self.schedules if sections[Section.SCHEDULE] else None,
            basics=tuple(basics),
            columns=_tally(sections[Section.COLUMNS]),
            texts=tuple(one for group in sections[Section.CONTENT] for one in group.fields),
            others=sum(len(group.fields) for section in COUNTED for group in sections[section]),
        )

    def of(self, section: Section) -> list[Group]:
        """Return the groups of one section."""
        return [group for group in self.groups if group.section is section]


COUNTED = (Section.FROM, Section.TO, Section.DRIVER, Section.SETTINGS, Section.FILES, Section.OTHER)
"""The sections of which a sentence says no more than how many fields differ."""


def _tally(groups: Sequence[Group]) -> Tally:
    """Count the things that the fields of some groups belong to, each known by its first key."""
    changes: dict[str, set[Change]] = {}
    for group in groups:
        for one in group.fields:
            change = one.change if one.whole else Change.CHANGED
            changes.setdefault(one.keys[0] if one.keys else "", set()).add(change)
    tally = Tally()
    for found in changes.values():
        tally.count(found.pop() if len(found) == 1 else Change.CHANGED)
    return tally
