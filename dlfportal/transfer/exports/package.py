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
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import ObjectMissing, object_list
from dlfportal.chunks import in_chunks, pieces
from dlfportal.db.snapshot import snapshot
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import BATCH_PACKAGE, package_name
from dlfportal.formats.zip.writer import PackageDigest, ZipEntry, zip_size, zip_stream
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.selection import (
    Contents,
    Entry,
    PackageLayout,
    Selector,
    not_submitted,
)

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
class Download:
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

    contents: Contents = field(default_factory=Contents)
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
) -> Download:
    """Return the package `DLF_{name}.zip` of one job (the seed's operation).

    `depend` also exports the scripts and resources the job uses. Raises NotFound for a job that
    does not exist or a workspace that is not the actor's, NotSubmitted for SUBMIT without a version.
    """
    require(actor.user, workspace, Right.VIEW)
    selector = Selector(workspace, PackageLayout.SINGLE, depend, status)
    return _known_package(actor, selector, jobs_named(workspace, [name]), package_name(name))


def export_jobs(
    *,
    actor: Actor,
    workspace: Workspace,
    jobs: QuerySet[CatalogueObject],
    depend: bool = True,
    status: ExportStatus = ExportStatus.DEVELOP,
) -> Download:
    """Return the package `jobs.zip` of the jobs of a queryset, in the batch layout.

    However many jobs there are, it streams in constant memory. Raises NotFound (policy) or
    NotSubmitted.
    """
    require(actor.user, workspace, Right.VIEW)
    selector = Selector(workspace, PackageLayout.BATCH, depend, status)
    if len(jobs.order_by()[: KNOWN_AHEAD + 1].values_list("pk")) <= KNOWN_AHEAD:
        return _known_package(actor, selector, jobs, BATCH_PACKAGE)
    if status is ExportStatus.SUBMIT and jobs.filter(version=None).exists():
        raise not_submitted()
    tally, missing = _Tally(), list[str]()
    entries = _pick_late(selector, jobs, tally, missing)
    return Download(BATCH_PACKAGE, None, _stream(actor, selector, entries, tally), missing)


def export_preview(
    *,
    actor: Actor,
    workspace: Workspace,
    jobs: QuerySet[CatalogueObject],
    depend: bool = True,
    layout: PackageLayout = PackageLayout.BATCH,
) -> Contents:
    """Return what a package of these jobs would hold and miss. Raises NotFound (policy)."""
    require(actor.user, workspace, Right.VIEW)
    selector = Selector(workspace, layout, depend)
    with snapshot():
        return selector.choose(selector.jobs(jobs))


def package_head(contents: Contents) -> PackageHead:
    """Return size, digest and gaps of the package that holds the entries of `contents`."""
    facts = _facts(contents.entries)
    digest = PackageDigest()
    for entry in contents.entries:
        digest.add(facts[entry.revision_id][0], entry.path)
    size = zip_size((entry.path, facts[entry.revision_id][1]) for entry in contents.entries)
    return PackageHead(size, digest.hexdigest(), contents.missing)


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


def _known_package(actor: Actor, selector: Selector, jobs: QuerySet[CatalogueObject], name: str) -> Download:
    tally = _Tally()
    with snapshot():
        tally.contents = selector.choose(selector.jobs(jobs))
    head = package_head(tally.contents)
    stream = _stream(actor, selector, _read(tally.contents.entries, tally), tally)
    return Download(name, head, stream, head.missing)


def _pick_late(
    selector: Selector, jobs: QuerySet[CatalogueObject], tally: _Tally, missing: list[str]
) -> Generator[ZipEntry]:
    """Yield the entries of many jobs, the first job's definition before the rest is even picked."""
    with snapshot():
        found = selector.jobs(jobs)
        if not found:
            return
        tally.contents.jobs = [job.name for job in found]
        first = selector.job_entry(found[0])
        yield from _read([first], tally)
        tally.contents = selector.choose(found)
    missing.extend(tally.contents.missing)
    found.clear()
    yield from _read(tally.contents.entries[1:], tally)


def _read(entries: Sequence[Entry], tally: _Tally) -> Generator[ZipEntry]:
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
            tally.digest.add(sha256, entry.path)
            tally.entries += 1
            yield ZipEntry(entry.path, size, crc32, data)


def _facts(entries: Sequence[Entry]) -> dict[int, tuple[str, int]]:
    """Return revision id -> (SHA-256, deflated bytes) of the entries' contents."""
    facts: dict[int, tuple[str, int]] = {}
    for chunk in in_chunks(sorted({entry.revision_id for entry in entries})):
        rows = Revision.objects.filter(pk__in=chunk).order_by()
        for pk, sha256, stored in rows.values_list("pk", "content__sha256", "content__stored"):
            facts[pk] = (sha256, stored)
    return facts


def _stream(
    actor: Actor, selector: Selector, entries: Generator[ZipEntry], tally: _Tally
) -> Generator[bytes]:
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
        _record(actor, selector, tally)


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


def _record(actor: Actor, selector: Selector, tally: _Tally) -> None:
    jobs = tally.contents.jobs
    audit_record(
        actor=actor,
        action=Action.EXPORT,
        workspace_id=selector.workspace.pk,
        workspace_name=selector.workspace.name,
        kind=Kind.JOB,
        object_name=jobs[0] if len(jobs) == 1 else "",
        detail={
            "jobs": jobs,
            "missing": tally.contents.missing,
            "export_depend": selector.depend,
            "export_status": selector.status,
            "digest": tally.digest.hexdigest(),
            "entries": tally.entries,
            "bytes": tally.size,
            "complete": tally.complete,
        },
    )
