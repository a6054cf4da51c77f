"""The page of undoing an import: what it would do, how it is getting on, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.catalogue.undoing.steps import Do, Stay, Step, Why
from dlfportal.db.lookups import is_row_id
from dlfportal.formats.kinds import Kind
from dlfportal.links import import_run_url, import_undo_url, object_url, revisions_compare_url
from dlfportal.transfer.imports.texts import run_message, run_name
from dlfportal.transfer.imports.undo import AT_ONCE, nothing_text
from dlfportal.transfer.imports.undo_look import UndoLook, undo_look, undo_newest
from dlfportal.transfer.models import ImportRun, RunStatus
from dlfportal.transfer.planning.plans import plan_get
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.pages.imports.progress import ProgressPage
from dlfportal.web.pages.imports.proposal import Second, second_of
from dlfportal.web.pages.paging import Address
from dlfportal.web.requests import actor_of, workspace_of
from dlfportal.web.undo_words import TOKENS, counts_said, stay_said, step_said, undo_title

ROWS_A_PAGE = 100
STAYS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class StepLine:
    """What is done with an object. `url` is "" for one that is deleted now."""

    kind: Kind
    label: str
    url: str
    token: str
    said: list[str]
    compare_url: str


@dataclass(frozen=True, slots=True)
class StayLine:
    """An object that stays: why, since when, and the first of those that use it. `url` is "" for one that is
    deleted.
    """

    kind: Kind
    label: str
    url: str
    said: str
    stay: Stay
    users: list[tuple[str, str]]


@dataclass(frozen=True)
class UndoPage:
    """What the template of an undo is given. `newest` is the last undo of the import that was asked for, and
    `refused` why nothing was done; `second` is None where no second person is needed.
    """

    frame: Frame
    run: ImportRun
    look: UndoLook
    newest: ImportRun | None
    start: int
    address: Address
    refused: str = ""
    second: Second | None = None
    at_once = AT_ONCE

    @property
    def title(self) -> str:
        """The heading."""
        return undo_title(self.run)

    @property
    def url(self) -> str:
        """Its own address."""
        return import_undo_url(self.frame.workspace.pk, self.run.pk)

    @property
    def is_open(self) -> bool:
        """Whether an undo of it has not ended."""
        return self.newest is not None and self.newest.status == RunStatus.RUNNING

    @property
    def getting_on(self) -> ProgressPage | None:
        """How an undo of it that has not ended is getting on."""
        return ProgressPage(self.frame, self.newest) if self.newest and self.is_open else None

    @property
    def failed(self) -> str:
        """Why the last undo did nothing, "" if it did or there is none."""
        failed = self.newest is not None and self.newest.status == RunStatus.FAILED
        return run_message(self.newest) if self.newest and failed else ""

    @property
    def later_text(self) -> str:
        """What the last undo that was done did, in words."""
        return run_message(self.look.later) if self.look.later else ""

    @property
    def later_url(self) -> str:
        """Where that can be taken back."""
        return import_undo_url(self.frame.workspace.pk, self.look.later.pk) if self.look.later else ""

    @property
    def done_url(self) -> str:
        """What that did, object by object."""
        return import_run_url(self.frame.workspace.pk, self.look.later.pk) if self.look.later else ""

    @property
    def earlier_url(self) -> str:
        """The page of what this undo undid, "" for an import."""
        return import_run_url(self.frame.workspace.pk, self.run.undoes_id) if self.run.undoes_id else ""

    @property
    def nothing(self) -> str:
        """Why there is nothing to undo, "" where there is."""
        return "" if self.look.steps else gettext(nothing_text(self.look))

    @property
    def doing(self) -> str:
        """What the button does."""
        return counts_said(self.look.counts)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many objects are restored and so on, each with its token."""
        return [(TOKENS[do], count) for do, count in self.look.counts.items() if count]

    @property
    def by_worker(self) -> bool:
        """Whether there are so many that a worker does it."""
        return len(self.look.steps) > AT_ONCE

    @cached_property
    def lines(self) -> list[StepLine]:
        """The objects of this part of the list."""
        shown = self.look.steps[self.start : self.start + ROWS_A_PAGE]
        return [self._line(step) for step in shown]

    @property
    def stays(self) -> list[StayLine]:
        """The first of the objects that stay."""
        return [self._stay(stay) for stay in self.look.stays[:STAYS_SHOWN]]

    @property
    def stays_more(self) -> int:
        """How many more of them there are."""
        return max(0, len(self.look.stays) - STAYS_SHOWN)

    @property
    def shown(self) -> tuple[int, int]:
        """The numbers of the first and the last object that are shown."""
        return self.start + 1, self.start + len(self.lines)

    @property
    def previous(self) -> str:
        """The address of the objects before, "" at the begin."""
        if not self.start:
            return ""
        return self.address.changed(start=str(max(0, self.start - ROWS_A_PAGE) or ""))

    @property
    def next(self) -> str:
        """The address of further objects, "" at the end."""
        after = self.start + ROWS_A_PAGE
        return self.address.changed(start=str(after)) if after < len(self.look.steps) else ""

    def _line(self, step: Step) -> StepLine:
        kind, cluster, name = step.identity
        space = self.frame.workspace.pk
        compared = ""
        if step.do is Do.RESTORE and step.former:
            compared = revisions_compare_url(space, kind, name, cluster, step.now.number, step.former.number)
        url = object_url(space, kind, name, cluster) if step.now.alive else ""
        return StepLine(kind, _label(step), url, TOKENS[step.do], step_said(step), compared)

    def _stay(self, stay: Stay) -> StayLine:
        kind, cluster, name = stay.step.identity
        space = self.frame.workspace.pk
        users = [
            (user.name, object_url(user.workspace_id or space, Kind(user.kind), user.name, user.cluster))
            for user in stay.by
        ]
        url = "" if stay.why is Why.DELETED else object_url(space, kind, name, cluster)
        return StayLine(kind, _label(stay.step), url, stay_said(stay), stay, users)


def _label(step: Step) -> str:
    _kind, cluster, name = step.identity
    return f"{cluster}/{name}" if cluster else name


def undo_page(
    request: HttpRequest, workspace_id: str, run_id: str, params: Mapping[str, str], refused: str = ""
) -> UndoPage:
    """Return the page of undoing an import or an undo. Raises NotFound, for strangers too."""
    actor, workspace = actor_of(request), workspace_of(request, workspace_id)
    run = plan_get(actor=actor, workspace=workspace, run_id=run_id)
    newest = undo_newest(run)
    is_open = newest is not None and newest.status == RunStatus.RUNNING
    # While one runs only how it is getting on is shown, every few seconds; a look would slow it down.
    look = UndoLook(run, (), (), None) if is_open else undo_look(actor=actor, run=run)
    crumb = run_name(run) if run.undoes_id else run.source, import_run_url(workspace.pk, run.pk)
    frame = frame_of(request, workspace_id, "imports", crumb, (gettext("Undo"), ""))
    start = _start(params.get("start", ""), look.steps)
    run.workspace = workspace
    second = None if is_open else second_of(actor, run, look.digest, is_undo=True)
    return UndoPage(frame, run, look, newest, start, Address(request.GET), refused, second)


def _start(text: str, steps: Sequence[Step]) -> int:
    """Return the place of the first object to show, at the begin of a part of the list."""
    number = int(text) if is_row_id(text) else 0
    return number // ROWS_A_PAGE * ROWS_A_PAGE if number < len(steps) else 0
