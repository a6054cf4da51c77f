"""What a plan would change in one object: three ways where both sides changed since its export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.http import HttpRequest

from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.difference.documents import difference
from dlfportal.formats.kinds import Kind
from dlfportal.links import import_item_url, import_plan_url, url_of
from dlfportal.transfer.models import ImportItem, ImportRun, Outcome
from dlfportal.transfer.planning.plans import Documents, item_documents
from dlfportal.web.difference_opening import Opened
from dlfportal.web.pages.difference import DifferencePart
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.pages.imports.rows import PlanLine, lacks_named, plan_lines

CLASHES_NAMED = 12


class MappedName(NamedTuple):
    """A name that the mapping changed, and where."""

    old: str
    new: str
    place: str


@dataclass(frozen=True)
class ItemPage:
    """What is shown of one object of a plan. `gone`: its document is not kept any more."""

    frame: Frame
    run: ImportRun
    line: PlanLine
    documents: Documents
    here_sha256: str
    opened: Opened
    as_fragment: bool
    previous_url: str
    next_url: str

    @property
    def gone(self) -> bool:
        """Whether what the package holds cannot be shown."""
        return self.line.item.outcome != Outcome.INVALID and self.documents.package is None

    @property
    def both(self) -> bool:
        """Whether both sides changed since the object was exported from here."""
        return bool(self.line.item.both_changed and self.documents.base is not None)

    @cached_property
    def part(self) -> DifferencePart | None:
        """What the import would change; None for what it cannot write."""
        found = self.documents
        if found.package is None:
            return None
        return self._part(found.here, found.package, "", (self.here_sha256, self.line.item.sha256))

    @cached_property
    def here_since(self) -> DifferencePart:
        """What changed here since the export."""
        return self._part(self.documents.base, self.documents.here, "h-")

    @cached_property
    def package_since(self) -> DifferencePart:
        """What changed in the package since the export."""
        return self._part(self.documents.base, self.documents.package, "p-")

    @property
    def clashes(self) -> list[str]:
        """The fields that changed on both sides, the first of them."""
        here, there = set(_places(self.here_since)), list(_places(self.package_since))
        return list(dict.fromkeys(place for place in there if place in here))[:CLASHES_NAMED]

    @property
    def mapped(self) -> list[MappedName]:
        """The names that the mapping changed."""
        return mapped_names(self.line.item)

    @property
    def object_url(self) -> str:
        """The page of the object that stands here, "" for none."""
        there = self.line.item.object
        return url_of(there) if there and there.deleted_at is None else ""

    @property
    def plan_url(self) -> str:
        """The plan."""
        return import_plan_url(self.frame.workspace.pk, self.run.pk)

    def _part(
        self, before: Any, after: Any, prefix: str, digests: tuple[str, str] = ("", "")
    ) -> DifferencePart:
        found = difference(Kind(self.line.item.kind), before, after)
        return DifferencePart(found, self.line.label, digests, prefix=prefix, opened=self.opened)


def mapped_names(item: ImportItem) -> list[MappedName]:
    """Return the names that the mapping changed in an object."""
    return [MappedName(old, new, place) for _kind, old, new, place in item.mapped or ()]


def item_page(request: HttpRequest, run: ImportRun, position: int) -> ItemPage:
    """Return what a plan would change in the object at a position. Raises NotFound."""
    items = run.items.select_related("object", "revision_before__content")
    item = items.defer("revision_before__content__data").filter(position=position).first()
    if item is None:
        raise NotFound(gettext_noop("There is no such object in this plan."))
    before = None if item.was_deleted else item.revision_before
    line = plan_lines(run.workspace_id, [item], lacks_named(run, [item]), {})[0]
    plan = (run.source, import_plan_url(run.workspace_id, run.pk))
    return ItemPage(
        frame=frame_of(request, run.workspace_id, "imports", plan, (line.label, "")),
        run=run,
        line=line,
        documents=item_documents(item),
        here_sha256=before.content.sha256 if before else "",
        opened=Opened.read(request),
        as_fragment="fragment" in request.GET,
        previous_url=_neighbour(run, item.position - 1),
        next_url=_neighbour(run, item.position + 1),
    )


def _neighbour(run: ImportRun, position: int) -> str:
    """Return the address of the object at a position in the order of the package, "" where there is none."""
    there = position >= 0 and run.items.filter(position=position).exists()
    return import_item_url(run.workspace_id, run.pk, position) if there else ""


def _places(part: DifferencePart) -> Iterator[str]:
    """Yield the fields that differ, as people call them."""
    for group in part.groups:
        for row in group.rows:
            yield f"{group.title} · {row.label}" if group.is_node else row.label
