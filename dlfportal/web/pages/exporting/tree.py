"""The tree of a package: job by job what goes in and who pulls it in, and what stays out and why."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dlfportal.access.models import Workspace
from dlfportal.catalogue.elsewhere import Far
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.packing import Identity, Packing, label_of
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.formats.zip.writer import zip_size
from dlfportal.links import object_url, url_of
from dlfportal.transfer.exports.package import Facts
from dlfportal.transfer.exports.reasons import Reasons, Stay, User, Why, identity_of
from dlfportal.transfer.exports.selection import Contents, Entry, PackageLayout
from dlfportal.web.pages.exporting.options import tick_of

CHAINS_SHOWN = 20
EMPTY_ZIP = zip_size([])


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tree.

    `tick` is the value of its box, "" without one, `field` what the box is called, and `ticked` whether it is
    ticked; `goes` says whether the object is in the package. `reason` says who pulls it in, or why it stays;
    `chains` are all its users. `file` numbers the files of the tree, -1 for what is none, and `packed` are
    the bytes that the file takes in the package. `via` are the ticks of what pulls it in beside the job, as
    JSON.
    """

    kind: Kind
    label: str
    url: str
    tick: str = ""
    field: str = "take"
    ticked: bool = True
    goes: bool = True
    reason: str = ""
    chains: Sequence[str] = ()
    chains_left: int = 0
    file: int = -1
    size: int = 0
    packed: int = 0
    is_dependency: bool = False
    via: str = ""
    why: str = ""
    is_missing: bool = False

    @property
    def sign(self) -> str:
        """What stands in the place of its box: that it is missing, or that it is somewhere else."""
        return "" if not self.why else "!" if self.is_missing else "→"

    @property
    def tone(self) -> str:
        """The colour and the icon of its kind."""
        return KINDS[self.kind].tone

    @property
    def word(self) -> str:
        """Its kind."""
        return KINDS[self.kind].label


@dataclass(frozen=True, slots=True)
class Group:
    """A job with what it uses; or, without one, what was chosen for itself, or was ticked off (`is_out`).

    A closed one has an address that opens it, and says how many files are `inside`.
    """

    head: Row | None
    rows: list[Row] = field(default_factory=list)
    stays: list[Row] = field(default_factory=list)
    open_url: str = ""
    inside: int = 0
    is_out: bool = False

    def matches(self, text: str) -> bool:
        """Return whether something of the group has a text in its name, without case."""
        rows = [*([self.head] if self.head else []), *self.rows, *self.stays]
        return any(text.casefold() in row.label.casefold() for row in rows)

    @property
    def shown(self) -> str:
        """The ticks that a form which shows the group speaks of, as JSON."""
        rows = [*([self.head] if self.head else []), *self.rows]
        return json.dumps([row.tick for row in rows if row.tick and row.field == "take"], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Tree:
    """Makes the groups of a package.

    `contents` is the package with nothing left out, `held` the paths of what is really in it, `facts` are
    those of its entries, `known` the names of the jobs that the workspace has among those that jobs name, and
    `far` what the jobs name in other workspaces.
    """

    workspace: Workspace
    packing: Packing
    layout: PackageLayout
    contents: Contents
    held: Collection[str]
    facts: Facts
    reasons: Reasons
    known: Collection[str]
    far: Mapping[tuple[str, str], Far]

    def groups(self) -> list[Group]:
        """Return the jobs in their order, then what was chosen for itself."""
        numbered = list(enumerate(self.contents.entries))
        cdm_jobs = {identity_of(entry): (place, entry) for place, entry in numbered if _is_cdm(entry)}
        inside: dict[str, list[tuple[int, Entry]]] = {}
        for place, entry in numbered:
            if not _is_cdm(entry) and entry.kind is not Kind.JOB:
                inside.setdefault(entry.pulled_by, []).append((place, entry))
        found = [
            self._job_group(place, entry, inside.get(entry.name, []), cdm_jobs)
            for place, entry in numbered
            if entry.kind is Kind.JOB
        ]
        used = {identity for job in self.contents.jobs for identity in self.reasons.used.get(job, ())}
        rest = [*inside.get("", []), *(pair for key, pair in cdm_jobs.items() if key not in used)]
        return (
            [*found, Group(None, [self._file(place, entry, "") for place, entry in rest])] if rest else found
        )

    def _job_group(
        self,
        place: int,
        entry: Entry,
        inside: Iterable[tuple[int, Entry]],
        cdm_jobs: Mapping[Identity, tuple[int, Entry]],
    ) -> Group:
        job = entry.name
        rows = [self._file(number, one, job) for number, one in inside]
        for identity in self.reasons.used.get(job, ()):
            if identity in cdm_jobs:
                rows.append(self._file(*cdm_jobs[identity], job))
        stays = [self._stay(stay) for stay in self.reasons.stays.get(job, ())]
        return Group(self._file(place, entry, ""), rows, stays)

    def _file(self, place: int, entry: Entry, job: str) -> Row:
        label = label_of(entry.cluster, entry.name)
        users = self.reasons.users.get(identity_of(entry), [])
        mine = [user for user in users if user.job == job]
        ticked = label not in self.packing.without.get(entry.kind, ())
        goes = entry.path in self.held
        return Row(
            kind=entry.kind,
            label=label,
            url=object_url(self.workspace.pk, entry.kind, entry.name, entry.cluster),
            tick=tick_of(entry.kind, label),
            ticked=ticked,
            goes=goes,
            reason=_reason(mine or users, users),
            chains=[_chain(user, label) for user in users[:CHAINS_SHOWN]] if len(users) > 1 else [],
            chains_left=max(0, len(users) - CHAINS_SHOWN),
            file=place,
            size=entry.size,
            packed=zip_size([(entry.path, self.facts[entry.revision_id][1])]) - EMPTY_ZIP,
            is_dependency=entry.is_dependency,
            via=_via(mine),
            why="" if goes else self._why_out(entry, ticked),
        )

    def _why_out(self, entry: Entry, ticked: bool) -> str:
        """Return why a file is not in the package that would be in it if nothing was left out."""
        if not ticked:
            return _("not ticked")
        if entry.is_dependency and not self.packing.depend:
            return _("without dependencies")
        return _("what needs it stays out")

    def _stay(self, stay: Stay) -> Row:
        kind = KIND_OF[str(stay.target)]
        may_come = stay.why in (Why.SUB_JOB, Why.AWAITED)
        is_here = not may_come or stay.name in self.known
        cluster = "" if stay.why is Why.ELSEWHERE else stay.cluster
        far = self.far.get((stay.cluster, stay.name)) if stay.why is Why.ELSEWHERE else None
        url = object_url(self.workspace.pk, kind, stay.name) if may_come and is_here else ""
        return Row(
            kind=kind,
            label=label_of(cluster, stay.name),
            url=url_of(far.job) if far and far.job else url,
            tick=stay.name if may_come and is_here and self.layout is PackageLayout.BATCH else "",
            field="also",
            ticked=False,
            goes=False,
            reason=_by_node(stay.node),
            why=_far_text(far) if far else _stay_text(stay, is_here),
            is_missing=stay.why in (Why.MISSING, Why.DYNAMIC) or not is_here,
        )


def _is_cdm(entry: Entry) -> bool:
    return entry.kind is Kind.CDM_JOB


def _via(users: Sequence[User]) -> str:
    """Return the resources that pull something in which no node of the job names itself, as JSON."""
    names = [user.via for user in users]
    return json.dumps([tick_of(Kind.RESOURCE, name) for name in names]) if names and all(names) else ""


def _reason(first: Sequence[User], users: Sequence[User]) -> str:
    """Return who pulls something in: the first user, and how many more there are."""
    if not first:
        return ""
    user = first[0]
    text = _by_resource(user.via) if user.via else _by_node(user.node) or _by_job(user.job)
    more = len(users) - 1
    if not more:
        return text
    return ngettext("%(user)s and %(count)s more", "%(user)s and %(count)s more", more) % {
        "user": text,
        "count": more,
    }


def _by_node(node: str) -> str:
    return _("by node %(node)s") % {"node": node} if node else ""


def _by_resource(name: str) -> str:
    return _("needed by the resource %(name)s") % {"name": name}


def _by_job(job: str) -> str:
    return _("by job %(job)s") % {"job": job} if job else ""


def _chain(user: User, label: str) -> str:
    """Return how one comes from a job to what it pulls in."""
    return " › ".join(part for part in (user.job, user.node, user.via, label) if part)


def _stay_text(stay: Stay, is_here: bool) -> str:
    """Return why something that a job names stays out."""
    if stay.why is Why.DYNAMIC:
        return _("named by an expression, only a run knows it")
    if stay.why is Why.MISSING or not is_here:
        return _("missing here")
    return _("waited for, stays") if stay.why is Why.AWAITED else _("sub-job, stays")


def _far_text(far: Far) -> str:
    """Return that a job of another workspace stays there."""
    if far.workspace:
        return _("in the workspace %(name)s, stays") % {"name": far.workspace}
    return _("in another workspace, stays")


def jobs_named(reasons: Reasons) -> Iterator[str]:
    """Yield the names of the jobs of the workspace that stay out."""
    for stays in reasons.stays.values():
        yield from (stay.name for stay in stays if stay.why in (Why.SUB_JOB, Why.AWAITED))


def far_ones(reasons: Reasons) -> set[tuple[str, str]]:
    """Return the jobs of other workspaces that are named, as (workspace, job)."""
    stays = (stay for found in reasons.stays.values() for stay in found)
    return {(stay.cluster, stay.name) for stay in stays if stay.why is Why.ELSEWHERE}
