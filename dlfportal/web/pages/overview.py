"""The overview of a workspace: what is here, when it runs, what is wrong, and what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.access.policy import member_count
from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.acts import ActFilter, Scope, acts_find
from dlfportal.catalogue.counts import Total, directory_counts, type_counts
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.catalogue.reports import Finding, Health, health_of, health_told
from dlfportal.formats.kinds import Kind
from dlfportal.links import admin_add_url, export_url, import_url, job_graph_url, list_url, with_query
from dlfportal.web.health_words import CHECK_WORDS, ICONS, TONES, check_said
from dlfportal.web.pages.activity import Line, lines_of
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.week import WeekPage, week_page
from dlfportal.web.words import object_type

PARTS_SHOWN = 4
PARTS_LISTED = 100
ACTS_SHOWN = 10
ACTS_READ = 100
"""So many acts are read: one request may have done several."""
FOLDERS_SHOWN = 12
FOLDERS_BELOW = 4
FOLDERS_READ = 5000
BAR = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A type of a tile's kind, in words and as written: how many, their list, the stretch of the bar in
    hundredths.
    """

    label: str
    wire: str
    count: int
    url: str
    begin: float
    width: float


@dataclass(frozen=True, slots=True)
class Tile:
    """A kind of object: how many, and of which types; those after the first are listed on opening.

    `untyped` are those without a type.
    """

    spec: KindSpec
    count: int
    url: str
    parts: list[Part]
    more: list[Part]
    untyped: int


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One finding: its number and kind, the sentence, why it matters, and the list that shows them."""

    key: str
    kind: str
    tone: str
    icon: str
    total: Total
    noun: str
    said: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Subfolder:
    """A folder in one of the first level: its jobs, those below it included."""

    name: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the first level: its jobs, those below it included, and the largest folders below it."""

    name: str
    count: int
    url: str
    below: list[Subfolder]


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """What the template of the overview is given."""

    frame: Frame
    origin: str
    members: int
    tiles: list[Tile]
    week: WeekPage
    health: Health
    found: list[HealthRow]
    quiet: list[HealthRow]
    lines: list[Line]
    folders: list[Folder]

    @property
    def is_empty(self) -> bool:
        """Whether the workspace holds nothing."""
        return not any(tile.count for tile in self.tiles)

    @property
    def export_url(self) -> str:
        """The address of the export of everything."""
        return export_url(self.frame.workspace.pk, everything="1")

    @property
    def export_new_url(self) -> str:
        """The address of the form that begins an export."""
        return export_url(self.frame.workspace.pk)

    @property
    def job_graph_url(self) -> str:
        """The address of the graph of jobs."""
        return job_graph_url(self.frame.workspace.pk)

    @property
    def import_url(self) -> str:
        """Where a package comes in."""
        return import_url(self.frame.workspace.pk)

    @property
    def needs_second(self) -> bool:
        """Whether another person has to apply what is imported."""
        return imports_need_second(self.frame.workspace)

    @property
    def add_url(self) -> str:
        """The address of the page that makes a new job."""
        return admin_add_url(Kind.JOB, self.frame.workspace.pk)


def overview_page(request: HttpRequest, frame: Frame) -> OverviewPage:
    """Return the overview of the workspace of a frame."""
    workspace = frame.workspace
    kept = type_counts(workspace)
    health = health_of(workspace)
    urls = {kind: list_url(workspace.pk, kind) for kind in Kind}
    rows = [health_row(one, urls[one.kind]) for one in health.findings]
    return OverviewPage(
        frame=frame,
        origin=f"{request.scheme}://{request.get_host()}",
        members=member_count(workspace),
        tiles=[_tile(workspace, spec, kept) for spec in KINDS.values()],
        week=week_page(workspace, timezone.get_current_timezone_name(), request.GET),
        health=health,
        found=[row for row in rows if row.total.number],
        quiet=[row for row in rows if not row.total.number],
        lines=_latest(workspace),
        folders=_folders(workspace),
    )


def overview_json(page: OverviewPage) -> dict[str, Any]:
    """Return the same for programs: numbers, and the health as `checkworkspace --json` prints it."""
    return {
        "workspace": page.frame.workspace.pk,
        "counts": {tile.spec.slug: tile.count for tile in page.tiles},
        "health": health_told(page.health, timezone.now()),
    }


def health_row(one: Finding, list_of_kind: str) -> HealthRow:
    """Return a finding as the page shows it, with the address of the list of its kind."""
    number, meta = one.total.number, KINDS[one.kind].model._meta
    return HealthRow(
        key=one.check.key,
        kind=str(one.kind),
        tone=TONES[one.check.gravity],
        icon=ICONS[one.check.gravity],
        total=one.total,
        noun=str(meta.verbose_name if number == 1 else meta.verbose_name_plural),
        said=check_said(one.check.key, number),
        why=str(CHECK_WORDS[one.check.key].why),
        url=with_query(list_of_kind, {"check": one.check.key}),
    )


def _latest(workspace: Workspace) -> list[Line]:
    """Return what the last requests and commands did, as the activity shows it."""
    entries = acts_find(Scope([workspace.pk]), ActFilter(), ACTS_READ).entries
    return lines_of(entries, {workspace.pk})[:ACTS_SHOWN]


def _tile(workspace: Workspace, spec: KindSpec, kept: Mapping[Kind, Counter[str]]) -> Tile:
    counts = kept[spec.kind].copy()
    total = counts.pop("", 0)
    url = list_url(workspace.pk, spec.kind)
    parts: list[Part] = []
    begin = 0.0
    for wire, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:PARTS_LISTED]:
        if count > 0:
            width = BAR * count / max(total, 1)
            words = object_type(spec.kind, wire)
            address = with_query(url, {"type": wire})
            parts.append(Part(words, wire, count, address, round(begin, 2), round(width, 2)))
            begin += width
    return Tile(spec, total, url, parts[:PARTS_SHOWN], parts[PARTS_SHOWN:], total - counts.total())


def _folders(workspace: Workspace) -> list[Folder]:
    """Return the folders of jobs of the first level, the largest first, from the kept counts."""
    sums: Counter[str] = Counter()
    below: dict[str, Counter[str]] = {}
    for directory, number in directory_counts(workspace, Kind.JOB, FOLDERS_READ):
        first, _, rest = directory.strip("/").partition("/")
        sums[first] += number
        if rest:
            below.setdefault(first, Counter())[rest.partition("/")[0]] += number
    return [_folder(workspace, *top, below) for top in sums.most_common(FOLDERS_SHOWN)]


def _folder(workspace: Workspace, name: str, count: int, below: Mapping[str, Counter[str]]) -> Folder:
    url = list_url(workspace.pk, Kind.JOB)
    if not name:  # what is in no folder: the list of the folder / has all that is below it too
        return Folder("/", count, with_query(url, {"directory": "/"}), [])
    largest = below.get(name, Counter()).most_common(FOLDERS_BELOW)
    return Folder(
        f"/{name}",
        count,
        with_query(url, {"folder": f"/{name}"}),
        [Subfolder(one, number, with_query(url, {"folder": f"/{name}/{one}"})) for one, number in largest],
    )
