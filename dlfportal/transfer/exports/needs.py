"""What the target of a package must have: the package names it, and no package takes it along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count

from dlfportal.catalogue.models import Reference
from dlfportal.catalogue.selections import Resolved
from dlfportal.formats.kinds import Kind
from dlfportal.formats.mapping import MapKind, found_values
from dlfportal.formats.normalise import masked_places
from dlfportal.formats.problems import JsonPath
from dlfportal.formats.references import Target
from dlfportal.transfer.exports.selection import Entry

NEEDED = (MapKind.CONNECTION, MapKind.CLUSTER, MapKind.QUEUE, MapKind.DATABASE, MapKind.PATH)
"""What is needed; an owner or a zone is not a thing that one sets up."""
PLACES_KEPT = 20


class NeedPlace(NamedTuple):
    """Where something is named: in a node of a job, or in an object itself."""

    kind: Kind
    name: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a package names `count` times; `places` are the first of these."""

    kind: MapKind
    value: str
    count: int
    places: Sequence[NeedPlace] = ()


class LeftSecret(NamedTuple):
    """A secret whose value is not kept, and so is not in the package: it must be entered again."""

    kind: Kind
    object: str
    name: str


@dataclass(frozen=True, slots=True)
class Needs:
    """All that a package needs; `whole` says that every document was read."""

    needs: Sequence[Need] = ()
    secrets: Sequence[LeftSecret] = ()
    whole: bool = True


def needs_of(entries: Iterable[Entry], documents: Mapping[int, dict[str, Any]]) -> Needs:
    """Return what the documents of a package need, by kind and then by name."""
    found: dict[tuple[MapKind, str], list[NeedPlace]] = {}
    secrets: dict[LeftSecret, None] = {}
    whole = True
    for entry in _once(entries):
        document = documents.get(entry.revision_id)
        if document is None:
            whole = False
            continue
        for use in found_values(entry.kind, document, entry.cluster):
            if use.kind in NEEDED and (use.kind is not MapKind.PATH or use.value.startswith("obs://")):
                found.setdefault((use.kind, use.value), []).append(
                    NeedPlace(entry.kind, entry.name, use.node)
                )
        for path in masked_places(entry.kind, document):
            secrets.setdefault(LeftSecret(entry.kind, entry.name, _secret_name(document, path)))
    needs = [Need(kind, value, len(places), places[:PLACES_KEPT]) for (kind, value), places in found.items()]
    needs.sort(key=lambda need: (NEEDED.index(need.kind), need.value))
    return Needs(needs, list(secrets), whole)


def needs_indexed(resolved: Resolved) -> Needs:
    """Return the connections and clusters that chosen objects name. As many queries however many they are."""
    sources = [part.order_by().values("pk") for part in resolved.parts()]
    found = []
    for target, column in ((Target.CONNECTION, "name"), (Target.CDM_JOB, "cluster")):
        counts: dict[str, int] = {}
        for source in sources:
            rows = Reference.objects.filter(source__in=source, target=target).order_by().values(column)
            for value, count in rows.annotate(count=Count("pk")).values_list(column, "count"):
                counts[value] = counts.get(value, 0) + count
        kind = MapKind.CONNECTION if target is Target.CONNECTION else MapKind.CLUSTER
        found += [Need(kind, value, count) for value, count in sorted(counts.items()) if value]
    return Needs(found, whole=False)


def _once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield entries, of one document the first: a script stands in the folder of each job that uses it."""
    seen: set[int] = set()
    for entry in entries:
        if entry.revision_id not in seen:
            seen.add(entry.revision_id)
            yield entry


def _secret_name(document: dict[str, Any], path: JsonPath) -> str:
    """Return what a secret is called: the name beside its value, or else its key."""
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    name = holder.get("name") if isinstance(holder, dict) else None
    return name if isinstance(name, str) and path[-1] == "value" else str(path[-1])
