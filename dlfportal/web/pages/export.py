"""The page before a download: what goes into the package, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.kinds import KINDS
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import BATCH_PACKAGE, package_name
from dlfportal.links import export_url, job_export_url, list_url, object_url, selection_export_url
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.gaps import DynamicUse, dynamic_uses, unpacking_faults, unused
from dlfportal.transfer.exports.overview import export_overview
from dlfportal.transfer.exports.package import (
    KNOWN_AHEAD,
    export_preview,
    is_known_ahead,
    package_head,
)
from dlfportal.transfer.exports.record import PackageHead
from dlfportal.transfer.exports.selection import Contents, Entry, PackageLayout
from dlfportal.transfer.exports.summary import Files, Summary
from dlfportal.web.pages.chosen import Chosen
from dlfportal.web.pages.filters import filter_params
from dlfportal.web.pages.frame import Frame

GROUPS_SHOWN = 100
MISSING_SHOWN = 200
LAYOUT = "layout"
OPTIONS = ("exportDepend", "exportStatus")


@dataclass(frozen=True, slots=True)
class Options:
    """What an address asks for: dependencies or not, newest or submitted states, the layout of one job."""

    depend: bool = True
    status: ExportStatus = ExportStatus.DEVELOP
    single: bool = False

    @classmethod
    def read(cls, params: Mapping[str, str], chosen: Chosen) -> Options:
        """Return the options that `params` ask for; the layout, and submitted states, of one job alone."""
        depend = depend_asked(params)
        if not chosen.only_job or params.get(LAYOUT) != PackageLayout.SINGLE:
            return cls(depend)
        return cls(depend, status_asked(params), single=True)

    @property
    def is_submitted(self) -> bool:
        """Whether the submitted state is asked for."""
        return self.status is ExportStatus.SUBMIT


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
    """A package with or without dependencies, how many names it misses; `head` is known up to 100 jobs."""

    depend: bool
    count: int
    size: int
    missing: int
    head: PackageHead | None


@dataclass(frozen=True, slots=True)
class ExportPage:
    """What the template of an export is given.

    `contents` is all of a package of up to 100 jobs, of a larger one a part: of such a one `dynamic`,
    `left_out` and `faults` are those of the part, and `following` says where the next part begins.
    `job_count`, `chosen_count`, `kind_counts`, `variants` and `missing` are of all of it.

    `unused` counts by kind what a package of all jobs does not have, `dynamic` are sentences about what
    is named by an expression, `faults` are sentences about names that a file system cannot take.
    `count_shown` is how many objects the page showed that a download was asked from, if the set has changed
    since; else "". `options` are what the address asks for, as far as it fits what is chosen.
    """

    frame: Frame
    file: str
    contents: Contents
    chosen: Chosen
    job_count: int
    chosen_count: int
    kind_counts: list[tuple[Kind, str, int]]
    all_missing: Sequence[str]
    variants: list[Variant]
    groups: list[Group]
    groups_left: int
    unused: list[tuple[str, int]]
    dynamic: list[str]
    faults: list[str]
    back_url: str
    is_part: bool = False
    following: str = ""
    count_shown: str = ""
    options: Options = field(default_factory=Options)

    @property
    def jobs(self) -> Sequence[str]:
        """The jobs of the package, or of its part."""
        return self.contents.jobs

    @property
    def only(self) -> str:
        """The name of the one object that was chosen, "" for several."""
        return self.contents.chosen[0] if self.chosen_count == len(self.contents.chosen) == 1 else ""

    @property
    def missing(self) -> Sequence[str]:
        """What nothing in the workspace answers, at most so many as a page can hold."""
        return self.all_missing[:MISSING_SHOWN]

    @property
    def missing_left(self) -> int:
        """How many missing ones are not shown."""
        return max(0, len(self.all_missing) - MISSING_SHOWN)

    @property
    def left_out(self) -> Sequence[str]:
        """The jobs that those of the package start or wait for, and that it does not have."""
        return self.contents.left_out[:MISSING_SHOWN]

    @property
    def post_url(self) -> str:
        """The address that answers the package."""
        if self.options.single:
            return job_export_url(self.frame.workspace.pk, self.only)
        return export_url(self.frame.workspace.pk)

    @property
    def following_url(self) -> str:
        """The address of the next part of a large package, "" behind the last."""
        workspace_id, selection_id = self.frame.workspace.pk, self.chosen.selection_id
        return self.following and selection_export_url(workspace_id, selection_id, after=self.following)

    @property
    def everything_url(self) -> str:
        """The address of the export of all objects of the workspace."""
        return export_url(self.frame.workspace.pk, everything="1")


def export_page(actor: Actor, frame: Frame, chosen: Chosen, params: Mapping[str, str]) -> ExportPage:
    """Return the page before the download of what is chosen; of many, with the part after `after`.

    Raises NotSubmitted where the submitted version of a job is asked for that has none.
    """
    options = Options.read(params, chosen)
    if options.single:
        return _single_page(actor, frame, chosen, options)
    back_url = list_url(
        frame.workspace.pk, chosen.choice.kind or Kind.JOB, **filter_params(chosen.choice.chosen)
    )
    if not is_known_ahead(chosen.jobs, chosen.others):
        page = _large_page(actor, frame, chosen, back_url, params.get("after", ""))
    else:
        contents = export_preview(
            actor=actor, workspace=frame.workspace, jobs=chosen.jobs, others=chosen.others
        )
        page = _page(frame, contents, BATCH_PACKAGE, chosen, back_url)
    return replace(page, count_shown=params.get("count", ""), options=options)


def _single_page(actor: Actor, frame: Frame, chosen: Chosen, options: Options) -> ExportPage:
    """Return the page before the download of one job in the layout of its own."""
    contents = export_preview(
        actor=actor,
        workspace=frame.workspace,
        jobs=chosen.jobs,
        layout=PackageLayout.SINGLE,
        status=options.status,
    )
    back_url = object_url(frame.workspace.pk, Kind.JOB, chosen.only_job)
    page = _page(frame, contents, package_name(chosen.only_job), chosen, back_url)
    return replace(page, options=options)


def _page(frame: Frame, contents: Contents, file: str, chosen: Chosen, back_url: str) -> ExportPage:
    groups = _groups(frame.workspace, contents.entries)
    counts = Counter(entry.kind for entry in contents.entries)
    return ExportPage(
        frame=frame,
        file=file,
        contents=contents,
        chosen=chosen,
        job_count=len(contents.jobs),
        chosen_count=len(contents.chosen),
        kind_counts=_kind_counts(counts),
        all_missing=contents.missing,
        variants=_variants(contents),
        groups=groups[:GROUPS_SHOWN],
        groups_left=max(0, len(groups) - GROUPS_SHOWN),
        unused=_unused(frame.workspace, contents.held, chosen),
        dynamic=[_dynamic_text(use) for use in dynamic_uses(contents)],
        faults=_faults(contents),
        back_url=back_url,
    )


def _large_page(actor: Actor, frame: Frame, chosen: Chosen, back_url: str, after: str) -> ExportPage:
    found = export_overview(
        actor=actor, workspace=frame.workspace, jobs=chosen.jobs, others=chosen.others, after=after
    )
    summary, part = found.summary, found.part
    return ExportPage(
        frame=frame,
        file=BATCH_PACKAGE,
        contents=part,
        chosen=chosen,
        job_count=summary.jobs,
        chosen_count=summary.chosen,
        kind_counts=_kind_counts({kind: files.count for kind, files in summary.files.items()}),
        all_missing=summary.missing,
        variants=_large_variants(summary),
        groups=_groups(frame.workspace, part.entries),
        groups_left=0,
        unused=_unused(frame.workspace, summary.held, chosen),
        dynamic=[_dynamic_text(use) for use in dynamic_uses(part)],
        faults=_faults(part),
        back_url=back_url,
        is_part=True,
        following=found.following,
    )


def _kind_counts(counts: Mapping[Kind, int]) -> list[tuple[Kind, str, int]]:
    """Return how many files of each kind a package holds, for the kinds of which it has any."""
    return [(kind, spec.plural, counts[kind]) for kind, spec in KINDS.items() if counts.get(kind)]


def _variants(contents: Contents) -> list[Variant]:
    """Return the package with dependencies, and the one without where that is another one."""
    full = _variant(contents, True)
    bare = replace(
        contents,
        entries=[entry for entry in contents.entries if not entry.is_dependency],
        missing=[name for name in contents.missing if name.startswith("cdms/")],
    )
    if (bare.entries, bare.missing) == (contents.entries, contents.missing):
        return [full]
    return [full, _variant(bare, False)]


def _large_variants(summary: Summary) -> list[Variant]:
    """Return what `_variants` returns, of a large package."""
    full = _large_variant(True, summary.files, len(summary.missing))
    bare = _large_variant(False, summary.bare, summary.missing_bare)
    return [full] if replace(bare, depend=True) == full else [full, bare]


def _large_variant(depend: bool, files: Mapping[Kind, Files], missing: int) -> Variant:
    count = sum(found.count for found in files.values())
    return Variant(depend, count, sum(found.size for found in files.values()), missing, None)


def _unused(workspace: Workspace, held: Mapping[Kind, int], chosen: Chosen) -> list[tuple[str, int]]:
    """Return how many objects of each kind a package of all jobs does not have, since no job uses them."""
    if not chosen.choice.all_jobs or chosen.choice.everything:
        return []
    return [(KINDS[kind].plural, count) for kind, count in unused(workspace, held)]


def _dynamic_text(use: DynamicUse) -> str:
    text = _("The node %(node)s of the job %(job)s names its %(kind)s by an expression: %(name)s")
    return text % {"node": use.node, "job": use.job, "kind": _(KINDS[use.kind].word), "name": use.name}


def _faults(contents: Contents) -> list[str]:
    """Return sentences about names that a file system cannot take."""
    return [_(fault.message) % fault.params for fault in unpacking_faults(contents)]


def _variant(contents: Contents, depend: bool) -> Variant:
    head = package_head(contents) if len(contents.jobs) <= KNOWN_AHEAD else None
    size = sum(entry.size for entry in contents.entries)
    return Variant(depend, len(contents.entries), size, len(contents.missing), head)


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


def single_params(params: Mapping[str, str]) -> dict[str, str]:
    """Return what the address of the export of one job keeps where it leads to: its layout and options."""
    return {LAYOUT: PackageLayout.SINGLE.value} | {key: params.get(key, "") for key in OPTIONS}


def depend_asked(params: Mapping[str, str]) -> bool:
    """Return the form field `exportDepend`: dependencies go in unless it says false."""
    return params.get("exportDepend", "true").lower() != "false"


def status_asked(params: Mapping[str, str]) -> ExportStatus:
    """Return the form field `exportStatus`: the newest revisions go out unless it asks for submitted ones."""
    submitted = params.get("exportStatus", "").upper() == ExportStatus.SUBMIT
    return ExportStatus.SUBMIT if submitted else ExportStatus.DEVELOP
