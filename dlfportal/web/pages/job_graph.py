"""The graph of jobs: what is around some jobs of a workspace, or where one may begin to look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.catalogue.alone import ALONE_KEPT
from dlfportal.catalogue.counts import kind_counts
from dlfportal.catalogue.job_groups import Circle, Group
from dlfportal.catalogue.job_map import JobMap, Key, job_map
from dlfportal.catalogue.reports import JobGroups, job_groups_of
from dlfportal.catalogue.selectors import ListFilter, object_list
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.graph.queries import FARTHEST, QueryFault, Wanted, wanted_in
from dlfportal.formats.kinds import Kind
from dlfportal.links import job_graph_url, list_url, object_url
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.pages.jobs_part import JobsPart, Named, Round, named
from dlfportal.web.requests import workspace_of

STEPS = (0, 1, 2, 3, FARTHEST)
SUGGESTED = 8
STARTS_SHOWN = 3
EXAMPLE = "daily_sales"


@dataclass(frozen=True, slots=True)
class Choice:
    """A number of steps that one may choose: the address of the page with it."""

    steps: int
    url: str
    current: bool

    @property
    def label(self) -> str:
        """The number, or in words that it goes as far as it can."""
        return gettext("all") if self.steps == FARTHEST else str(self.steps)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A connected part: how many jobs, the jobs that it begins with, and the address of its graph."""

    group: Group
    url: str
    starts: list[Named]
    more: int
    middle: Named


@dataclass(frozen=True)
class JobGraphPage:
    """What the template of the graph of jobs is given; parts are computed when it looks at them."""

    frame: Frame
    reader: User | AnonymousUser
    text: str

    @cached_property
    def _read(self) -> tuple[list[Wanted], QueryFault | None]:
        return query_read(self.text)

    @property
    def fault(self) -> QueryFault | None:
        """What is wrong with the query."""
        return self._read[1]

    @property
    def fault_parts(self) -> tuple[str, str, str]:
        """The query before what is wrong, that itself, and what follows."""
        begin, end = (self.fault.begin, self.fault.end) if self.fault else (0, 0)
        return self.text[:begin], self.text[begin:end], self.text[end:]

    @property
    def fault_text(self) -> str:
        """The same in words."""
        return gettext(self.fault.message) % self.fault.params if self.fault else ""

    @property
    def fault_place(self) -> int:
        """The number of the first sign that is wrong, from 1."""
        return self.fault.begin + 1 if self.fault else 0

    @property
    def wanted(self) -> list[Wanted]:
        """The jobs that are asked for."""
        return self._read[0]

    @cached_property
    def map(self) -> JobMap | None:
        """What is around them; None without a query that can be followed."""
        return job_map(self.workspace, self.wanted, self._visible) if self.wanted else None

    @property
    def absent(self) -> list[Wanted]:
        """Those that neither exist nor are named by a job."""
        return self.map.absent if self.map else []

    @cached_property
    def suggested(self) -> list[Named]:
        """The jobs that have the first absent name in their own."""
        if not self.absent:
            return []
        found = object_list(self.workspace, Kind.JOB, ListFilter(name=self.absent[0].name))
        return [named(self.workspace, Key("", row.name)) for row in found[:SUGGESTED]]

    @cached_property
    def part(self) -> JobsPart | None:
        """The graph, if there is anything to draw."""
        if self.map is None or self.absent:
            return None
        return JobsPart(self.workspace, self.text, self.wanted, self.map)

    @property
    def only(self) -> Wanted | None:
        """The job that is asked for, if it is one alone."""
        return self.wanted[0] if len(self.wanted) == 1 and self.part else None

    @property
    def only_url(self) -> str:
        """The address of its page, if it is a job of this workspace."""
        return self._page_url(self.only.name) if self.only else ""

    @property
    def is_lonely(self) -> bool:
        """Whether the one job that is asked for has nothing around it, on both sides."""
        only, part = self.only, self.part
        return bool(only and part and only.before and only.after and not part.map.lines)

    @property
    def title(self) -> str:
        """What the page is about."""
        return ", ".join(one.name for one in self.wanted) if self.part else ""

    @property
    def before(self) -> list[Choice]:
        """How far the picture may reach before the job."""
        return list(self._choices("before"))

    @property
    def after(self) -> list[Choice]:
        """How far it may reach after the job."""
        return list(self._choices("after"))

    @property
    def url(self) -> str:
        """The address of the page without a query."""
        return job_graph_url(self.workspace.pk)

    @cached_property
    def groups(self) -> JobGroups:
        """The connected parts of the workspace."""
        return job_groups_of(self.workspace)

    @property
    def group_rows(self) -> list[GroupRow]:
        """The largest of them."""
        return [self._group_row(group) for group in self.groups.groups.groups]

    @property
    def rounds(self) -> list[Round]:
        """The circles of the workspace."""
        return [_round(self.workspace, circle) for circle in self.groups.groups.circles]

    @property
    def job_count(self) -> int:
        """How many jobs there are."""
        return kind_counts([self.workspace])[self.workspace.pk][Kind.JOB]

    @property
    def alone(self) -> int:
        """How many jobs neither point to another one nor are pointed to."""
        return max(0, self.job_count - self.groups.groups.joined)

    @property
    def alone_url(self) -> str:
        """The list of them."""
        return list_url(self.workspace.pk, Kind.JOB, alone="1")

    @property
    def alone_listed(self) -> int:
        """How many of them that list has, if not all."""
        return ALONE_KEPT if self.groups.counted_at and self.alone > ALONE_KEPT else 0

    @property
    def example(self) -> str:
        """The name in the examples of queries: one of this workspace, if there is a part."""
        found = [group.middle for group in self.groups.groups.groups if group.middle] if not self.text else []
        return str(Wanted(found[0])) if found else EXAMPLE

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return self.frame.workspace

    @property
    def _visible(self) -> QuerySet[Workspace]:
        return workspaces_with(self.reader, Right.VIEW)

    def _choices(self, side: str) -> Iterator[Choice]:
        if self.only is None:
            return
        now = getattr(self.only, side)
        for steps in STEPS if now in STEPS else sorted({*STEPS, now}):
            one = self.only
            asked = replace(one, before=steps) if side == "before" else replace(one, after=steps)
            yield Choice(steps, job_graph_url(self.workspace.pk, str(asked)), steps == now)

    def _page_url(self, name: str) -> str:
        found = self.part.map.jobs if self.part else []
        is_here = any(job.row and job.key.name == name for job in found)
        return object_url(self.workspace.pk, Kind.JOB, name) if is_here else ""

    def _group_row(self, group: Group) -> GroupRow:
        whole = [Wanted(name, 0, FARTHEST) for name in group.starts]
        asked = whole if whole and not group.more_starts else [Wanted(group.middle, FARTHEST, FARTHEST)]
        shown = [named(self.workspace, Key("", name)) for name in group.starts[:STARTS_SHOWN]]
        more = group.more_starts + len(group.starts) - len(shown)
        url = job_graph_url(self.workspace.pk, " ".join(map(str, asked)))
        return GroupRow(group, url, shown, more, named(self.workspace, Key("", group.middle)))


def query_read(text: str) -> tuple[list[Wanted], QueryFault | None]:
    """Return what a query asks for, or what is wrong with it."""
    try:
        return wanted_in(text), None
    except QueryFault as fault:
        return [], fault


def _round(workspace: Workspace, circle: Circle) -> Round:
    names = circle.names if circle.more else [*circle.names, circle.names[0]]
    return Round([named(workspace, Key("", name)) for name in names], circle.more, circle.waits)


def job_graph_page(request: HttpRequest, workspace_id: str) -> JobGraphPage:
    """Return the page for the query `q`. Raises NotFound for strangers."""
    frame = frame_of(request, workspace_id, Kind.JOB, (gettext("Graph of jobs"), ""))
    return JobGraphPage(frame, request.user, _query(request))


def job_graph_file(request: HttpRequest, workspace_id: str) -> JobsPart:
    """Return the graph of a query, to be sent as a file. Raises NotFound, for strangers too."""
    workspace = workspace_of(request, workspace_id)
    text = _query(request)
    wanted, fault = query_read(text)
    found = job_map(workspace, wanted, workspaces_with(request.user, Right.VIEW)) if wanted else None
    if found is None or found.absent:
        raise NotFound(gettext_noop("There is no graph of jobs for this query.")) from fault
    return JobsPart(workspace, text, wanted, found)


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()
