"""Export: jobs and what they use, as a zip package.

An export picks its revisions at one moment and then reads their contents by id in chunks: revisions
never change, so the package is a snapshot and no transaction stays open while it streams. Contents
are kept deflated and go into the zip as they are.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import ObjectMissing, in_chunks, object_list
from dlfportal.catalogue.snapshot import snapshot
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import BATCH_PACKAGE, package_name
from dlfportal.formats.pieces import pieces
from dlfportal.formats.writer import PackageDigest, ZipEntry, zip_size, zip_stream
from dlfportal.transfer.pick import Choice, ExportStatus, PackageLayout, Picked, Picker, not_submitted

ENTRIES_A_READ = 200
BYTES_A_READ = 4 * 1024 * 1024
"""One chunk of contents in memory: at most so many entries and, one document aside, so many bytes."""

PIECE_BYTES = 64 * 1024

KNOWN_AHEAD = 100
"""Up to so many jobs, the package's size, digest and gaps are known before its first byte."""


@dataclass(frozen=True, slots=True)
class PackageHead:
    """What is known of a package before its first byte; `size` in bytes of the zip."""

    size: int
    digest: str
    missing: Sequence[str]


@dataclass(slots=True)
class Package:
    """A package ready to stream: `name` is its file name, `head` is None for more than 100 jobs.

    `missing` is complete when the stream has ended. Who stops reading early closes the stream.
    """

    name: str
    head: PackageHead | None
    stream: Generator[bytes]
    missing: Sequence[str]


@dataclass(slots=True)
class _Tally:
    """What the audit entry says of an export, gathered while it streams."""

    choice: Choice = field(default_factory=Choice)
    digest: PackageDigest = field(default_factory=PackageDigest)
    entries: int = 0
    size: int = 0
    complete: bool = False


def export_job(
    *,
    actor: Actor,
    workspace: Workspace,
    name: str,
    depend: bool = True,
    status: ExportStatus = ExportStatus.DEVELOP,
) -> Package:
    """Return the package `DLF_{name}.zip` of one job (the seed's operation).

    `depend` also exports the scripts and resources the job uses. Raises NotFound for a job that
    does not exist or a workspace that is not the actor's, NotSubmitted for SUBMIT without a version.
    """
    require(actor.user, workspace, Right.VIEW)
    picker = Picker(workspace, PackageLayout.SINGLE, depend, status)
    return _known_package(actor, picker, jobs_named(workspace, [name]), package_name(name))


def export_jobs(
    *,
    actor: Actor,
    workspace: Workspace,
    jobs: QuerySet[CatalogueObject],
    depend: bool = True,
    status: ExportStatus = ExportStatus.DEVELOP,
) -> Package:
    """Return the package `jobs.zip` of the jobs of a queryset, in the batch layout.

    However many jobs there are, it streams in constant memory. Raises NotFound (policy) or
    NotSubmitted.
    """
    require(actor.user, workspace, Right.VIEW)
    picker = Picker(workspace, PackageLayout.BATCH, depend, status)
    if len(jobs.order_by()[: KNOWN_AHEAD + 1].values_list("pk")) <= KNOWN_AHEAD:
        return _known_package(actor, picker, jobs, BATCH_PACKAGE)
    if status is ExportStatus.SUBMIT and jobs.filter(version=None).exists():
        raise not_submitted()
    tally, missing = _Tally(), list[str]()
    entries = _pick_late(picker, jobs, tally, missing)
    return Package(BATCH_PACKAGE, None, _stream(actor, picker, entries, tally), missing)


def export_preview(
    *,
    actor: Actor,
    workspace: Workspace,
    jobs: QuerySet[CatalogueObject],
    depend: bool = True,
    layout: PackageLayout = PackageLayout.BATCH,
) -> Choice:
    """Return what a package of these jobs would hold and miss. Raises NotFound (policy)."""
    require(actor.user, workspace, Right.VIEW)
    picker = Picker(workspace, layout, depend)
    with snapshot():
        return picker.choose(picker.jobs(jobs))


def package_head(choice: Choice) -> PackageHead:
    """Return size, digest and gaps of the package that holds the entries of `choice`."""
    facts = _facts(choice.entries)
    digest = PackageDigest()
    for entry in choice.entries:
        digest.add(facts[entry.revision_id][0], entry.entry)
    size = zip_size((entry.entry, facts[entry.revision_id][1]) for entry in choice.entries)
    return PackageHead(size, digest.hexdigest(), choice.missing)


def jobs_named(workspace: Workspace, names: Sequence[str]) -> QuerySet[CatalogueObject]:
    """Return the jobs with these names. Raises NotFound naming the first that does not exist."""
    jobs = object_list(workspace, Kind.JOB)
    known: set[str] = set()
    for chunk in in_chunks(names):
        known.update(jobs.filter(name__in=chunk).values_list("name", flat=True))
    for name in names:
        if name not in known:
            raise ObjectMissing(Kind.JOB, name)
    return jobs.filter(name__in=names)


def _known_package(actor: Actor, picker: Picker, jobs: QuerySet[CatalogueObject], name: str) -> Package:
    tally = _Tally()
    with snapshot():
        tally.choice = picker.choose(picker.jobs(jobs))
    head = package_head(tally.choice)
    stream = _stream(actor, picker, _read(tally.choice.entries, tally), tally)
    return Package(name, head, stream, head.missing)


def _pick_late(
    picker: Picker, jobs: QuerySet[CatalogueObject], tally: _Tally, missing: list[str]
) -> Generator[ZipEntry]:
    """Yield the entries of many jobs, the first job's definition before the rest is even picked."""
    with snapshot():
        found = picker.jobs(jobs)
        if not found:
            return
        tally.choice.jobs = [job.name for job in found]
        first = picker.job_entry(found[0])
        yield from _read([first], tally)
        tally.choice = picker.choose(found)
    missing.extend(tally.choice.missing)
    found.clear()
    yield from _read(tally.choice.entries[1:], tally)


def _read(entries: Sequence[Picked], tally: _Tally) -> Generator[ZipEntry]:
    """Yield the entries with their contents, read in chunks and counted in `tally`."""
    for chunk in pieces(entries, attrgetter("size"), ENTRIES_A_READ, BYTES_A_READ):
        contents = {
            row[0]: row[1:]
            for row in Revision.objects.filter(pk__within=list({entry.revision_id for entry in chunk}))
            .order_by()
            .values_list("pk", "content__sha256", "content__size", "content__crc32", "content__data")
        }
        for entry in chunk:
            sha256, size, crc32, data = contents[entry.revision_id]
            tally.digest.add(sha256, entry.entry)
            tally.entries += 1
            yield ZipEntry(entry.entry, size, crc32, data)


def _facts(entries: Sequence[Picked]) -> dict[int, tuple[str, int]]:
    """Return revision id -> (SHA-256, deflated bytes) of the entries' contents."""
    facts: dict[int, tuple[str, int]] = {}
    for chunk in in_chunks(sorted({entry.revision_id for entry in entries})):
        rows = Revision.objects.filter(pk__in=chunk).order_by()
        for pk, sha256, stored in rows.values_list("pk", "content__sha256", "content__stored"):
            facts[pk] = (sha256, stored)
    return facts


def _stream(actor: Actor, picker: Picker, entries: Generator[ZipEntry], tally: _Tally) -> Generator[bytes]:
    """Yield the zip; whether it ends or is broken off, the audit entry says so.

    Entries are closed before it is written: a stream broken off at its first piece is in a snapshot.
    """
    try:
        with closing(entries):
            for piece in _in_pieces(zip_stream(entries)):
                tally.size += len(piece)
                yield piece
        tally.complete = True
    finally:
        _record(actor, picker, tally)


def _in_pieces(stream: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the stream in pieces worth a system call each, the first one at once."""
    yield from islice(stream, 1)
    piece = bytearray()
    for part in stream:
        piece += part
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def _record(actor: Actor, picker: Picker, tally: _Tally) -> None:
    jobs = tally.choice.jobs
    audit_record(
        actor=actor,
        action="package.export",
        workspace_id=picker.workspace.pk,
        workspace_name=picker.workspace.name,
        kind=Kind.JOB,
        object_name=jobs[0] if len(jobs) == 1 else "",
        detail={
            "jobs": jobs,
            "missing": tally.choice.missing,
            "export_depend": picker.depend,
            "export_status": picker.status,
            "digest": tally.digest.hexdigest(),
            "entries": tally.entries,
            "bytes": tally.size,
            "complete": tally.complete,
        },
    )
