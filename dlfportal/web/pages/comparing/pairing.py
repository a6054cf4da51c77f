"""What differs between the two things of a pair: the page of its own, and the part of the list's page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dlfportal.catalogue.comparing.pairs import Outcome, Pair
from dlfportal.catalogue.comparing.reading import Looked
from dlfportal.catalogue.comparing.sides import Identity, Row, Side, WorkspaceSide
from dlfportal.catalogue.models import Content
from dlfportal.catalogue.selectors import content_bytes, contents_of
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.difference.documents import difference
from dlfportal.formats.difference.model import Change, Section
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.links import comparing_pair_url, object_url, revision_document_url
from dlfportal.web.difference_opening import Opened, Opening
from dlfportal.web.graph.overlay import overlay_picture
from dlfportal.web.pages.comparing.asked import Asked, asked_read
from dlfportal.web.pages.comparing.sides import SideShown
from dlfportal.web.pages.difference import DifferencePart
from dlfportal.web.pages.frame import Frame, frame_of

HERE, THERE, KIND, VIEW = "here", "there", "kind", "view"
GRAPH, FIELDS = "graph", "fields"


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing of the pair: the side it is on, and its page; "" where there is none."""

    side: SideShown
    row: Row | None

    @property
    def url(self) -> str:
        """The page of this state of it."""
        row = self.row
        if row is None or row.number is None or row.deleted_at:
            return ""
        side = self.side.side
        newest = isinstance(side, WorkspaceSide) and not side.state
        number = None if newest else row.number
        return object_url(side.workspace.pk, Kind(row.kind), row.name, row.cluster, number)

    @property
    def document_url(self) -> str:
        """Where its document can be downloaded."""
        row = self.row
        if row is None or row.number is None or row.deleted_at:
            return ""
        return revision_document_url(
            self.side.side.workspace.pk, Kind(row.kind), row.name, row.cluster, row.number
        )


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the difference."""

    key: str
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class PairPage:
    """What the template of a pair is given."""

    frame: Frame
    asked: Asked
    kind: Kind
    rows: tuple[Row | None, Row | None]
    params: QueryDict
    openings: tuple[Opening, ...]

    @property
    def name(self) -> str:
        """The name of it, the first one if it has two."""
        return next(row.label for row in self.rows if row)

    @property
    def sides(self) -> list[Standing]:
        """Both, as they stand on their sides."""
        sides: tuple[Side, Side] = (self.asked.here, self.asked.there)
        return [Standing(SideShown(side), row) for side, row in zip(sides, self.rows, strict=True)]

    @property
    def list_url(self) -> str:
        """The comparison that it is a part of."""
        return self.asked.url

    @cached_property
    def _contents(self) -> dict[int, Content]:
        wanted = {row.content for row in self.rows if row}
        found = contents_of(wanted)
        if len(found) < len(wanted):  # a plan's documents may go at any time
            raise NotFound(gettext_noop("Neither of the two sides has this."))
        return found

    @cached_property
    def looked(self) -> Looked:
        """Both documents as they are looked at, None for what is not there."""
        here, there = (
            parse(content_bytes(self._contents[row.content])) if row else None for row in self.rows
        )
        return self.asked.comparison.view.documents(Pair(Outcome.DIFFER, *self.rows), here, there)

    @property
    def mapped_names(self) -> list[tuple[str, str]]:
        """The names that the profile maps in it: on the one side, and what they are called on the other."""
        return sorted({(change.old, change.new) for change in self.looked.changes})

    @cached_property
    def part(self) -> DifferencePart:
        """What differs."""
        digests = [self._contents[row.content].sha256 if row else "" for row in self.rows]
        here, there = self.sides
        return DifferencePart(
            difference(self.kind, self.looked.here, self.looked.there),
            self.name,
            (digests[0], digests[1]),
            (here.document_url, there.document_url),
            prefix="pair-",
            token=self._token,
            names=self._names,
            opened=Opened(self._url(FIELDS), self.openings),
        )

    @property
    def _token(self) -> str:
        """What is said of it: of something that one side alone has, which one."""
        here, there = self.rows
        if here and there:
            return ""
        return Outcome.HERE if here else Outcome.THERE

    @property
    def _names(self) -> tuple[str, str]:
        """The headings of both: the names of the sides, where they differ."""
        here, there = (side.side.name for side in self.sides)
        return (here, there) if here != there else (gettext("Here"), gettext("There"))

    @cached_property
    def picture(self) -> SafeString:
        """Both graphs in one, "" where the nodes do not differ or it cannot be drawn."""
        found = self.part.found
        has_nodes = bool(found.of(Section.NODES) or found.of(Section.EDGES))
        if self.kind is not Kind.JOB or found.change is not Change.CHANGED or not has_nodes:
            return SafeString("")
        return overlay_picture(self.name, self.looked.here, self.looked.there, found)

    @cached_property
    def views(self) -> list[View]:
        """The ways to look at it, where there are several."""
        if not self.picture:
            return []
        words = {GRAPH: gettext("Graph"), FIELDS: gettext("Difference")}
        return [View(key, label, self._url(key), key == self.view) for key, label in words.items()]

    @property
    def view(self) -> str:
        """The way that is shown: the graph first, where there is one."""
        wants_fields = self.params.get(VIEW) == FIELDS or bool(self.openings)
        return FIELDS if wants_fields or not self.picture else GRAPH

    def _url(self, view: str) -> str:
        here, there = ((row.label if row else "") for row in self.rows)
        own = {KIND: self.kind.value, HERE: here, THERE: there, VIEW: view}
        return comparing_pair_url(self.frame.workspace.pk, self.asked.params | own)


def pair_params(pair: Pair) -> QueryDict:
    """Return the parameters that name a pair: its kind, and its label on both sides."""
    params = QueryDict(mutable=True)
    params[KIND] = pair.kind.value
    for key, row in ((HERE, pair.here), (THERE, pair.there)):
        if row:
            params[key] = row.label
    return params


def pair_page(request: HttpRequest, workspace_id: str) -> PairPage:
    """Return the page of one pair. Raises NotFound for strangers, and for what is on neither side."""
    frame = frame_of(request, workspace_id, "compare")
    asked = asked_read(request, frame.workspace, request.GET)
    kind = KIND_OF.get(request.GET.get(KIND, ""))
    rows = _rows(request.GET, asked, kind) if asked and kind else (None, None)
    if asked is None or kind is None or rows == (None, None):
        raise NotFound(gettext_noop("Neither of the two sides has this."))
    page = PairPage(frame, asked, kind, rows, request.GET, Opened.read(request).openings)
    frame.crumbs.extend([(gettext("Comparison"), page.list_url), (page.name, "")])
    return page


def _rows(params: QueryDict, asked: Asked, kind: Kind) -> tuple[Row | None, Row | None]:
    sides: tuple[tuple[str, Side], ...] = ((HERE, asked.here), (THERE, asked.there))
    here, there = (_find(side, kind, params.get(key, "")) for key, side in sides)
    return here, there


def _find(side: Side, kind: Kind, label: str) -> Row | None:
    """Return what a label names on a side; U+0000, which no name has, cannot be looked up."""
    if not label or "\0" in label:
        return None
    cluster, name = "", label
    if kind is Kind.CDM_JOB:
        cluster, _slash, name = label.rpartition("/")
    return side.find(Identity(kind.value, cluster, name))
