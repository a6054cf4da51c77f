"""What a package names, such as connections, and what the workspace calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.audit.actor import Actor
from dlfportal.catalogue.mapping_profiles import profiles_of
from dlfportal.catalogue.models import MappingProfile
from dlfportal.formats.mapping import MapKind, Merging, NameMap, mapping_read, merged_names
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.planning.names import names_offered
from dlfportal.transfer.planning.plans import UseCount, plan_uses

KINDS: dict[MapKind, Promise] = {
    MapKind.CONNECTION: _("Connection"),
    MapKind.CLUSTER: _("Cluster"),
    MapKind.QUEUE: _("Queue"),
    MapKind.DATABASE: _("Database"),
    MapKind.PATH: _("Path"),
    MapKind.OWNER: _("Owner"),
    MapKind.ZONE: _("Time zone"),
}
MOST_NAMES = 2000


@dataclass(frozen=True, slots=True)
class MappingLine:
    """A name of the package, by how many objects it is used, and what it is mapped to.

    `number` is that of its fields.
    """

    number: int
    use: UseCount
    to: str

    @property
    def kind(self) -> Promise:
        """What it is the name of."""
        return KINDS[self.use.kind]


@dataclass(frozen=True, slots=True)
class MappingPanel:
    """The names of a package: those that the workspace does not use yet, and those that it does."""

    strange: list[MappingLine]
    known: list[MappingLine]
    profiles: list[MappingProfile]
    profile: str
    merged: list[Merging]
    save_as: str
    offered: dict[MapKind, list[str]]

    @property
    def is_open(self) -> bool:
        """Whether it needs a look."""
        return bool(self.strange)


def mapping_panel(actor: Actor, run: ImportRun, typed: NameMap, save_as: str) -> MappingPanel:
    """Return the names of a package; `typed` is what somebody entered and was not taken."""
    lines = [
        MappingLine(number, use, typed.get((use.kind, use.value), "" if use.to == use.value else use.to))
        for number, use in enumerate(plan_uses(run))
    ]
    return MappingPanel(
        strange=[line for line in lines if not line.use.is_here or line.to],
        known=[line for line in lines if line.use.is_here and not line.to],
        profiles=profiles_of(actor=actor, workspace=run.workspace),
        profile=run.profile,
        merged=merged_names(mapping_read(run.mapping)),
        save_as=save_as,
        offered=_offered(actor, run, lines),
    )


def _offered(actor: Actor, run: ImportRun, lines: Sequence[MappingLine]) -> dict[MapKind, list[str]]:
    """Return names that the workspace uses, by the kinds that the package has names of."""
    kinds = dict.fromkeys(line.use.kind for line in lines)
    found = {kind: names_offered(actor=actor, workspace=run.workspace, kind=kind) for kind in kinds}
    return {kind: names for kind, names in found.items() if names}


def names_read(params: Mapping[str, str]) -> Iterator[tuple[MapKind, str, str]]:
    """Yield the names that a form has fields for, and what was entered: `kind-0`, `from-0`, `to-0`, ..."""
    for number in range(MOST_NAMES):
        kind, name = params.get(f"kind-{number}", ""), params.get(f"from-{number}")
        if name is None or kind not in list(MapKind):
            return
        yield MapKind(kind), name, params.get(f"to-{number}", "").strip()


def targets_read(params: Mapping[str, str]) -> NameMap:
    """Return what a form maps; an empty field maps nothing."""
    return {(kind, name): to for kind, name, to in names_read(params) if to and to != name}


def kept_besides(profile: NameMap, params: Mapping[str, str]) -> NameMap:
    """Return what a profile maps that the package does not name: saving it anew keeps that."""
    named = {(kind, name) for kind, name, _to in names_read(params)}
    return {key: to for key, to in profile.items() if key not in named}
