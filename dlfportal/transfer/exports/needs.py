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


class NeedsFound:
    """Adds up what documents need, each read once: a script stands in the folder of each job that uses it."""

    def __init__(self) -> None:
        self._found: dict[tuple[MapKind, str], tuple[list[int], list[NeedPlace]]] = {}
        self._secrets: dict[LeftSecret, None] = {}
        self._seen: set[int] = set()
        self._whole = True

    def add(self, entries: Iterable[Entry], documents: Mapping[int, dict[str, Any]]) -> None:
        """Add what the documents of entries need; one that is not given stays unread."""
        for entry in entries:
            if entry.revision_id in self._seen:
                continue
            self._seen.add(entry.revision_id)
            document = documents.get(entry.revision_id)
            if document is None:
                self._whole = False
                continue
            for kind, value, place in uses_of_entry(entry, document):
                count, places = self._found.setdefault((kind, value), ([0], []))
                count[0] += 1
                places += [place] if len(places) < PLACES_KEPT else []
            self._secrets.update(dict.fromkeys(secrets_of_entry(entry, document)))

    def needs(self) -> Needs:
        """Return all that was found, by kind and then by name."""
        found = self._found.items()
        needs = [Need(kind, value, count[0], places) for (kind, value), (count, places) in found]
        needs.sort(key=lambda need: (NEEDED.index(need.kind), need.value))
        return Needs(needs, list(self._secrets), self._whole)


def needs_of(entries: Iterable[Entry], documents: Mapping[int, dict[str, Any]]) -> Needs:
    """Return what the documents of a package need, by kind and then by name."""
    found = NeedsFound()
    found.add(entries, documents)
    return found.needs()


def uses_of_entry(entry: Entry, document: dict[str, Any]) -> Iterator[tuple[MapKind, str, NeedPlace]]:
    """Yield what one document names that the target must have, with where it does."""
    for use in found_values(entry.kind, document, entry.cluster):
        if use.kind in NEEDED and (use.kind is not MapKind.PATH or use.value.startswith("obs://")):
            yield use.kind, use.value, NeedPlace(entry.kind, entry.name, use.node)


def secrets_of_entry(entry: Entry, document: dict[str, Any]) -> Iterator[LeftSecret]:
    """Yield the secrets of one document, whose values are not kept."""
    for path in masked_places(entry.kind, document):
        yield LeftSecret(entry.kind, entry.name, _secret_name(document, path))


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


def _secret_name(document: dict[str, Any], path: JsonPath) -> str:
    """Return what a secret is called: the name beside its value, or else its key."""
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    name = holder.get("name") if isinstance(holder, dict) else None
    return name if isinstance(name, str) and path[-1] == "value" else str(path[-1])
