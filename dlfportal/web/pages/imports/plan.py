"""The plan of an import: what it would do with each object, and what is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dlfportal.audit.actor import Actor
from dlfportal.db.lookups import is_row_id
from dlfportal.formats.mapping import NameMap
from dlfportal.links import comparing_url, import_plan_url, import_run_url, import_url
from dlfportal.transfer.imports.deaths import runs_seen
from dlfportal.transfer.imports.options import Policy, TargetStatus
from dlfportal.transfer.imports.texts import run_lines
from dlfportal.transfer.models import Export, ImportRun, Outcome, RunStatus
from dlfportal.transfer.planning.plans import ItemFilter, plan_recognised, plans_of
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.imports.mapping import MappingPanel, mapping_panel, targets_read
from dlfportal.web.pages.imports.narrow import (
    ALL,
    PLANNED,
    SHOWS,
    Counted,
    Numbers,
    counted,
    fits,
    rail_of,
    sections,
)
from dlfportal.web.pages.imports.proposal import Second, second_of
from dlfportal.web.pages.imports.rail import RailGroup, Wanted
from dlfportal.web.pages.imports.rows import PlanLine, lacks_named, plan_lines
from dlfportal.web.pages.imports.walk import Pager, Walked, pager_of, walk
from dlfportal.web.pages.imports.words import (
    OUTCOMES,
    joined,
    numbered,
)
from dlfportal.web.requests import actor_of


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody sent with a form that was refused: it stands in the fields again.

    `refused` is why nothing was changed, `names` are new names by position.
    """

    refused: str = ""
    names: Mapping[int, str] = field(default_factory=dict)
    comment: str | None = None
    targets: NameMap = field(default_factory=dict)
    save_as: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str], refused: str) -> Typed:
        """Return what a form sent."""
        position = params.get("rename", "")
        return cls(
            refused=refused,
            names={int(position): params.get("new_name", "")} if is_row_id(position) else {},
            comment=params.get("comment"),
            targets=targets_read(params),
            save_as=params.get("save_as", ""),
        )


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The rows of one outcome on a page; `count` is how many there are on all pages."""

    outcome: str
    heading: str | Promise
    count: int
    lines: list[PlanLine]

    @property
    def may_be_taken(self) -> bool:
        """Whether all of them can be taken at once."""
        return self.outcome in (Outcome.NEW, Outcome.CHANGED)

    @property
    def may_be_skipped(self) -> bool:
        """Whether all of them can be skipped at once."""
        return self.outcome != Outcome.SAME


@dataclass(frozen=True)
class PlanPage:
    """What the page of a plan is given. `counted` is of the whole plan, `within` of the folder and the
    remark shown."""

    frame: Frame
    actor: Actor
    run: ImportRun
    wanted: Wanted
    typed: Typed
    counted: Counted
    within: Counted
    window: Walked
    place: Mapping[str, str]

    @property
    def url(self) -> str:
        """The address of the plan with what is shown of it: forms are sent there and lead back."""
        return self._url(**self.place)

    @property
    def plain_url(self) -> str:
        """The address of the plan."""
        return import_plan_url(self.frame.workspace.pk, self.run.pk)

    @property
    def compare_url(self) -> str:
        """The comparison of the workspace with what the plan would write."""
        return comparing_url(self.frame.workspace.pk, **{"with": f"import:{self.run.pk}"})

    @property
    def import_url(self) -> str:
        """Where a package comes in."""
        return import_url(self.frame.workspace.pk)

    @cached_property
    def counts(self) -> Numbers:
        """How many objects are written, and how many are not."""
        return Numbers.of(self.counted)

    @property
    def is_open(self) -> bool:
        """Whether choices can be made and the plan be applied."""
        return bool(self.run.status == RunStatus.PLANNED and self.run.plan_digest and not self.run.is_expired)

    @property
    def may_choose(self) -> bool:
        """Whether the reader may make them."""
        return self.is_open and self.frame.may_edit

    @property
    def may_again(self) -> bool:
        """Whether the reader may have the plan made again."""
        return self.run.status == RunStatus.PLANNED and not self.run.is_expired and self.frame.may_edit

    @property
    def is_given_up(self) -> bool:
        """Whether the plan was given up: there is nothing to choose any more."""
        return bool(self.run.status == RunStatus.DISCARDED)

    @cached_property
    def second(self) -> Second | None:
        """What was proposed to a second person, None where none is needed."""
        return second_of(self.actor, self.run, self.run.plan_digest)

    @cached_property
    def said(self) -> list[str]:
        """Why it could not be made or applied, and what is to be known of the package as a whole."""
        return run_lines(self.run)

    @cached_property
    def recognised(self) -> Export | None:
        """The export that made exactly this package, of a workspace the reader may look into."""
        return plan_recognised(actor=self.actor, run=self.run)

    @cached_property
    def running(self) -> ImportRun | None:
        """The import that runs in the workspace just now."""
        found = plans_of(actor=self.actor, workspace=self.frame.workspace).filter(status=RunStatus.RUNNING)
        return next((run for run in runs_seen(found[:1]) if run.status == RunStatus.RUNNING), None)

    @property
    def running_url(self) -> str:
        """Its page."""
        return import_run_url(self.frame.workspace.pk, self.running.pk) if self.running else ""

    @property
    def total(self) -> int:
        """How many objects are asked for."""
        return sum(count for group, count in self.within.items() if fits(self.wanted, group))

    @property
    def pager(self) -> Pager:
        """The addresses of the pages around this one."""
        return pager_of(self.window, self._url)

    @cached_property
    def groups(self) -> list[RowGroup]:
        """The rows of this page, by outcome."""
        rows = self.window.rows
        lines = plan_lines(self.frame.workspace.pk, rows, lacks_named(self.run, rows), self.typed.names)
        counts = Counter[str]()
        for group, count in self.within.items():
            counts[group.outcome] += count if fits(self.wanted, group) else 0
        found = (
            RowGroup(outcome, OUTCOMES[outcome].heading, counts[outcome], _with(lines, outcome))
            for outcome in PLANNED
        )
        return [group for group in found if group.lines]

    @property
    def bulk_fits(self) -> bool:
        """Whether all objects of a group, those on other pages too, can be chosen at once."""
        return self.may_choose and self.wanted.show in ("", ALL, *PLANNED)

    @cached_property
    def mapping(self) -> MappingPanel:
        """What the package names and the workspace perhaps calls otherwise."""
        return mapping_panel(self.actor, self.run, self.typed.targets, self.typed.save_as)

    @property
    def overwrites(self) -> bool:
        """Whether what exists already is changed, unless it is chosen otherwise."""
        return bool(self.run.options.get("sameNamePolicy") == Policy.OVERWRITE)

    @property
    def submits(self) -> bool:
        """Whether a version of each object is submitted."""
        return bool(self.run.options.get("targetStatus") != TargetStatus.SAVED)

    @property
    def comment(self) -> str:
        """What the field for the comment holds."""
        return str(self.run.comment if self.typed.comment is None else self.typed.comment)

    @property
    def apply_said(self) -> str:
        """What applying does: exactly, in one sentence."""
        counts = self.counts
        if not counts.written:
            return _("Nothing to apply")
        written = joined([numbered(Outcome.NEW, counts.new), numbered(Outcome.CHANGED, counts.changed)])
        left = joined(
            [
                numbered(Outcome.SAME, counts.same),
                numbered(Outcome.SKIPPED, counts.skipped),
                numbered(Outcome.INVALID, counts.invalid),
            ]
        )
        if not left:
            return _("Apply: write %(written)s") % {"written": written}
        return _("Apply: write %(written)s; %(left)s left out") % {"written": written, "left": left}

    @property
    def propose_said(self) -> str:
        """What is proposed, in one sentence."""
        counts = self.counts
        if not counts.written:
            return _("Nothing to propose")
        written = joined([numbered(Outcome.NEW, counts.new), numbered(Outcome.CHANGED, counts.changed)])
        return _("Propose to write %(written)s") % {"written": written}

    @property
    def may_apply(self) -> bool:
        """Whether there is something to write, and nothing stands in its way."""
        return bool(self.may_choose and self.counts.written and not self.counts.blocked)

    @property
    def rail(self) -> list[RailGroup]:
        """What the rows can be narrowed to."""
        return rail_of(self.run, self.wanted, self.counted, self._url)

    def _url(self, **changes: str) -> str:
        return import_plan_url(self.frame.workspace.pk, self.run.pk, **self.wanted.changed(**changes))


def plan_page(request: HttpRequest, frame: Frame, run: ImportRun, typed: Typed | None = None) -> PlanPage:
    """Return the page of a plan that is made, or was given up."""
    wanted = Wanted.read(request.GET, SHOWS)
    place = {name: request.GET.get(name, "")[:40] for name in ("after", "before")}
    counts = counted(run)
    if not wanted.show and not any(fits(wanted, group) for group in counts):
        wanted = replace(wanted, show=ALL)
    within = ItemFilter(folder=wanted.folder, remark=wanted.remark)
    return PlanPage(
        frame=frame,
        actor=actor_of(request),
        run=run,
        wanted=wanted,
        typed=typed or Typed(),
        counted=counts,
        within=counted(run, within) if wanted.folder or wanted.remark else counts,
        window=walk(sections(run, wanted), place["after"], place["before"]),
        place=place,
    )


def _with(lines: list[PlanLine], outcome: str) -> list[PlanLine]:
    return [line for line in lines if line.item.outcome == outcome]
