"""What a stored selection asks for, and what its package holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.packing import Packing
from dlfportal.catalogue.selections import Choice
from dlfportal.transfer.exports.package import export_preview
from dlfportal.transfer.exports.selection import Contents, PackageLayout, Selector
from dlfportal.web.pages.chosen import Chosen, chosen_packed
from dlfportal.web.pages.exporting.options import status_of

NAMED = 200
"""So many missing, left out or flagged objects are named on a page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one asked for: `chosen` is what goes in for itself, `whole` the same if nothing was ticked off.

    `drafts` are the jobs among it without a submitted version, where submitted states are asked for; they
    are in neither.
    """

    chosen: Chosen
    whole: Chosen
    drafts: Sequence[str] = ()
    drafts_count: int = 0

    @property
    def packing(self) -> Packing:
        """How the package is made."""
        return self.chosen.choice.packing

    @property
    def layout(self) -> PackageLayout:
        """The layout of the package; that of one job only where it is one job."""
        return PackageLayout.SINGLE if self.packing.single and self.may_be_single else PackageLayout.BATCH

    @property
    def may_be_single(self) -> bool:
        """Whether the package is of one job that was chosen by its name."""
        return bool(self.chosen.only_job) and not self.packing.adds_jobs


def asked_of(selection: Selection) -> Asked:
    """Return what a stored selection asks for."""
    choice = Choice.read(selection.chosen)
    chosen = chosen_packed(selection)
    packing = choice.packing
    whole = chosen_packed(selection, replace(choice, packing=packing.whole())) if packing.without else chosen
    if not packing.submitted:
        return Asked(chosen, whole)
    drafts = chosen.jobs.order_by("name").filter(version=None)
    names = list(drafts.values_list("name", flat=True)[:NAMED])
    count = len(names) if len(names) < NAMED else drafts.count()
    return Asked(_submitted(chosen), _submitted(whole), names, count)


def _submitted(chosen: Chosen) -> Chosen:
    """Return what is chosen without the jobs that were never submitted."""
    jobs = chosen.jobs.filter(version__isnull=False)
    return replace(chosen, resolved=replace(chosen.resolved, jobs=jobs))


def selector_of(workspace: Workspace, asked: Asked) -> Selector:
    """Return what chooses the entries of a package of several objects."""
    packing = asked.packing
    return Selector(workspace, PackageLayout.BATCH, packing.depend, status_of(packing), packing.left_out)


def known_contents(actor: Actor, workspace: Workspace, asked: Asked) -> tuple[Contents, Contents]:
    """Return what the package would hold if nothing was ticked off and with all dependencies, and what it
    holds.
    """
    packing = asked.packing
    status, layout = status_of(packing), asked.layout

    def preview(chosen: Chosen, depend: bool) -> Contents:
        return export_preview(
            actor=actor,
            workspace=workspace,
            jobs=chosen.jobs,
            others=chosen.others,
            depend=depend,
            layout=layout,
            status=status,
            without=chosen.choice.packing.left_out,
        )

    contents = preview(asked.whole, True)
    if packing.depend and not packing.without:
        return contents, contents
    return contents, preview(asked.chosen, packing.depend)
