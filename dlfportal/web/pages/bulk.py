"""The pages of an act on many objects: what it would do, and how one that a worker does is getting on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.access import policy
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.catalogue.acting.asked import BulkVerb
from dlfportal.catalogue.acting.looking import Look, act_look
from dlfportal.catalogue.acting.uses import User
from dlfportal.catalogue.counts import TAG, filter_values, folder_counts
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selections import selection_get
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.links import bulk_url, list_url, object_url, selection_act_url, url_of
from dlfportal.transfer.acting.execute import AT_ONCE
from dlfportal.transfer.acting.runs import bulk_get
from dlfportal.transfer.models import BulkRun, RunStatus
from dlfportal.web.pages.bulk_acts import SPECS, ActSpec, act_title, result_text
from dlfportal.web.pages.chosen import Chosen, chosen_stored
from dlfportal.web.pages.filters import filter_params
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import actor_of, workspace_of

USERS_NAMED = 3


@dataclass(frozen=True, slots=True)
class UsedLine:
    """An object that is to go, and the first of those that will still point to it."""

    object: CatalogueObject
    url: str
    users: list[tuple[User, str]]
    more: int


@dataclass(frozen=True)
class BulkPage:
    """What an act would do with a selection; `refused` is why it was not done."""

    frame: Frame
    chosen: Chosen
    verb: BulkVerb
    form: forms.Form
    look: Look
    refused: str = ""
    at_once = AT_ONCE

    @property
    def spec(self) -> ActSpec:
        """How the act is called, and so on."""
        return SPECS[self.verb]

    @property
    def title(self) -> str:
        """The heading."""
        return act_title(self.verb, self.look.count)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """How many are chosen of each kind."""
        return [(KINDS[kind].plural, f"{count:,}") for kind, count in self.look.kinds.items()]

    @property
    def unfit(self) -> list[tuple[str, str]]:
        """How many are chosen of each kind that this is not for."""
        return [(KINDS[kind].plural, f"{count:,}") for kind, count in self.look.unfit.items()]

    @property
    def first(self) -> list[tuple[CatalogueObject, str]]:
        """The first objects, with their addresses."""
        return [(one, url_of(one)) for one in self.look.first]

    @property
    def more(self) -> int:
        """How many there are beside the first."""
        return sum(self.look.fitting.values()) - len(self.look.first)

    @property
    def by_worker(self) -> bool:
        """Whether there are so many that a worker does it."""
        return self.chosen.shown.count > AT_ONCE

    @property
    def url(self) -> str:
        """Its own address."""
        return selection_act_url(self.frame.workspace.pk, self.chosen.selection_id, self.verb)

    @property
    def kind(self) -> Kind:
        """The kind of the list that the objects were chosen in, or that has most of them."""
        return self.chosen.choice.kind or self.look.most

    @property
    def back_url(self) -> str:
        """The list that the objects were chosen in."""
        return list_url(self.frame.workspace.pk, self.kind, **filter_params(self.chosen.choice.chosen))

    @property
    def done_url(self) -> str:
        """The list where one sees what was done: of the objects, unless they are gone."""
        if self.verb is BulkVerb.DELETE:
            return self.back_url
        return list_url(self.frame.workspace.pk, self.kind, s=self.chosen.selection_id)

    @cached_property
    def known(self) -> list[str]:
        """The folders or tags that there are, for the field to offer."""
        if self.verb is BulkVerb.TAG:
            return filter_values(self.frame.workspace, Kind.JOB, TAG)
        if self.verb is not BulkVerb.MOVE:
            return []
        space = self.frame.workspace
        found = {folder for kind in self.look.fitting for folder, _count in folder_counts(space, kind)[0]}
        return sorted({"/", *found})

    @cached_property
    def used(self) -> list[UsedLine]:
        """What others use of what is to go."""
        space = self.frame.workspace.pk
        return [
            UsedLine(
                one.object,
                url_of(one.object),
                [
                    (user, object_url(user.workspace_id or space, Kind(user.kind), user.name, user.cluster))
                    for user in one.users[:USERS_NAMED]
                ],
                max(0, len(one.users) - USERS_NAMED),
            )
            for one in self.look.used
        ]


def bulk_page(
    request: HttpRequest,
    workspace_id: str,
    params: Mapping[str, str],
    form: forms.Form | None = None,
    refused: str = "",
) -> BulkPage:
    """Return the page of the act that `params` name on the selection they name.

    Raises NotFound for strangers, an unknown act or selection; Forbidden for who may not edit.
    """
    workspace = workspace_of(request, workspace_id)
    policy.require(request.user, workspace, Right.CHANGE)
    word = params.get("act", "")
    if word not in list(BulkVerb):
        raise NotFound(gettext_noop("There is no such act."))
    verb = BulkVerb(word)
    actor = actor_of(request)
    chosen = chosen_stored(selection_get(actor=actor, workspace=workspace, pk=params.get("s", "")))
    look = act_look(workspace, chosen.resolved, verb, workspaces_with(request.user, Right.VIEW))
    kind = chosen.choice.kind or look.most
    frame = frame_of(request, workspace_id, kind, (SPECS[verb].label, ""))
    return BulkPage(frame, chosen, verb, form or SPECS[verb].form(), look, refused)


@dataclass(frozen=True, slots=True)
class RunPage:
    """How an act that a worker does is getting on."""

    frame: Frame
    run: BulkRun

    @property
    def verb(self) -> BulkVerb:
        """What is done."""
        return BulkVerb(self.run.asked["verb"])

    @property
    def title(self) -> str:
        """The heading."""
        return act_title(self.verb, self.run.count)

    @property
    def state(self) -> str:
        """`waits`, `runs`, `done` or `refused`."""
        if self.run.status == RunStatus.RUNNING:
            return "runs" if self.run.started_at else "waits"
        return "done" if self.run.status == RunStatus.SUCCESSFUL else "refused"

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.run.status == RunStatus.RUNNING

    @property
    def text(self) -> str:
        """How it ended, in the reader's words; "" while it has not."""
        if self.state == "done":
            counts = {key: int(self.run.result.get(key) or 0) for key in ("changed", "same", "unfit")}
            return result_text(self.verb, **counts)
        message, params = self.run.message, self.run.params
        return (gettext(message) % params if params else gettext(message)) if message else ""

    @property
    def url(self) -> str:
        """Its own address."""
        return bulk_url(self.frame.workspace.pk, self.run.pk)

    @property
    def folder(self) -> str:
        """Where a move leads."""
        return str(self.run.asked["folder"])

    @property
    def tags(self) -> list[str]:
        """The tags that are added and taken away."""
        return [f"+{tag}" for tag in self.run.asked["add"]] + [f"−{tag}" for tag in self.run.asked["remove"]]


def run_page(request: HttpRequest, workspace_id: str, pk: str) -> RunPage:
    """Return the page of an act that a worker does. Raises NotFound, for strangers too."""
    run = bulk_get(actor=actor_of(request), workspace=workspace_of(request, workspace_id), pk=pk)
    title = act_title(BulkVerb(run.asked["verb"]), run.count)
    return RunPage(frame_of(request, workspace_id, "overview", (title, "")), run)
