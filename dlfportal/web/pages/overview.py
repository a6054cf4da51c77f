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
from dlfportal.audit.acts import ActFilter, Scope, acts_find
from dlfportal.catalogue.counts import Total, directory_counts, type_counts
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.catalogue.reports import Finding, Health, health_of, health_told
from dlfportal.formats.kinds import Kind
from dlfportal.links import admin_add_url, export_url, job_graph_url, list_url
from dlfportal.web.acts import Act, acts_of
from dlfportal.web.health_words import CHECK_WORDS, ICONS, TONES, check_said
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.week import WeekPage, week_page

PARTS_SHOWN = 4
ACTS_SHOWN = 10
FOLDERS_SHOWN = 12
FOLDERS_BELOW = 4
FOLDERS_READ = 5000
BAR = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A type of a tile's kind: so many, its list, and its stretch of the bar, in hundredths."""

    label: str
    count: int
    url: str
    begin: float
    width: float


@dataclass(frozen=True, slots=True)
class Tile:
    """A kind of object: how many, and of which types; the rest of them are `others`."""

    spec: KindSpec
    count: int
    url: str
    parts: list[Part]
    others: int


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
class Folder:
    """A folder of the first level: its jobs, those below it included, and the largest folders below it."""

    name: str
    count: int
    url: str
    below: list[tuple[str, int]]


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
    acts: list[Act]
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
    def job_graph_url(self) -> str:
        """The address of the graph of jobs."""
        return job_graph_url(self.frame.workspace.pk)

    @property
    def add_url(self) -> str:
        """The address of the page that makes a new job."""
        return admin_add_url(Kind.JOB, self.frame.workspace.pk)


def overview_page(request: HttpRequest, frame: Frame) -> OverviewPage:
    """Return the overview of the workspace of a frame."""
    workspace = frame.workspace
    kept = type_counts(workspace)
    health = health_of(workspace)
    rows = [health_row(workspace, one) for one in health.findings]
    return OverviewPage(
        frame=frame,
        origin=f"{request.scheme}://{request.get_host()}",
        members=member_count(workspace),
        tiles=[_tile(workspace, spec, kept) for spec in KINDS.values()],
        week=week_page(workspace, timezone.get_current_timezone_name(), request.GET),
        health=health,
        found=[row for row in rows if row.total.number],
        quiet=[row for row in rows if not row.total.number],
        acts=acts_of(acts_find(Scope([workspace.pk]), ActFilter(), ACTS_SHOWN).entries, {workspace.pk}),
        folders=_folders(workspace),
    )


def overview_json(page: OverviewPage) -> dict[str, Any]:
    """Return the same for programs: numbers, and the health as `checkworkspace --json` prints it."""
    return {
        "workspace": page.frame.workspace.pk,
        "counts": {tile.spec.slug: tile.count for tile in page.tiles},
        "health": health_told(page.health, timezone.now()),
    }


def health_row(workspace: Workspace, one: Finding) -> HealthRow:
    """Return a finding as the page shows it."""
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
        url=list_url(workspace.pk, one.kind, check=one.check.key),
    )


def _tile(workspace: Workspace, spec: KindSpec, kept: Mapping[Kind, Counter[str]]) -> Tile:
    counts = kept[spec.kind].copy()
    total = counts.pop("", 0)
    parts: list[Part] = []
    begin = 0.0
    for label, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:PARTS_SHOWN]:
        if count > 0:
            width = BAR * count / max(total, 1)
            url = list_url(workspace.pk, spec.kind, type=label)
            parts.append(Part(label, count, url, round(begin, 2), round(width, 2)))
            begin += width
    others = total - sum(part.count for part in parts)
    return Tile(spec, total, list_url(workspace.pk, spec.kind), parts, others)


def _folders(workspace: Workspace) -> list[Folder]:
    """Return the folders of jobs of the first level, the largest first, from the kept counts."""
    sums: Counter[str] = Counter()
    below: dict[str, Counter[str]] = {}
    for directory, number in directory_counts(workspace, Kind.JOB, FOLDERS_READ):
        first, _, rest = directory.strip("/").partition("/")
        sums[first] += number
        if rest:
            below.setdefault(first, Counter())[rest.partition("/")[0]] += number
    return [
        Folder(
            f"/{name}",
            count,
            list_url(workspace.pk, Kind.JOB, folder=f"/{name}"),
            below.get(name, Counter()).most_common(FOLDERS_BELOW),
        )
        for name, count in sums.most_common(FOLDERS_SHOWN)
    ]
