"""What the target of a package must have, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.formats.mapping import MapKind
from dlfportal.transfer.exports.needs import Need, NeedPlace, Needs

NAMED_A_KIND = 50
WORDS: Mapping[MapKind, Promise] = {
    MapKind.CONNECTION: _("Connections"),
    MapKind.CLUSTER: _("Clusters"),
    MapKind.QUEUE: _("Queues"),
    MapKind.DATABASE: _("Databases"),
    MapKind.PATH: _("Files and folders"),
}


@dataclass(frozen=True, slots=True)
class NeedLine:
    """All that is needed of one kind: the first of them, and how many more there are."""

    label: Promise
    needs: Sequence[Need]
    left: int


def need_lines(needs: Needs) -> list[NeedLine]:
    """Return what is needed, kind by kind."""
    lines = []
    for kind, label in WORDS.items():
        found = [need for need in needs.needs if need.kind is kind]
        if found:
            lines.append(NeedLine(label, found[:NAMED_A_KIND], max(0, len(found) - NAMED_A_KIND)))
    return lines


def place_text(place: NeedPlace) -> str:
    """Return where something is named: `job › node`."""
    return f"{place.name} › {place.node}" if place.node else place.name
