"""The two sides of a comparison as pages name them, and what one may choose for each."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.comparing.sides import SUBMITTED, Side, WorkspaceSide
from dlfportal.catalogue.mapping_profiles import profiles_of
from dlfportal.links import comparing_url, import_run_url, receipt_url
from dlfportal.times import moment
from dlfportal.transfer.comparing.comparison import HERE, THERE
from dlfportal.transfer.comparing.sides import ExportSide, PlanSide
from dlfportal.transfer.exports.selectors import exports_newest
from dlfportal.transfer.models import Export, ImportRun, RunStatus
from dlfportal.transfer.planning.plans import plans_of
from dlfportal.web.pages.comparing.asked import AT, WITH, Asked
from dlfportal.web.pages.switcher import workspaces_found

EXPORTS_SHOWN = PLANS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class SideShown:
    """One side: its name, what it is of, and where it is shown."""

    side: Side

    @property
    def is_workspace(self) -> bool:
        """Whether it is a workspace, of which one may choose the state."""
        return isinstance(self.side, WorkspaceSide)

    @property
    def name(self) -> str:
        """Its name."""
        if isinstance(self.side, PlanSide):
            return self.side.run.source.rpartition("/")[2]
        return self.side.export.name if isinstance(self.side, ExportSide) else self.side.workspace.name

    @property
    def url(self) -> str:
        """Its page: of a plan or an export its own, else that of the workspace."""
        if isinstance(self.side, PlanSide):
            return import_run_url(self.side.workspace.pk, self.side.run.pk)
        if isinstance(self.side, ExportSide):
            return receipt_url(self.side.workspace.pk, self.side.export.pk)
        return reverse("web:workspace", args=[self.side.workspace.pk])

    @property
    def state(self) -> str:
        """What is chosen for it in the form: "", `submitted` or `at`."""
        side = self.side
        if not isinstance(side, WorkspaceSide):
            return ""
        return AT if side.moment else side.state

    @property
    def at(self) -> str:
        """The moment that is chosen for it, as the form's field takes it, in the zone of the reader."""
        side = self.side
        chosen = side.moment if isinstance(side, WorkspaceSide) else None
        local = timezone.localtime(chosen) if chosen else timezone.localtime()
        return local.strftime("%Y-%m-%dT%H:%M:%S" if chosen else "%Y-%m-%dT%H:%M")

    @property
    def words(self) -> SafeString | str:
        """What is shown of it, in words."""
        side = self.side
        if isinstance(side, ExportSide):
            return gettext("exported from %(workspace)s") % {"workspace": side.workspace.name}
        if isinstance(side, PlanSide):
            return gettext("to be imported into %(workspace)s") % {"workspace": side.workspace.name}
        if not isinstance(side, WorkspaceSide):
            return ""
        if side.moment:
            return moment(side.moment)
        return gettext("submitted") if side.state == SUBMITTED else gettext("newest")

    @property
    def long_name(self) -> str:
        """Its name with its project, to tell it from others of the name."""
        return f"{self.side.workspace.project.name} / {self.side.workspace.name}"

    @property
    def target(self) -> str:
        """What names it in addresses, without its state."""
        return self.side.text.partition("@")[0]

    @property
    def exports(self) -> bool:
        """Whether what differs can be exported from it: it stands there now."""
        return isinstance(self.side, WorkspaceSide) and self.side.moment is None


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """A mapping profile that one may compare with: its word in addresses, and what it does."""

    value: str
    label: str
    current: bool


def profile_choices(actor: Actor, asked: Asked) -> list[ProfileChoice]:
    """Return the mapping profiles of both workspaces, those of the other side first."""
    here, there = asked.here.workspace, asked.there.workspace
    if here.pk == there.pk:
        return []
    found = []
    for whose, workspace in ((THERE, there), (HERE, here)):
        for profile in profiles_of(actor=actor, workspace=workspace):
            value = f"{whose}:{profile.name}"
            label = gettext("%(profile)s (to the names of %(workspace)s)")
            words = label % {"profile": profile.name, "workspace": workspace.name}
            found.append(ProfileChoice(value, words, value == asked.comparison.profile))
    return found


@dataclass(frozen=True, slots=True)
class Other:
    """Something that a workspace may be compared with."""

    name: str
    note: str
    url: str
    at: SafeString | str = ""


@dataclass(frozen=True, slots=True)
class Others:
    """What a workspace may be compared with; `is_more` says that other workspaces match too."""

    workspaces: list[Other]
    is_more: bool
    exports: list[Other]
    plans: list[Other]


def others_of(actor: Actor, workspace: Workspace, words: str, kept: dict[str, str]) -> Others:
    """Return what a workspace may be compared with; `kept` goes into the addresses."""
    workspace_id = workspace.pk
    found = workspaces_found(actor.user, "compare", words)
    workspaces = [
        Other(
            choice.workspace.name,
            choice.workspace.project.name,
            comparing_url(workspace_id, **kept | {WITH: choice.workspace.pk}),
        )
        for choice in found.choices
        if choice.workspace.pk != workspace_id
    ]
    exports = exports_newest(workspace_id, EXPORTS_SHOWN)
    plans = (
        plans_of(actor=actor, workspace=workspace)
        .filter(status=RunStatus.PLANNED)
        .exclude(plan_digest="")[:PLANS_SHOWN]
    )
    return Others(workspaces, found.is_more, list(map(_of_export, exports)), list(map(_of_plan, plans)))


def _of_plan(run: ImportRun) -> Other:
    url = comparing_url(run.workspace_id, **{WITH: f"import:{run.pk}"})
    return Other(run.source.rpartition("/")[2], run.user_name, url, moment(run.created_at))


def _of_export(export: Export) -> Other:
    url = comparing_url(export.workspace_id, **{WITH: f"export:{export.pk}"})
    return Other(export.name, export.user_name, url, moment(export.started_at))
