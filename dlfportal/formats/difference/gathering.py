"""Where the comparison of a document puts what it finds, section by section."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dlfportal.formats.difference.model import Apart, Change, Field, Group, Section
from dlfportal.formats.difference.values import Found, Place, walk

ORDER = list(Section)


@dataclass(slots=True)
class Gathering:
    """What was found so far: fields by section, the groups of single nodes, and what is only counted."""

    sections: dict[Section, list[Field]] = field(default_factory=dict)
    nodes: list[Group] = field(default_factory=list)
    apart: Apart = field(default_factory=Apart)

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is shown, in the order of the sections."""
        groups = [Group(section, Change.CHANGED, tuple(found)) for section, found in self.sections.items()]
        return tuple(sorted((*groups, *self.nodes), key=lambda group: ORDER.index(group.section)))

    def compare(self, section: Section, old: Any, new: Any, place: Place) -> None:
        """Compare two values and show what differs in a section."""
        found = Found()
        walk(old, new, place, found)
        self.take(section, found)

    def take(self, section: Section, found: Found) -> None:
        """Show the fields that were found, and count the rest."""
        self.show(section, *found.fields)
        self.count_rest(found)

    def show(self, section: Section, *fields: Field) -> None:
        """Show fields in a section."""
        if fields:
            self.sections.setdefault(section, []).extend(fields)

    def count_rest(self, found: Found) -> None:
        """Count what was found beside the fields that are shown."""
        self.apart.kept += len(found.aside)
        self.apart.fields += found.aside
        self.apart.orders += found.orders

    def count_moved(self, old: Any, new: Any, place: Place) -> None:
        """Count a thing that stands elsewhere on the canvas."""
        found = Found()
        walk(old, new, place, found)
        self.apart.moved += bool(found.fields)
        self.apart.fields += found.fields
        self.count_rest(found)

    def count_kept(self, old: Any, new: Any, place: Place) -> None:
        """Count what DataArts itself writes, or what goes without saying."""
        found = Found()
        walk(old, new, place, found)
        self.apart.kept += len(found.fields)
        self.apart.fields += found.fields
        self.count_rest(found)

    def count_followed(self, *fields: Field) -> None:
        """Count mentions that only follow a node's new name."""
        self.apart.followed += len(fields)
        self.apart.fields += fields
