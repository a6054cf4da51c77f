"""The picture of the graph of jobs with all that is said beside it: legend, circles, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.catalogue.job_map import JobMap, Key, Mapped, State
from dlfportal.formats.graph.queries import Wanted
from dlfportal.formats.kinds import Kind
from dlfportal.links import job_graph_file_url, job_graph_url, object_url, url_of
from dlfportal.web.graph.jobs import (
    JobsPicture,
    JobsView,
    Place,
    circles_of,
    circling_beyond,
    look_of,
    restarting,
    schedule_words,
    unknown_words,
)
from dlfportal.web.pages.graph import LOW, MINIMAP_FROM, PictureFiles
from dlfportal.web.parts import state_badge

NAMED_IN_ROW = 12
LONGEST_NAME = 400
"""Names beyond are none of jobs, and too long for an address."""

LEGEND = {
    # what may be there, in the order of the legend: its words
    "batch": _("batch"),
    "real-time": _("real-time"),
    "missing": _("not in this workspace"),
    "expression": _("named by an expression"),
    "away": _("in another workspace"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A job by its name, and the address of the graph around it; "" for one that has none here."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table beside the picture: a job, and the jobs that it starts and waits for."""

    named: Named
    page_url: str
    note: str
    schedule: str
    state: SafeString
    missing: int
    starts: list[Named]
    waits: list[Named]
    more_starts: int
    more_waits: int


@dataclass(frozen=True, slots=True)
class Round:
    """A circle: its jobs in their order, the first again at the end; `more` are left out."""

    jobs: list[Named]
    more: int
    waits: bool

    @property
    def is_alone(self) -> bool:
        """Whether it is one job, which starts itself."""
        return len(self.jobs) == 2


@dataclass(frozen=True)
class JobsPart(PictureFiles):
    """The graph around some jobs, as the page and the file show it."""

    workspace: Workspace
    text: str
    wanted: Sequence[Wanted]
    map: JobMap

    @cached_property
    def picture(self) -> JobsPicture:
        """What is drawn."""
        places = {job.key: self._place(job) for job in self.map.jobs}
        return JobsPicture(self.map, places, [one.name for one in self.wanted])

    @cached_property
    def svg(self) -> SafeString:
        """The picture for the page."""
        return self.picture.svg(JobsView())

    @property
    def nodes_url(self) -> str:
        """Nothing: no card opens beside the picture."""
        return ""

    @property
    def has_minimap(self) -> bool:
        """Whether the picture is so large that one looks at a part of it."""
        return len(self.map.jobs) > MINIMAP_FROM

    @property
    def is_low(self) -> bool:
        """Whether the picture needs little height."""
        layout = self.picture.layout(JobsView())
        return layout is not None and layout.height <= LOW

    @property
    def looks(self) -> list[tuple[str, str]]:
        """The looks of its cards, for the legend."""
        there = {look_of(job) for job in self.map.jobs}
        return [(look, str(words)) for look, words in LEGEND.items() if look in there]

    @property
    def has_starts(self) -> bool:
        """Whether a job starts another one."""
        return any(not line.waits for line in self.map.lines)

    @property
    def has_waits(self) -> bool:
        """Whether a job waits for another one."""
        return any(line.waits for line in self.map.lines)

    @property
    def has_missing(self) -> bool:
        """Whether a job names something missing."""
        return any(job.missing for job in self.map.jobs)

    @cached_property
    def rounds(self) -> list[Round]:
        """The circles in it."""
        return [
            Round([named(self.workspace, key) for key in [*keys, keys[0]]], 0, waits)
            for keys, waits in circles_of(self.map)
        ]

    @cached_property
    def beyond(self) -> list[Named]:
        """The jobs of circles that go on beyond the picture."""
        return [named(self.workspace, key) for key in circling_beyond(self.map)]

    @property
    def beyond_shown(self) -> list[Named]:
        """The first of them."""
        return self.beyond[:NAMED_IN_ROW]

    @property
    def beyond_more(self) -> int:
        """How many more there are."""
        return len(self.beyond) - len(self.beyond_shown)

    @property
    def is_in_doubt(self) -> bool:
        """Whether lines may belong to circles that nobody has looked for yet."""
        return self.map.circling is None and bool(self.map.lines)

    @property
    def entries(self) -> list[Entry]:
        """Its jobs, the nearest first, each with the lines that it is the beginning of."""
        sides: dict[tuple[Key, bool], list[Named]] = {}
        itself = set(restarting(self.map))
        for line in self.map.lines:
            if line.source != line.target or line.source in itself:
                other = named(self.workspace, line.target)
                sides.setdefault((line.source, line.waits), []).append(other)
        return [
            self._entry(job, sides.get((job.key, False), []), sides.get((job.key, True), []))
            for job in self.map.jobs
        ]

    def _entry(self, job: Mapped, starts: list[Named], waits: list[Named]) -> Entry:
        row, place = job.row, self.picture.places[job.key]
        return Entry(
            named=Named(job.key.name, place.map_url),
            page_url=place.page_url,
            note="" if row else unknown_words(job),
            schedule=schedule_words(row) if row else "",
            state=state_badge(row.version_number, row.since) if row else SafeString(""),
            missing=job.missing,
            starts=starts[:NAMED_IN_ROW],
            waits=waits[:NAMED_IN_ROW],
            more_starts=max(0, len(starts) - NAMED_IN_ROW),
            more_waits=max(0, len(waits) - NAMED_IN_ROW),
        )

    def _place(self, job: Mapped) -> Place:
        if job.away:
            return Place(job_graph_url(job.away.workspace_id, str(Wanted(job.away.name))), url_of(job.away))
        page_url = object_url(self.workspace.pk, Kind.JOB, job.key.name) if job.state is State.HERE else ""
        return Place(named(self.workspace, job.key).url, page_url)

    def _file(self, **params: str) -> str:
        return job_graph_file_url(self.workspace.pk, q=self.text, **params)


def named(workspace: Workspace, key: Key) -> Named:
    """Return a job with the address of the graph around it: of one elsewhere, and an expression, none."""
    is_open = not key.workspace and len(key.name) <= LONGEST_NAME
    return Named(key.name, job_graph_url(workspace.pk, str(Wanted(key.name))) if is_open else "")
