"""The page before a download: what goes into the package, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import object_get, object_list
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import BATCH_PACKAGE, package_name
from dlfportal.links import object_url
from dlfportal.transfer.exports.package import (
    KNOWN_AHEAD,
    export_preview,
    jobs_named,
    package_head,
)
from dlfportal.transfer.exports.record import PackageHead
from dlfportal.transfer.exports.selection import Contents, Entry, PackageLayout
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.list import FILTER_PARAMS, list_filter

GROUPS_SHOWN = 100
MISSING_SHOWN = 200


@dataclass(frozen=True, slots=True)
class File:
    """One file of the package."""

    path: str
    kind: Kind
    size: int
    url: str
    tone: str
    label: str
    dependency: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The files of one folder."""

    folder: str
    files: list[File]


@dataclass(frozen=True, slots=True)
class Variant:
    """A package with or without dependencies: `head` is known up to 100 jobs."""

    depend: bool
    count: int
    size: int
    missing: Sequence[str]
    head: PackageHead | None


@dataclass(frozen=True, slots=True)
class ExportPage:
    """What the template of an export is given."""

    frame: Frame
    file: str
    jobs: list[str]
    gone: list[str]
    hidden: list[tuple[str, str]]
    variants: list[Variant]
    counts: dict[Kind, int]
    groups: list[Group]
    groups_left: int
    back_url: str

    @property
    def kind_counts(self) -> list[tuple[Kind, str, int]]:
        """How many files of each kind the package holds."""
        return [
            (kind, spec.plural, self.counts[kind]) for kind, spec in KINDS.items() if self.counts.get(kind)
        ]

    @property
    def missing(self) -> Sequence[str]:
        """What nothing in the workspace answers, at most so many as a page can hold."""
        return self.variants[0].missing[:MISSING_SHOWN]

    @property
    def missing_left(self) -> int:
        """How many missing ones are not shown."""
        return max(0, len(self.variants[0].missing) - MISSING_SHOWN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The jobs that a person chose: by name, or all that match the filters of the list."""

    jobs: QuerySet[CatalogueObject]
    gone: list[str]
    hidden: list[tuple[str, str]]

    @property
    def ready(self) -> bool:
        """Whether there is something to export, and all that was chosen is there."""
        return not self.gone and self.jobs.exists()

    @property
    def selection(self) -> dict[str, Any] | None:
        """How the jobs were chosen, for the record; None when it was one by one."""
        chosen = dict(self.hidden)
        if chosen.pop("all", None) is None:
            return None
        return {"all": True, "filters": chosen}


def jobs_wanted(workspace: Workspace, params: QueryDict) -> Wanted:
    """Return the jobs that `job` parameters or `all=1` with filters choose; unknown names are told."""
    if params.get("all") == "1":
        jobs = object_list(workspace, Kind.JOB, list_filter(params))
        hidden = [("all", "1"), *((key, str(params[key])) for key in FILTER_PARAMS if params.get(key))]
        return Wanted(jobs, [], hidden)
    names = list(dict.fromkeys(params.getlist("job")))
    jobs = object_list(workspace, Kind.JOB).filter(name__in=names)
    known = set(jobs.values_list("name", flat=True))
    kept = [name for name in names if name in known]
    return Wanted(jobs, [name for name in names if name not in known], [("job", name) for name in kept])


def export_page(actor: Actor, frame: Frame, wanted: Wanted, back_url: str) -> ExportPage:
    """Return the page before the download of several jobs."""
    contents = export_preview(actor=actor, workspace=frame.workspace, jobs=wanted.jobs)
    return _page(frame, contents, BATCH_PACKAGE, wanted, back_url)


def job_export_page(actor: Actor, frame: Frame, name: str) -> ExportPage:
    """Return the page before the download of one job. Raises NotFound."""
    job = object_get(frame.workspace, Kind.JOB, name)
    jobs = jobs_named(frame.workspace, [name])
    contents = export_preview(actor=actor, workspace=frame.workspace, jobs=jobs, layout=PackageLayout.SINGLE)
    back_url = object_url(frame.workspace.pk, Kind.JOB, job.name)
    return _page(frame, contents, package_name(name), Wanted(jobs, [], []), back_url)


def _page(frame: Frame, contents: Contents, file: str, wanted: Wanted, back_url: str) -> ExportPage:
    groups = _groups(frame.workspace, contents.entries)
    bare = replace(
        contents,
        entries=[entry for entry in contents.entries if not entry.is_dependency],
        missing=[name for name in contents.missing if name.startswith("cdms/")],
    )
    return ExportPage(
        frame=frame,
        file=file,
        jobs=contents.jobs,
        gone=wanted.gone,
        hidden=wanted.hidden,
        variants=[_variant(contents, True), _variant(bare, False)],
        counts=Counter(entry.kind for entry in contents.entries),
        groups=groups[:GROUPS_SHOWN],
        groups_left=max(0, len(groups) - GROUPS_SHOWN),
        back_url=back_url,
    )


def _variant(contents: Contents, depend: bool) -> Variant:
    head = package_head(contents) if len(contents.jobs) <= KNOWN_AHEAD else None
    size = sum(entry.size for entry in contents.entries)
    return Variant(depend, len(contents.entries), size, contents.missing, head)


def _groups(workspace: Workspace, entries: Iterable[Entry]) -> list[Group]:
    folders: dict[str, list[Entry]] = {}
    for entry in entries:
        folders.setdefault(entry.path.rpartition("/")[0], []).append(entry)
    return [
        Group(folder, [_file(workspace, entry) for entry in held] if place < GROUPS_SHOWN else [])
        for place, (folder, held) in enumerate(folders.items())
    ]


def _file(workspace: Workspace, entry: Entry) -> File:
    return File(
        path=entry.path.rpartition("/")[2],
        kind=entry.kind,
        size=entry.size,
        url=object_url(workspace.pk, entry.kind, entry.name, entry.cluster),
        tone=KINDS[entry.kind].tone,
        label=KINDS[entry.kind].label,
        dependency=entry.is_dependency,
    )


def depend_asked(params: Mapping[str, str]) -> bool:
    """Return the form field `exportDepend`: dependencies go in unless it says false."""
    return params.get("exportDepend", "true").lower() != "false"
