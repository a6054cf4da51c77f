"""What a person chose: objects by name, all that match a list, or everything; and what it means now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.packed import packed_resolve
from dlfportal.catalogue.selections import (
    Choice,
    Objects,
    Print,
    Resolved,
    choice_resolve,
    print_of,
    selection_get,
)
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.web.pages.filters import filter_params, list_filter

NESTED = 5
"""So many selections may lie in one another."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a choice means now: jobs and other objects; `gone` is what was named and does not exist.

    `selection_id` is that of the stored selection, if it is one, `shown` the print of the set.
    """

    choice: Choice
    resolved: Resolved
    selection_id: str = ""
    shown: Print = field(default_factory=lambda: Print(0, ""))

    @property
    def jobs(self) -> Objects:
        """The jobs among what is chosen."""
        return self.resolved.jobs

    @property
    def others(self) -> Objects | None:
        """The scripts, resources and CDM jobs among what is chosen, if any were asked for."""
        return self.resolved.others

    @property
    def gone(self) -> Sequence[str]:
        """The labels of what was named and does not exist."""
        return self.resolved.gone

    @property
    def only_job(self) -> str:
        """The name of the one job that was chosen by its name, and that is there; else ""."""
        labels = [(kind, label) for kind, names in self.choice.names.items() for label in names]
        named = len(labels) == 1 and labels[0][0] is Kind.JOB and not self.gone
        return labels[0][1] if named else ""

    def narrowed(self, jobs: Objects) -> Chosen:
        """Return it with some of its jobs, and nothing else."""
        return replace(self, resolved=Resolved(jobs))

    @property
    def is_ready(self) -> bool:
        """Whether there is something to export, and all that was named is there."""
        return not self.gone and any(part.exists() for part in self.resolved.parts())

    @property
    def selection(self) -> dict[str, Any]:
        """How the objects were chosen, for the record; {} when they are only jobs, named one by one."""
        return {} if self.others is None and self.choice.is_named else choice_told(self.choice)


def choice_told(choice: Choice) -> dict[str, Any]:
    """Return how objects were chosen, as the record of an export keeps it."""
    chosen: dict[str, Any] = {}
    for key, value in _pairs(choice):
        if key in (*Kind, "except", "kinds"):
            chosen.setdefault(key, []).append(value)
        else:
            chosen[key] = value
    return chosen


def choice_asked(actor: Actor, workspace: Workspace, params: QueryDict) -> Choice:
    """Return what parameters choose in a workspace; `within` is the selection that a list shows.

    Raises NotFound (policy, and for an unknown selection), or BadRequest.
    """
    choice, within = choice_read(params), str(params.get("within", ""))
    if choice.kind is None or not within:
        return choice
    inner = Choice.read(selection_get(actor=actor, workspace=workspace, pk=within).chosen)
    if _depth(inner) >= NESTED:
        raise BadRequest(
            gettext_noop("Too many selections lie in one another. Choose the objects in their list again.")
        )
    return replace(choice, within=inner)


def _depth(choice: Choice) -> int:
    return 1 + _depth(choice.within) if choice.within else 1


def choice_read(params: QueryDict) -> Choice:
    """Return what parameters choose.

    `everything=1` is all objects; `all=1` all objects of one kind (`kind`, a word of addresses such as
    `scripts`; jobs by default) that the list's filters leave, but for those that `except` labels; `kinds` are
    several such words, with one filter for all of them; else `job`, `script`, `resource` and `cdm_job` name
    objects, a CDM job as `cluster/name`.
    """
    if params.get("everything") == "1":
        return Choice(everything=True)
    if "kinds" in params:
        return _of_kinds(params)
    if params.get("all") == "1":
        kind = next((kind for kind, spec in KINDS.items() if spec.slug == params.get("kind")), Kind.JOB)
        return Choice(kind=kind, chosen=list_filter(params), exceptions=_labels(params, "except"))
    return Choice({kind: _labels(params, kind) for kind in Kind})


def _of_kinds(params: QueryDict) -> Choice:
    """Return all that a filter leaves of some kinds; one kind is a list like any other."""
    asked = set(params.getlist("kinds"))
    kinds = tuple(kind for kind, spec in KINDS.items() if spec.slug in asked)
    chosen = list_filter(params)
    if len(kinds) == len(Kind) and chosen == ListFilter():
        return Choice(everything=True)
    return Choice(kind=kinds[0], chosen=chosen) if len(kinds) == 1 else Choice(kinds=kinds, chosen=chosen)


def _labels(params: QueryDict, key: str) -> tuple[str, ...]:
    """Return the names that a parameter gives, each once; U+0000, which none has, cannot be stored."""
    return tuple(
        dict.fromkeys(text.replace("\0", "\N{REPLACEMENT CHARACTER}") for text in params.getlist(key))
    )


def selection_shown(actor: Actor, workspace: Workspace, params: QueryDict) -> Selection | None:
    """Return the selection that the address of a list shows, if it does. Raises NotFound."""
    pk = str(params.get("s", ""))
    return selection_get(actor=actor, workspace=workspace, pk=pk) if pk else None


def chosen_of(workspace: Workspace, choice: Choice) -> Chosen:
    """Return what a choice means now."""
    return Chosen(choice, choice_resolve(workspace, choice))


def chosen_stored(selection: Selection) -> Chosen:
    """Return what a stored selection means now, with the print of the set."""
    choice = Choice.read(selection.chosen)
    resolved = choice_resolve(selection.workspace, choice)
    return Chosen(choice, resolved, selection.pk, print_of(resolved))


def chosen_packed(selection: Selection, choice: Choice | None = None) -> Chosen:
    """Return what goes into the package of a stored selection for itself, with the print of that set.

    `choice` is the selection's own, unless a person has just ticked something else.
    """
    choice = choice or Choice.read(selection.chosen)
    resolved = packed_resolve(selection.workspace, choice)
    return Chosen(choice, resolved, selection.pk, print_of(resolved))


def _pairs(choice: Choice) -> Iterator[tuple[str, str]]:
    """Yield the parameters that `choice_read` reads so."""
    if choice.everything:
        yield "everything", "1"
    elif choice.kinds:
        yield from (("kinds", KINDS[kind].slug) for kind in choice.kinds)
        yield from filter_params(choice.chosen).items()
    elif choice.kind is not None:
        yield from [("all", "1"), ("kind", KINDS[choice.kind].slug), *filter_params(choice.chosen).items()]
        yield from (("except", label) for label in choice.exceptions)
        if choice.within:
            yield "within", json.dumps(choice.within.write(), ensure_ascii=False)
    else:
        yield from ((str(kind), label) for kind, labels in choice.names.items() for label in labels)
