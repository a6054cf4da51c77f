"""Splitting a package into parts that DataArts takes: at most 100 jobs a call, and 10 MB a file.

Jobs that call each other or share objects stay together where they fit into one part. The same objects give
the same parts. Each part can be imported alone: it has all that its jobs use, whatever other parts have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.references import Found, links
from dlfportal.catalogue.selections import Resolved
from dlfportal.catalogue.selectors import objects_gathered
from dlfportal.chunks import in_chunks
from dlfportal.db.snapshot import snapshot
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.formats.layout import batch_entry, single_entry
from dlfportal.formats.references import Target
from dlfportal.formats.zip.writer import zip_size
from dlfportal.transfer.exports.dependencies import ResourceUses
from dlfportal.transfer.exports.selection import Selector, place

JOBS_AT_MOST = 100
PACKAGE_BYTES_AT_MOST = 10 * 1024 * 1024
"""What DataArts takes in one call (reference: documents, section 7)."""

OPEN_PARTS = 20
"""A group of jobs is tried with so many parts that have room left."""
EMPTY = zip_size([])


@dataclass(slots=True)
class Part:
    """One package of several: the ids of its jobs and of its other objects, in entry order.

    `files` and `size` are at most those of its package: CDM jobs are counted for each of its jobs.
    """

    jobs: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    files: int = 0
    size: int = EMPTY

    @property
    def fits(self) -> bool:
        """Whether DataArts takes it: a single job may be too large by itself."""
        return len(self.jobs) <= JOBS_AT_MOST and self.size <= PACKAGE_BYTES_AT_MOST

    @property
    def digest(self) -> str:
        """What tells its objects from those of another part."""
        ids = ",".join(map(str, chain(self.jobs, [0], self.others)))
        return hashlib.sha256(ids.encode()).hexdigest()[:32]

    def resolved(self, workspace: Workspace) -> Resolved:
        """Return its objects as those of a choice."""
        others = objects_gathered(workspace, None, self.others) if self.others else None
        return Resolved(objects_gathered(workspace, Kind.JOB, self.jobs), others)


def part_name(number: int, count: int) -> str:
    """Return the file name of a part, the first being 1: `jobs_01_of_30.zip`."""
    return f"jobs_{number:0{len(str(count))}}_of_{count}.zip"


def export_split(*, actor: Actor, selector: Selector, resolved: Resolved) -> list[Part]:
    """Return the parts of the package of what is resolved.

    Raises NotFound (policy), and NotSubmitted as `Selector.jobs`.
    """
    require(actor.user, selector.workspace, Right.VIEW)
    with snapshot():
        jobs = selector.jobs(resolved.jobs)
        used = list(_used_by(selector, jobs))
        others = _others(selector, resolved, {row.pk for rows in used for row in rows})
        calls = _calls(jobs)
        lengths = _lengths(chain(jobs, chain.from_iterable(used), chain.from_iterable(others)))
    pieces = [_piece_of_job(place, job, used[place], lengths) for place, job in enumerate(jobs)]
    groups = _joined(pieces, [*calls, *_shared(used)])
    rest = [_piece_of_other(rows, lengths) for rows in others]
    return [_part(piece, jobs) for piece in _packed([*groups, *rest])]


@dataclass(slots=True)
class _Piece:
    """What stays together: jobs by their places in entry order, and other objects by id."""

    jobs: list[int]
    others: list[int]
    files: int
    size: int

    def takes(self, other: _Piece) -> bool:
        """Whether another one fits in beside this one."""
        return (
            len(self.jobs) + len(other.jobs) <= JOBS_AT_MOST
            and EMPTY + self.size + other.size <= PACKAGE_BYTES_AT_MOST
        )

    def add(self, other: _Piece) -> None:
        """Take another one in."""
        self.jobs += other.jobs
        self.others += other.others
        self.files += other.files
        self.size += other.size


def _used_by(selector: Selector, jobs: Sequence[Found]) -> Iterator[set[Found]]:
    """Yield what each job brings along, in their order."""
    resources = ResourceUses(selector.finder)
    for chunk in in_chunks(jobs):
        uses = selector.finder.uses(chunk, selector.targets)
        resources.learn(row for rows in uses.found.values() for row in rows)
        yield from (resources.with_closure(uses.found.get(job.pk, set())) for job in chunk)


def _others(selector: Selector, resolved: Resolved, held: set[int]) -> list[list[Found]]:
    """Return what goes in for itself and no job brings along, each with the resources that it needs."""
    if resolved.others is None:
        return []
    rows = [Found._make(row) for row in resolved.others.order_by().values_list(*Found._fields).iterator()]
    chosen = sorted((row for row in selector.finder.as_exported(rows) if row.pk not in held), key=place)
    resources = ResourceUses(selector.finder)
    if selector.depend:
        resources.learn(chosen)
    return [[row, *sorted(resources.with_closure({row}) - {row}, key=place)] for row in chosen]


def _calls(jobs: Sequence[Found]) -> list[list[int]]:
    """Return which jobs start or wait for which others of the package, in pairs of places."""
    places = {job.pk: place for place, job in enumerate(jobs)}
    named = links([job.pk for job in jobs], frozenset({Target.JOB}))
    pairs = {
        tuple(sorted((places[pk], places[found.pk])))
        for pk, _key, found in named
        if found and found.pk in places and found.pk != pk
    }
    return [list(pair) for pair in sorted(pairs)]


def _shared(used: Sequence[set[Found]]) -> list[list[int]]:
    """Return the places of the jobs that share an object, what few share before what many do."""
    users: dict[int, list[int]] = {}
    for job, rows in enumerate(used):
        for row in rows:
            users.setdefault(row.pk, []).append(job)
    return sorted((jobs for jobs in users.values() if len(jobs) > 1), key=lambda jobs: (len(jobs), jobs))


def _lengths(rows: Iterable[Found]) -> dict[int, int]:
    """Return how many bytes the content of each exported revision takes, deflated."""
    revisions = sorted({row.revision_id for row in rows})
    lengths: dict[int, int] = {}
    for chunk in in_chunks(revisions):
        found = Revision.objects.filter(pk__within=chunk).order_by()
        lengths.update(found.values_list("pk", "content__stored"))
    return lengths


def _piece_of_job(number: int, job: Found, used: Iterable[Found], lengths: dict[int, int]) -> _Piece:
    rows = [job, *used]
    return _Piece([number], [], len(rows), sum(_size(row, job.name, lengths) for row in rows))


def _piece_of_other(rows: Sequence[Found], lengths: dict[int, int]) -> _Piece:
    return _Piece([], [rows[0].pk], len(rows), sum(_size(row, "", lengths) for row in rows))


def _size(row: Found, job: str, lengths: dict[int, int]) -> int:
    kind = KIND_OF[row.kind]
    path = batch_entry(job, kind, row.name, row.cluster) if job else single_entry(kind, row.name, row.cluster)
    return zip_size([(path, lengths[row.revision_id])]) - EMPTY


def _joined(pieces: list[_Piece], ties: Iterable[list[int]]) -> list[_Piece]:
    """Return the pieces, those that are tied made one as long as DataArts takes it, the first tie first."""
    leaders = list(range(len(pieces)))

    def leader(place: int) -> int:
        while leaders[place] != place:
            leaders[place] = place = leaders[leaders[place]]
        return place

    for jobs in ties:
        for one, other in pairwise(jobs):
            first, second = sorted((leader(one), leader(other)))
            if first != second and pieces[first].takes(pieces[second]):
                pieces[first].add(pieces[second])
                leaders[second] = first
    return [piece for place, piece in enumerate(pieces) if leaders[place] == place]


def _packed(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Return the pieces put together into as few as fit: each into the first of the last that takes it."""
    packed: list[_Piece] = []
    for piece in pieces:
        fitting = next((one for one in packed[-OPEN_PARTS:] if one.takes(piece)), None)
        if fitting is None:
            packed.append(piece)
        else:
            fitting.add(piece)
    return packed


def _part(piece: _Piece, jobs: Sequence[Found]) -> Part:
    ids = [jobs[number].pk for number in sorted(piece.jobs)]
    return Part(ids, piece.others, piece.files, EMPTY + piece.size)
