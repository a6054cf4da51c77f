"""The page that compares two sides: what only one has, what differs, what is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, rights_in
from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.comparing.digests import sides_digests
from dlfportal.catalogue.comparing.pairs import Outcome, Pair, Paired, in_order
from dlfportal.catalogue.comparing.reading import Readings, readings_of
from dlfportal.catalogue.comparing.sides import SUBMITTED, Identity, WorkspaceSide
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.selections import Choice, choice_resolve, selection_get
from dlfportal.links import comparing_pair_url, comparing_url
from dlfportal.transfer.comparing.filling import readings_asked, worker_lives
from dlfportal.web.pages.comparing.asked import CHOICE_KEEPS, FORM_KEEPS, KEPT, WITH, Asked, asked_read
from dlfportal.web.pages.comparing.groups import GROUP, ChangeGroup, change_groups, pairs_of_group
from dlfportal.web.pages.comparing.lines import Facet, PairRow, Progress, Window
from dlfportal.web.pages.comparing.narrowing import LIKE, Counts, Narrowing
from dlfportal.web.pages.comparing.pairing import pair_params
from dlfportal.web.pages.comparing.sides import (
    Others,
    ProfileChoice,
    SideShown,
    others_of,
    profile_choices,
)
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.pages.paging import Address, Pager
from dlfportal.web.requests import actor_of

SHOWN = 100
"""So many pairs a page lists."""

ADDRESSED = (*KEPT, *FORM_KEEPS, GROUP)
"""The parameters that an address of the page may have, beside the number of the page of the list."""

SHOWABLE = ("", *Outcome)
"""What one may be shown: all that differ, or one outcome."""
ALWAYS = ("", Outcome.DIFFER, Outcome.HERE, Outcome.THERE, Outcome.SAME)
"""What is offered though there is none of it."""


@dataclass(frozen=True)
class SidesPage:
    """What the template is given; `chosen` is the selection that it is narrowed to, if it is."""

    frame: Frame
    actor: Actor
    params: QueryDict
    asked: Asked | None
    chosen: Choice | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace of the page."""
        return self.frame.workspace

    @cached_property
    def others(self) -> Others:
        """What one may compare with."""
        return others_of(self.actor, self.workspace, self.find, dict(self.kept_find))

    @property
    def find(self) -> str:
        """The words that other workspaces are looked for by."""
        return self.params.get("find", "")

    @cached_property
    def here(self) -> SideShown:
        """The side of this workspace."""
        return SideShown(self.asked.here if self.asked else WorkspaceSide(self.workspace))

    @cached_property
    def there(self) -> SideShown | None:
        """The other side."""
        return SideShown(self.asked.there) if self.asked else None

    @cached_property
    def brings_to(self) -> Workspace | None:
        """The workspace that this person may bring over to what stands here, None where that is none."""
        target = self.asked.target if self.asked else None
        return target if target and Right.EDIT in rights_in(self.actor.user, target) else None

    @cached_property
    def brings_second(self) -> bool:
        """Whether another person has to apply there what is brought over."""
        return self.brings_to is not None and imports_need_second(self.brings_to)

    @property
    def sides(self) -> list[tuple[str, SideShown]]:
        """Both, with what the names of their fields begin with."""
        return [("now", self.here), ("then", self.there)] if self.there else []

    @cached_property
    def profiles(self) -> list[ProfileChoice]:
        """The mapping profiles that one may compare with: none where both sides are of one workspace."""
        return profile_choices(self.actor, self.asked) if self.asked else []

    @property
    def title(self) -> str:
        """The heading."""
        if self.there is None:
            return gettext("Compare %(name)s with…") % {"name": self.workspace.name}
        return gettext("%(here)s and %(there)s") % {"here": self.here.name, "there": self.there.name}

    @cached_property
    def _joined(self) -> Paired:
        """Both sides in pairs, by what they hold under which name alone."""
        return self.asked.comparison.paired() if self.asked else Paired([], [])

    @cached_property
    def readings(self) -> Readings:
        """What is known of the documents of the pairs."""
        return readings_of(self._joined.unlike, self.asked.comparison.view) if self.asked else Readings()

    @cached_property
    def paired(self) -> Paired:
        """Both sides in pairs, as far as it is known what their documents say."""
        return self.readings.told(self._joined, is_strict=bool(self.asked and self.asked.is_strict))

    @cached_property
    def progress(self) -> Progress | None:
        """How many pairs a worker has still to read; None where all are known."""
        if self.asked is None or not self.readings.unread:
            return None
        unread = self.readings.unread
        is_asked = readings_asked(actor=self.actor, comparison=self.asked.comparison)
        return Progress(unread, unread + len(self.readings.known), is_asked, worker_lives())

    @cached_property
    def groups(self) -> list[ChangeGroup]:
        """The values that became the same other ones in several pairs."""
        return change_groups(self.readings, self._ungrouped, self.address, self.params.get(GROUP, ""))

    @cached_property
    def _ungrouped(self) -> list[Pair]:
        return list(self._narrowing.pairs(self.paired.unlike))

    @cached_property
    def _narrowing(self) -> Narrowing:
        return Narrowing.read(self.params, self._among)

    @cached_property
    def narrowing(self) -> Narrowing:
        """What of it is shown."""
        chosen = self.params.get(GROUP, "")
        return (
            replace(self._narrowing, group=pairs_of_group(self.readings, chosen))
            if chosen
            else self._narrowing
        )

    @cached_property
    def _among(self) -> frozenset[Identity] | None:
        if self.chosen is None:
            return None
        parts = choice_resolve(self.workspace, self.chosen).parts()
        rows = (part.order_by().values_list("kind", "cluster", "name") for part in parts)
        return frozenset(map(Identity._make, (row for part in rows for row in part)))

    @cached_property
    def counts(self) -> Counts:
        """How many pairs there are."""
        return self.narrowing.counts(self.paired.unlike, self.paired.same)

    @cached_property
    def shown(self) -> list[Pair]:
        """All pairs that are shown, on this page of the list and the others."""
        wants_same = self.narrowing.wants_same
        pairs = [*self.paired.unlike, *self.paired.same] if wants_same else self.paired.unlike
        return sorted(self.narrowing.pairs(pairs), key=in_order)

    @property
    def is_same(self) -> bool:
        """Whether nothing differs, whatever is narrowed."""
        return not self.paired.unlike

    @property
    def digests(self) -> list[tuple[str, str]]:
        """What both sides are known by where nothing differs, each with its name."""
        pairs = self.paired.same
        here = [pair.here for pair in pairs if pair.here]
        there = [pair.there for pair in pairs if pair.there]
        names = [f"{side.name} · {side.words}" for _key, side in self.sides]
        return list(zip(names, sides_digests(here, there), strict=True))

    @property
    def is_alike(self) -> bool:
        """Whether nothing differs but what the mapping changes, or what means nothing."""
        return self.is_same and any(pair.outcome is not Outcome.SAME for pair in self.paired.same)

    @property
    def same_count(self) -> int:
        """How many are the same on both sides."""
        return len(self.paired.same)

    @property
    def is_empty(self) -> bool:
        """Whether both sides have nothing."""
        return not self.paired.unlike and not self.paired.same

    @cached_property
    def _page(self) -> int:
        text = self.params.get("page", "")
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
        return min(max(1, number), max(1, -(-len(self.shown) // SHOWN)))

    @cached_property
    def rows(self) -> list[PairRow]:
        """The pairs of this page of the list."""
        start = (self._page - 1) * SHOWN
        return list(map(self._row, self.shown[start : start + SHOWN]))

    def _row(self, pair: Pair) -> PairRow:
        mine = pair_params(pair)
        asked = self.asked.params if self.asked else {}
        url = comparing_pair_url(self.workspace.pk, asked | {key: str(mine[key]) for key in mine})
        return PairRow(pair, url, mine.urlencode(), self.readings.known.get(pair.contents))

    @property
    def window(self) -> Window:
        """Which of all rows these are."""
        start = (self._page - 1) * SHOWN
        return Window(start + 1, start + len(self.rows), Total(len(self.shown), False))

    @property
    def pager(self) -> Pager:
        """The pages around this one."""
        last, at, address = -(-len(self.shown) // SHOWN), self._page, self.address
        before = address.changed(page=str(at - 1)) if at > 1 else ""
        after = address.changed(page=str(at + 1)) if at < last else ""
        first, end = address.changed() if before else "", address.changed(page=str(last)) if after else ""
        return Pager(first, before, after, end)

    @cached_property
    def address(self) -> Address:
        """The address without the page of the list."""
        asked = QueryDict(mutable=True)
        asked.update({key: str(self.params[key]) for key in ADDRESSED if key in self.params})
        return Address(asked)

    @property
    def outcomes(self) -> list[Facet]:
        """What one may be shown."""
        return list(self._outcomes())

    def _outcomes(self) -> Iterator[Facet]:
        counts, shown = self.counts.outcomes, self.narrowing.show
        unlike = sum(count for outcome, count in counts.items() if outcome not in LIKE)
        for show in SHOWABLE:
            count = counts[Outcome(show)] if show else unlike
            if count or show in ALWAYS or show == shown:
                words = "" if show else gettext("All that differ")
                yield Facet(words, count, self.address.changed(show=show), show == shown, show)

    @property
    def kinds(self) -> list[Facet]:
        """The kinds among what is shown."""
        found = []
        for kind, spec in KINDS.items():
            current = self.narrowing.kind is kind
            if self.counts.kinds[kind.value] or current:
                url = self.address.changed(kind="" if current else spec.slug)
                found.append(Facet(spec.plural, self.counts.kinds[kind.value], url, current))
        return found

    @property
    def folders(self) -> list[Facet]:
        """The folders below the one that is shown."""
        return [
            Facet(folder, count, self.address.changed(folder=folder), False)
            for folder, count in self.counts.folders
        ]

    @property
    def folder_url(self) -> str:
        """The address without the folder that it is narrowed to."""
        return self.address.changed(folder="") if self.narrowing.folder else ""

    @property
    def all_url(self) -> str:
        """The address with nothing narrowed."""
        return self.address.changed(show="", kind="", folder="", q="", s="", group="")

    @property
    def words(self) -> str:
        """The part of a name that it is narrowed to."""
        return self.params.get("q", "")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form that narrows keeps of the address."""
        return self.address.pairs("q")

    @property
    def kept_sides(self) -> list[tuple[str, str]]:
        """What the form that chooses states keeps of the address."""
        return [(name, value) for name, value in self.address.pairs() if name in FORM_KEEPS]

    @property
    def kept_find(self) -> list[tuple[str, str]]:
        """What the forms that choose another side keep of the address."""
        return [(name, value) for name, value in self.address.pairs() if name in CHOICE_KEEPS]

    @property
    def choose_url(self) -> str:
        """The address that chooses another side."""
        return comparing_url(self.workspace.pk, **dict(self.kept_find))

    @property
    def submitted_url(self) -> str:
        """The address that compares the newest states with the submitted ones."""
        return comparing_url(
            self.workspace.pk, **dict(self.kept_find) | {WITH: f"{self.workspace.pk}@{SUBMITTED}"}
        )

    @property
    def look_again_url(self) -> str:
        """The address of this very page."""
        return self.address.changed(page=self.params.get("page", ""))

    @property
    def progress_url(self) -> str:
        """The address that says how many pairs are still to be read."""
        return self.address.changed(fragment="progress")

    @property
    def unchosen_url(self) -> str:
        """The address without the selection that it is narrowed to."""
        return self.address.changed(s="")

    @property
    def key(self) -> str:
        """What the browser keeps the ticks of this comparison under."""
        params = self.asked.params if self.asked else {}
        return " ".join(f"{key}={params[key]}" for key in KEPT if params.get(key))


def sides_page(request: HttpRequest, workspace_id: str, params: QueryDict) -> SidesPage:
    """Return the page of a comparison, or of what one may compare with.

    Raises NotFound, BadRequest or Conflict, as `side_read` does.
    """
    frame = frame_of(request, workspace_id, "compare")
    asked = asked_read(request, frame.workspace, params)
    chosen = _selection(actor_of(request), frame.workspace, params.get("s", ""))
    return SidesPage(frame, actor_of(request), params, asked, chosen)


def _selection(actor: Actor, workspace: Workspace, pk: str) -> Choice | None:
    return Choice.read(selection_get(actor=actor, workspace=workspace, pk=pk).chosen) if pk else None
