"""What an import did, object by object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dlfportal.audit.texts import CHANNELS
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.formats.kinds import Kind
from dlfportal.links import compare_url, import_plan_url, import_run_url, import_url, url_of
from dlfportal.transfer.imports.runs import TOOK
from dlfportal.transfer.imports.texts import item_lines, run_lines, run_name
from dlfportal.transfer.imports.undo_look import undo_done
from dlfportal.transfer.models import Choice, ImportItem, ImportRun, Outcome, RunStatus
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.imports.item import MappedName, mapped_names
from dlfportal.web.pages.imports.rail import RailGroup, RailLink, Wanted
from dlfportal.web.pages.imports.walk import Items, Pager, Walked, pager_of, walk
from dlfportal.web.pages.imports.words import OUTCOMES, TONES

RENAMED, LEFT_OUT, REFUSED = "renamed", "left", "refused"
SHOWS = {**OUTCOMES, RENAMED: None, LEFT_OUT: None, REFUSED: None}


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What became of one object."""

    item: ImportItem
    lines: list[str]

    @property
    def spec(self) -> KindSpec:
        """Its kind."""
        return KINDS[Kind(self.item.kind)]

    @property
    def label(self) -> str:
        """Its name, of a CDM job with the cluster."""
        name = self.item.new_name or self.item.name
        return f"{self.item.cluster}/{name}" if self.item.cluster else name

    @property
    def token(self) -> str:
        """The word of its token."""
        return "skipped" if self.item.choice == Choice.SKIP else OUTCOMES[self.item.outcome].token

    @property
    def url(self) -> str:
        """The page of the object, "" where there is none."""
        there = self.item.object
        return url_of(there) if there and there.deleted_at is None else ""

    @property
    def mapped(self) -> list[MappedName]:
        """The names that the mapping changed in what was written."""
        is_written = self.item.choice != Choice.SKIP and self.item.outcome in (Outcome.NEW, Outcome.CHANGED)
        return mapped_names(self.item) if is_written else []

    @property
    def compare_url(self) -> str:
        """What it changed, "" where nothing was there before or nothing was written."""
        item = self.item
        if not (self.url and item.object and item.revision_before and item.revision_after):
            return ""
        return compare_url(item.object, item.revision_before.number, item.revision_after.number)


@dataclass(frozen=True)
class ResultPage:
    """What the page of an import that has ended shows."""

    frame: Frame
    run: ImportRun
    wanted: Wanted
    counts: Mapping[tuple[str, str, str, bool], int]
    window: Walked

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES.get(self.run.status, "")

    @property
    def title(self) -> str:
        """The heading."""
        if self.run.undoes_id:
            return run_name(self.run)
        names = {"source": self.run.source, "workspace": self.frame.workspace.name}
        return _("%(source)s → %(workspace)s") % names

    @property
    def has_ended_well(self) -> bool:
        """Whether it may have written something that can be undone."""
        return bool(self.run.status == RunStatus.SUCCESSFUL)

    @property
    def undoes_url(self) -> str:
        """The page of what an undo undid, "" for an import."""
        return import_run_url(self.frame.workspace.pk, self.run.undoes_id) if self.run.undoes_id else ""

    @property
    def proposal_url(self) -> str:
        """The page of the plan that an import became which needs a second person, "" for any other."""
        plan = self.run.params.get("plan", "")
        return import_plan_url(self.frame.workspace.pk, plan) if self.has_failed and plan else ""

    @cached_property
    def undone_by(self) -> tuple[ImportRun, str] | None:
        """The last undo of it that was done, with its page."""
        undo = undo_done(self.run)
        return (undo, import_run_url(self.frame.workspace.pk, undo.pk)) if undo else None

    @property
    def has_failed(self) -> bool:
        """Whether nothing was written."""
        return bool(self.run.status == RunStatus.FAILED)

    @cached_property
    def said(self) -> list[str]:
        """How it ended, and what is to be known of the package as a whole."""
        return run_lines(self.run)

    @property
    def seconds(self) -> float | None:
        """How long it took, without the days that a plan may have waited."""
        run = self.run
        if run.is_reviewed:
            took = run.params.get(TOOK)
            return took if isinstance(took, float) else None
        return (run.ended_at - run.created_at).total_seconds() if run.ended_at else None

    @property
    def channel(self) -> str | Promise:
        """The channel somebody used."""
        return CHANNELS.get(self.run.channel, self.run.channel)

    @property
    def lines(self) -> list[ResultLine]:
        """The objects of this page."""
        return [ResultLine(item, item_lines(self.run, item)) for item in self.window.rows]

    @property
    def total(self) -> int:
        """How many objects are asked for."""
        return sum(count for key, count in self.counts.items() if self._fits(*key))

    @property
    def pager(self) -> Pager:
        """The addresses of the pages around this one."""
        return pager_of(self.window, self._url)

    @property
    def import_url(self) -> str:
        """Where a package comes in."""
        return import_url(self.frame.workspace.pk)

    def file_url(self, name: str) -> str:
        """Return the address of the objects as a file."""
        return f"{import_run_url(self.frame.workspace.pk, self.run.pk)}{name}"

    @property
    def csv_url(self) -> str:
        """The objects as a table."""
        return self.file_url("objects.csv")

    @property
    def json_url(self) -> str:
        """The objects for programs."""
        return self.file_url("objects.json")

    @property
    def rail(self) -> list[RailGroup]:
        """What the objects can be narrowed to."""
        shows, kinds = Counter[str](), Counter[str]()
        for (outcome, kind, choice, refused), count in self.counts.items():
            shows[""] += count
            shows[LEFT_OUT if choice == Choice.SKIP else outcome] += count
            shows[RENAMED] += count if choice == Choice.RENAME else 0
            shows[REFUSED] += count if refused else 0
            kinds[kind] += count
        words: dict[str, tuple[str | Promise, str]] = {"": (_("All"), "")}
        words |= {key: (found.heading, found.token) for key, found in OUTCOMES.items()}
        words |= {RENAMED: (_("Renamed"), "renamed"), LEFT_OUT: (_("Left out"), "skipped")}
        words |= {REFUSED: (_("DataArts would refuse"), "invalid")}
        links = [
            RailLink(label, shows[key], self._url(show=key), self.wanted.show == key, token)
            for key, (label, token) in words.items()
            if shows[key]
        ]
        return [
            RailGroup(_("Show"), links),
            RailGroup(
                _("Kind"),
                [
                    RailLink(
                        spec.plural,
                        kinds[kind],
                        self._url(kind="" if self.wanted.kind == kind else kind.value),
                        self.wanted.kind == kind,
                        icon=spec.tone,
                    )
                    for kind, spec in KINDS.items()
                    if kinds[kind]
                ],
            ),
        ]

    def _url(self, **changes: str) -> str:
        params = {**self.wanted.params, **changes}
        return import_run_url(self.frame.workspace.pk, self.run.pk, **params)

    def _fits(self, outcome: str, kind: str, choice: str, refused: bool) -> bool:
        wanted = self.wanted
        if wanted.kind and kind != wanted.kind:
            return False
        if wanted.show == REFUSED:
            return refused
        if wanted.show in ("", RENAMED, LEFT_OUT):
            return choice == {RENAMED: Choice.RENAME, LEFT_OUT: Choice.SKIP}.get(wanted.show, choice)
        return outcome == wanted.show and choice != Choice.SKIP


def result_page(request: HttpRequest, frame: Frame, run: ImportRun) -> ResultPage:
    """Return the page of an import that has ended."""
    wanted = Wanted.read(request.GET, SHOWS)
    rows = run.items.order_by()
    found = rows.values_list("outcome", "kind", "choice", "refused").annotate(count=Count("pk"))
    counts = {(outcome, kind, choice, refused): count for outcome, kind, choice, refused, count in found}
    narrowed = _narrowed(run, wanted)
    sections = [narrowed.filter(outcome=outcome) for outcome in OUTCOMES]
    window = walk(sections, request.GET.get("after", ""), request.GET.get("before", ""))
    return ResultPage(frame, run, wanted, counts, window)


def _narrowed(run: ImportRun, wanted: Wanted) -> Items:
    rows: QuerySet[ImportItem] = run.items.select_related("object", "revision_before", "revision_after")
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.show == RENAMED:
        return rows.filter(choice=Choice.RENAME)
    if wanted.show == LEFT_OUT:
        return rows.filter(choice=Choice.SKIP)
    if wanted.show == REFUSED:
        return rows.filter(refused=True)
    if wanted.show:
        return rows.filter(outcome=wanted.show).exclude(choice=Choice.SKIP)
    return rows
