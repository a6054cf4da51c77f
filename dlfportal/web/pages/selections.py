"""The pages of the selections that a person keeps under names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.acting.looking import kinds_counted
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.saved import (
    LONGEST_NAME,
    selection_saved_get,
    selections_saved,
)
from dlfportal.catalogue.selections import Choice, choice_resolve, selection_get
from dlfportal.links import list_url, saved_url, selection_export_url, selection_save_url, selections_url
from dlfportal.web.pages.chosen import Chosen, chosen_stored
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import actor_of, workspace_of

SHOWN = 20
"""So many are on a page: each is looked up anew, to say how many objects it has now."""


class SelectionNameForm(forms.Form):
    """What a selection is called."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("Only you see it by its name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class SavedLine:
    """A selection that the reader keeps: how many objects it had when it was saved, and has now, by kind.

    `lists` are the lists that show it, one for each kind that it has objects of.
    """

    selection: Selection
    now: int
    lists: list[tuple[str, str, int]]

    @property
    def changed(self) -> bool:
        """Whether it has another number of objects now."""
        return self.now != self.selection.count

    @property
    def export_url(self) -> str:
        """The page before its export."""
        return selection_export_url(self.selection.workspace_id, self.selection.pk)

    @property
    def edit_url(self) -> str:
        """The page that renames or deletes it."""
        return saved_url(self.selection.workspace_id, self.selection.pk)


@dataclass(frozen=True, slots=True)
class SelectionsPage:
    """What the list of kept selections shows."""

    frame: Frame
    lines: list[SavedLine]
    window: Page[Selection]


def selections_page(request: HttpRequest, workspace_id: str) -> SelectionsPage:
    """Return the selections that the reader keeps in a workspace. Raises NotFound for strangers."""
    frame = frame_of(request, workspace_id, "overview", (gettext("Selections"), ""))
    saved = selections_saved(actor=actor_of(request), workspace=frame.workspace)
    window = Paginator(saved, SHOWN).get_page(request.GET.get("page"))
    return SelectionsPage(frame, [_line(frame, one) for one in window], window)


def _line(frame: Frame, selection: Selection) -> SavedLine:
    kinds = kinds_counted(choice_resolve(frame.workspace, Choice.read(selection.chosen)))
    lists = [
        (spec.plural, list_url(frame.workspace.pk, kind, s=selection.pk), kinds[kind])
        for kind, spec in KINDS.items()
        if kinds[kind]
    ]
    return SavedLine(selection, kinds.total(), lists)


@dataclass(frozen=True, slots=True)
class SavePage:
    """The form that keeps a selection under a name."""

    frame: Frame
    chosen: Chosen
    form: forms.Form

    @property
    def url(self) -> str:
        """Its own address."""
        return selection_save_url(self.frame.workspace.pk, self.chosen.selection_id)

    @property
    def list_url(self) -> str:
        """The selections that the reader keeps."""
        return selections_url(self.frame.workspace.pk)


def save_page(request: HttpRequest, workspace_id: str, form: forms.Form | None = None) -> SavePage:
    """Return the page that keeps the selection `s`. Raises NotFound."""
    frame = _frame(request, workspace_id, gettext("Save the selection"))
    pk = request.GET.get("s", "")
    selection = selection_get(actor=actor_of(request), workspace=frame.workspace, pk=pk)
    return SavePage(frame, chosen_stored(selection), form or SelectionNameForm())


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The form that renames a kept selection, and the one that deletes it."""

    frame: Frame
    selection: Selection
    form: forms.Form

    @property
    def url(self) -> str:
        """Its own address."""
        return saved_url(self.frame.workspace.pk, self.selection.pk)

    @property
    def list_url(self) -> str:
        """The selections that the reader keeps."""
        return selections_url(self.frame.workspace.pk)


def saved_page(
    request: HttpRequest, workspace_id: str, pk: str, data: Mapping[str, Any] | None = None
) -> SavedPage:
    """Return the page of a selection that the reader keeps. Raises NotFound."""
    workspace = workspace_of(request, workspace_id)
    selection = selection_saved_get(actor=actor_of(request), workspace=workspace, pk=pk)
    frame = _frame(request, workspace_id, selection.name)
    return SavedPage(frame, selection, SelectionNameForm(data, initial={"name": selection.name}))


def _frame(request: HttpRequest, workspace_id: str, title: str) -> Frame:
    parent = (gettext("Selections"), selections_url(workspace_id))
    return frame_of(request, workspace_id, "overview", parent, (title, ""))
