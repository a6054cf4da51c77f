"""Why each object of a package goes in, and what its jobs name that stays out. Read from its documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.packing import Identity
from dlfportal.formats.documents import find_dynamic, find_references
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Reference, Target
from dlfportal.transfer.exports.selection import Contents, Entry


class Why(StrEnum):
    """Why something that a job names is not in its package."""

    SUB_JOB = "sub_job"
    AWAITED = "awaited"
    ELSEWHERE = "elsewhere"
    MISSING = "missing"
    DYNAMIC = "dynamic"


class User(NamedTuple):
    """What pulls an object in: a job by a node, or a resource, `via`, that needs it."""

    job: str
    node: str = ""
    via: str = ""


class Stay(NamedTuple):
    """What a job names and its package has not; of a job of another workspace `cluster` is that workspace."""

    why: Why
    target: Target
    cluster: str
    name: str
    node: str


@dataclass(slots=True)
class Reasons:
    """Who pulls in what, and what stays out, by the name of the job that names it.

    `users` are by kind, cluster and name, and `used` are the objects that each job pulls in, in the order of
    its document.
    """

    users: dict[Identity, list[User]] = field(default_factory=dict)
    used: dict[str, list[Identity]] = field(default_factory=dict)
    stays: dict[str, list[Stay]] = field(default_factory=dict)

    def add(self, identity: Identity, user: User) -> None:
        """Note that something pulls an object in."""
        users = self.users.setdefault(identity, [])
        if user not in users:
            users.append(user)
        used = self.used.setdefault(user.job, [])
        if identity not in used:
            used.append(identity)


def identity_of(entry: Entry) -> Identity:
    """Return kind, cluster and name of an entry, as rows have them."""
    return (str(entry.kind), entry.cluster, entry.name)


def reasons_of(contents: Contents, documents: Mapping[int, dict[str, Any]]) -> Reasons:
    """Return why the objects of a package are in it. One query, for where its resources lie.

    What stands in the folder of a job whose document was not read goes in by that job, by an unknown node.
    """
    reasons = Reasons()
    held = {identity_of(entry) for entry in contents.entries}
    texts = _resource_texts(entry for entry in contents.entries if entry.kind is Kind.RESOURCE)
    naming = _Naming(held, texts)
    pulls = _resource_pulls(contents.entries, documents, naming)
    for entry in contents.entries:
        document = documents.get(entry.revision_id)
        if entry.kind is Kind.JOB and document is not None:
            _add_job(reasons, naming, entry.name, document)
    for job in [*contents.jobs, ""]:
        _add_pulled(reasons, pulls, job, contents.entries)
    for entry in contents.entries:
        if entry.pulled_by and identity_of(entry) not in reasons.used.get(entry.pulled_by, ()):
            reasons.add(identity_of(entry), User(entry.pulled_by))
    return reasons


class _Naming(NamedTuple):
    """What names lead to: the objects of a package, and resources by name, location or id."""

    held: set[Identity]
    texts: Mapping[str, Identity]

    def find(self, found: Reference) -> Identity | None:
        """Return which object of the package a reference names."""
        if found.target is Target.RESOURCE:
            return self.texts.get(found.name)
        identity = (str(found.target), found.cluster, found.name)
        return identity if identity in self.held else None


def _resource_texts(entries: Iterable[Entry]) -> dict[str, Identity]:
    """Return what each text that may name a resource leads to: a name before a location before an id."""
    revisions = sorted({entry.revision_id for entry in entries})
    if not revisions:
        return {}
    rows = CatalogueObject.objects.filter(revisions__id__within=revisions).order_by()
    known = sorted(rows.values_list("name", "location", "uid"), reverse=True)
    texts: dict[str, Identity] = {}
    for column in (2, 1, 0):
        for row in known:
            text = str(row[column])
            if text:
                texts[text] = (str(Kind.RESOURCE), "", row[0])
    return texts


def _resource_pulls(
    entries: Iterable[Entry], documents: Mapping[int, dict[str, Any]], naming: _Naming
) -> dict[Identity, list[Identity]]:
    """Return which resources of the package each of its resources needs."""
    pulls: dict[Identity, list[Identity]] = {}
    for entry in entries:
        if entry.kind is Kind.RESOURCE and (document := documents.get(entry.revision_id)) is not None:
            found = (naming.find(one) for one in find_references(Kind.RESOURCE, document))
            pulls[identity_of(entry)] = [one for one in found if one and one != identity_of(entry)]
    return pulls


def _add_job(reasons: Reasons, naming: _Naming, job: str, document: dict[str, Any]) -> None:
    for found in find_references(Kind.JOB, document):
        if found.target is Target.CONNECTION:
            continue
        if found.workspace or found.target is Target.JOB:
            _add_named_job(reasons, naming, job, found)
        elif identity := naming.find(found):
            reasons.add(identity, User(job, found.node))
        elif not found.soft:
            _stay(reasons, job, Why.MISSING, found)
    for found in find_dynamic(Kind.JOB, document):
        if found.target is not Target.CONNECTION:
            _stay(reasons, job, Why.DYNAMIC, found)


def _add_named_job(reasons: Reasons, naming: _Naming, job: str, found: Reference) -> None:
    if found.workspace:
        _stay(reasons, job, Why.ELSEWHERE, found)
    elif naming.find(found) is None:
        _stay(reasons, job, Why.AWAITED if found.waits else Why.SUB_JOB, found)
    else:
        reasons.users.setdefault((str(Kind.JOB), "", found.name), []).append(User(job, found.node))


def _stay(reasons: Reasons, job: str, why: Why, found: Reference) -> None:
    stay = Stay(why, found.target, found.workspace or found.cluster, found.name, found.node)
    stays = reasons.stays.setdefault(job, [])
    if stay not in stays:
        stays.append(stay)


def _add_pulled(
    reasons: Reasons, pulls: Mapping[Identity, list[Identity]], job: str, entries: Sequence[Entry]
) -> None:
    """Add what the resources of a job need, and what those chosen for themselves do."""
    chosen = [identity_of(entry) for entry in entries if not job and not entry.pulled_by]
    waiting = [*reasons.used.get(job, []), *chosen]
    seen = set(waiting)
    while waiting:
        above = waiting.pop(0)
        for identity in _new(pulls.get(above, ()), seen, waiting):
            reasons.add(identity, User(job, via=above[2]))


def _new(found: Iterable[Identity], seen: set[Identity], waiting: list[Identity]) -> Iterator[Identity]:
    for identity in found:
        if identity not in seen:
            seen.add(identity)
            waiting.append(identity)
        yield identity
