"""Export: jobs and what they use, as a zip package.

An export picks its revisions at one moment and then reads their contents by id in chunks: revisions
never change, so the package is a snapshot and no transaction stays open while it streams. Contents
are kept deflated and go into the zip as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.packing import Identity
from dlfportal.catalogue.selectors import ObjectMissing, object_list
from dlfportal.chunks import in_chunks, pieces
from dlfportal.db.prepared import Given, Prepared
from dlfportal.db.snapshot import snapshot
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import BATCH_PACKAGE, package_name
from dlfportal.formats.zip.writer import PackageDigest, ZipEntry, ZipWriter, zip_size
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.gathering import gather
from dlfportal.transfer.exports.kept import PACKAGE_BYTES, Piece, packages
from dlfportal.transfer.exports.packed import AnEntry
from dlfportal.transfer.exports.record import Order, PackageHead, Recording, Tally, export_begin
from dlfportal.transfer.exports.selection import (
    Contents,
    LongContents,
    PackageLayout,
    Selector,
    missing_label,
    not_submitted,
)
from dlfportal.transfer.store.paths import ObsPath

ENTRIES_A_READ = 200
BYTES_A_READ = 4 * 1024 * 1024
"""One chunk of contents in memory: at most so many entries and, one document aside, so many bytes."""

ENTRIES_A_PIECE = 1000
PIECE_BYTES = 192 * 1024
"""A piece ends with the entry that passes this: so most are sent whole, in one call each."""

KNOWN_AHEAD = 100
"""Up to so many jobs, the package's size, digest and gaps are known before its first byte."""


KNOWN = ("pk", "content__sha256", "content__stored")
FACTS = Prepared(
    lambda: Revision.objects.filter(pk__within=Given("revisions")).order_by().values_list(*KNOWN)
)
CONTENTS = Prepared(
    lambda: (
        Revision.objects.filter(pk__within=Given("revisions"))
        .order_by()
        .values_list(*KNOWN, "content__size", "content__crc32", "content__data")
    )
)


class JobsMissing(ObjectMissing):
    """Some of the jobs of a list do not exist; `names` are all of these, in the order of the list."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        super().__init__(Kind.JOB, names[0])


class PackageStream(Iterator[bytes]):
    """The bytes of a package. Taking the last one records the export as complete, closing as broken off.

    Complete means that every byte was handed on: a client may yet go away with some of them under way.
    The one who takes them closes the stream, even if nothing was taken.
    """

    def __init__(self, pieces: Generator[bytes], recording: Recording) -> None:
        self.recording = recording
        self._pieces = pieces

    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except StopIteration:
            self.recording.end(complete=True)
            raise
        except BaseException:
            self.close()
            raise
        self.recording.beat()
        return piece

    def pieces(self) -> Generator[bytes]:
        """Return the bytes for somebody who ends the record, once they are where they should be."""
        return self._pieces

    def close(self) -> None:
        """Take no more. The pieces are closed first: they may hold a snapshot, which nobody writes in."""
        self._pieces.close()
        self.recording.end(complete=False)


@dataclass(slots=True)
class Download:
    """A package ready to stream, its start recorded: `name` is its file name, `head` None for a large one."""

    name: str
    head: PackageHead | None
    stream: PackageStream
    tally: Tally

    @property
    def contents(self) -> Contents | LongContents:
        """What the package holds and misses; of a large one complete when the stream has ended."""
        return self.tally.contents


def export_job(
    *,
    actor: Actor,
    workspace: Workspace,
    name: str,
    depend: bool = True,
    status: ExportStatus = ExportStatus.DEVELOP,
    target: ObsPath | None = None,
    without: frozenset[Identity] = frozenset(),
    noted: Mapping[str, Any] | None = None,
) -> Download:
    """Return the package `DLF_{name}.zip` of one job (the seed's operation); its start is recorded.

    `depend` also exports the scripts and resources the job uses, but for those among `without`; `target` is
    the folder of the object store that it is for, `noted` what else the record keeps of how it came. Raises
    NotFound for a job that does not exist or a workspace that is not the actor's, NotSubmitted for SUBMIT
    without a version, django.db.Error when nothing can be recorded.
    """
    require(actor.user, workspace, Right.VIEW)
    selector = Selector(workspace, PackageLayout.SINGLE, depend, status, without)
    options = _options(selector, target, noted)
    order = Order(actor, workspace, package_name(name), {"jobs": [name]}, options)

    def pick() -> Contents:
        jobs = selector.jobs_named([name])
        if not jobs:
            raise JobsMissing([name])
        return selector.choose(jobs)

    return _known_package(order, pick)


def export_jobs(
    *,
    actor: Actor,
    workspace: Workspace,
    jobs: QuerySet[CatalogueObject],
    others: QuerySet[CatalogueObject] | None = None,
    depend: bool = True,
    status: ExportStatus = ExportStatus.DEVELOP,
    target: ObsPath | None = None,
    selection: Mapping[str, Any] | None = None,
    without: frozenset[Identity] = frozenset(),
    noted: Mapping[str, Any] | None = None,
    name: str = BATCH_PACKAGE,
) -> Download:
    """Return the package of the jobs of a queryset, in the batch layout; its start is recorded.

    `others` are scripts, resources and CDM jobs that go out for themselves. `selection` says for the
    record how the objects were chosen, when that was not job by job; `without` and `noted` are as
    `export_job` has them, and `name` is how the package is called. However many objects there are, it
    streams in constant memory. Raises as `export_job`.
    """
    require(actor.user, workspace, Right.VIEW)
    selector = Selector(workspace, PackageLayout.BATCH, depend, status, without)
    order = Order(actor, workspace, name, selection or {}, _options(selector, target, noted))
    if is_known_ahead(jobs, others):
        return _known_package(order, lambda: selector.choose(selector.jobs(jobs), others))
    if status is ExportStatus.SUBMIT and jobs.filter(version=None).exists():
        raise not_submitted()
    if not selection:
        order = replace(order, selection={"jobs": sorted(jobs.order_by().values_list("name", flat=True))})
    tally = Tally(known_ahead=False)
    recording = export_begin(order, tally, None)
    pieces = _pieces(_pick_late(selector, jobs, others, tally), tally)
    return Download(name, None, PackageStream(pieces, recording), tally)


def is_known_ahead(jobs: QuerySet[CatalogueObject], others: QuerySet[CatalogueObject] | None) -> bool:
    """Return whether the package of these objects is so small that it is known before its first byte."""
    return _is_small(jobs) and (others is None or _is_small(others))


def _is_small(objects: QuerySet[CatalogueObject]) -> bool:
    """Return whether a package of these objects is known before its first byte."""
    return len(objects.order_by()[: KNOWN_AHEAD + 1].values_list("pk")) <= KNOWN_AHEAD


def export_preview(
    *,
    actor: Actor,
    workspace: Workspace,
    jobs: QuerySet[CatalogueObject],
    others: QuerySet[CatalogueObject] | None = None,
    depend: bool = True,
    layout: PackageLayout = PackageLayout.BATCH,
    status: ExportStatus = ExportStatus.DEVELOP,
    without: frozenset[Identity] = frozenset(),
) -> Contents:
    """Return what a package of these jobs would hold and miss.

    Raises NotFound (policy), NotSubmitted for SUBMIT and a job without a version.
    """
    require(actor.user, workspace, Right.VIEW)
    selector = Selector(workspace, layout, depend, status, without)
    with snapshot():
        return selector.choose(selector.jobs(jobs), others)


Facts = Mapping[int, tuple[Any, ...]]
"""SHA-256 and length of the deflated content, by the id of the revision."""


def package_head(contents: Contents, facts: Facts | None = None) -> PackageHead:
    """Return size, digest and gaps of the package that holds the entries of `contents`.

    `facts` are those of `entry_facts` for these entries and perhaps others, if somebody has them already.
    """
    facts = facts or entry_facts(contents.entries)
    digest = PackageDigest()
    for entry in contents.entries:
        digest.add(facts[entry.revision_id][0], entry.path)
    size = zip_size((entry.path, facts[entry.revision_id][1]) for entry in contents.entries)
    return PackageHead(size, digest.hexdigest(), contents.missing)


def jobs_named(workspace: Workspace, names: Sequence[str]) -> QuerySet[CatalogueObject]:
    """Return the jobs with these names. Raises JobsMissing when one of them does not exist."""
    jobs = object_list(workspace, Kind.JOB)
    known: set[str] = set()
    for chunk in in_chunks(names):
        known.update(jobs.filter(name__in=chunk).values_list("name", flat=True))
    if missing := [name for name in names if name not in known]:
        raise JobsMissing(missing)
    return jobs.filter(name__in=names)


def _options(
    selector: Selector, target: ObsPath | None, noted: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return for the record how a package is made."""
    options = {
        "layout": selector.layout,
        "export_depend": selector.depend,
        "export_status": selector.status,
    }
    if selector.without:
        options["without"] = sorted(
            missing_label(ReferenceKey(*identity, soft=False)) for identity in selector.without
        )
    return options | ({"obs_path": str(target)} if target else {}) | dict(noted or {})


def _known_package(order: Order, pick: Callable[[], Contents]) -> Download:
    """Return the package of what `pick` chooses: it is picked, and its head is made, before anything leaves.

    One that left a short while ago, and is the same still, is not made again.
    """
    tally = Tally(known_ahead=True)
    with snapshot():
        contents = pick()
    tally.contents, tally.picked = contents, True
    head = package_head(contents)
    if not order.selection:
        order = replace(order, selection={"jobs": contents.jobs})
    return package_download(order, tally, head)


def package_download(order: Order, tally: Tally, head: PackageHead | None) -> Download:
    """Return the package of the entries that are picked in `tally`; its start is recorded.

    Raises django.db.Error when nothing can be recorded.
    """
    recording = export_begin(order, tally, head)
    pieces = _small_pieces(head, tally) if head else _pieces(_read(tally.contents.entries, tally), tally)
    return Download(order.name, head, PackageStream(pieces, recording), tally)


def _small_pieces(head: PackageHead, tally: Tally) -> Generator[bytes]:
    """Yield a package that is known ahead: as it was kept, or made and then kept if it is small."""
    if kept := packages.get(head.digest):
        for piece in kept:
            tally.entries, tally.digest = piece.entries, piece.digest
            tally.sent += len(piece.data)
            yield piece.data
        return
    made: list[Piece] = []
    with closing(_pieces(_read(tally.contents.entries, tally), tally)) as pieces:
        for data in pieces:
            if head.size <= PACKAGE_BYTES:
                made.append(Piece(data, tally.entries, tally.digest.copy()))
            yield data
    if made:
        packages.put(head.digest, made)


def _pick_late(
    selector: Selector,
    jobs: QuerySet[CatalogueObject],
    others: QuerySet[CatalogueObject] | None,
    tally: Tally,
) -> Generator[ZipEntry]:
    """Yield the entries of many objects, the first one before the others are even read."""
    with snapshot():
        first = selector.first_entries(jobs, others)
        yield from _read(first, tally)
        picked = gather(selector, jobs, others)
    tally.contents, tally.picked = picked, True
    yield from _read(islice(picked.entries, len(first), None), tally)


def _read(entries: Iterable[AnEntry], tally: Tally) -> Generator[ZipEntry]:
    """Yield the entries with their contents, read in chunks, and counted in `tally`."""
    for chunk in _chunks(entries):
        contents = _contents(chunk)
        for entry in chunk:
            _pk, sha256, _stored, size, crc32, data = contents[entry.revision_id]
            tally.digest.add(sha256, entry.path)
            tally.entries += 1
            yield ZipEntry(entry.path, size, crc32, data)


def _chunks(entries: Iterable[AnEntry]) -> Iterator[list[AnEntry]]:
    return pieces(entries, attrgetter("size"), ENTRIES_A_READ, BYTES_A_READ)


def _contents(entries: Iterable[AnEntry]) -> dict[int, tuple[Any, ...]]:
    """Return revision id -> (id, SHA-256, deflated bytes, size, CRC-32, data) of the entries."""
    rows = CONTENTS.rows(revisions=list({entry.revision_id for entry in entries}))
    return {row[0]: row for row in rows}


def entry_facts(entries: Iterable[AnEntry]) -> dict[int, tuple[Any, ...]]:
    """Return revision id -> (SHA-256, deflated bytes) of the entries."""
    facts: dict[int, tuple[Any, ...]] = {}
    for chunk in in_chunks(sorted({entry.revision_id for entry in entries})):
        facts.update((row[0], row[1:]) for row in FACTS.rows(revisions=chunk))
    return facts


def _pieces(entries: Generator[ZipEntry], tally: Tally) -> Generator[bytes]:
    """Yield the zip, counted in `tally`: the first entry at once, then pieces worth a system call each.

    The entries are closed with it.
    """
    with closing(entries), closing(ZipWriter()) as writer:
        for some in chain([islice(entries, 1)], pieces(entries, _data_size, ENTRIES_A_PIECE, PIECE_BYTES)):
            if piece := writer.add(some):
                tally.sent += len(piece)
                yield piece
        for piece in writer.end():
            tally.sent += len(piece)
            yield piece


def _data_size(entry: ZipEntry) -> int:
    return len(entry.data)
