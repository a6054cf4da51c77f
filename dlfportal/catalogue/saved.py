"""Selections that a person keeps under names of their own, until they delete them."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.selections import ID, SelectionMissing, selection_get
from dlfportal.errors import BadRequest, Conflict, gettext_noop

SAVED_AT_MOST = 200
"""So many one person keeps in one workspace."""
LONGEST_NAME = 128


class SelectionNameTaken(Conflict):
    """Another of the person's selections in this workspace has the name."""


class TooManySaved(Conflict):
    """The person keeps as many as can be."""


def selection_save(*, actor: Actor, workspace: Workspace, pk: str, name: str) -> Selection:
    """Keep a copy of a selection under a name, with the count it has now, and return it.

    Like storing one it is not recorded. Raises NotFound (policy, or no such selection), BadRequest for a name
    that is none, SelectionNameTaken, or TooManySaved.
    """
    selection = selection_get(actor=actor, workspace=workspace, pk=pk)
    if _own(actor, workspace).count() >= SAVED_AT_MOST:
        raise TooManySaved(
            gettext_noop("You keep %(count)s selections here, and no more are kept: delete one first."),
            count=SAVED_AT_MOST,
        )
    made = Selection(
        id=secrets.token_hex(16),
        workspace=workspace,
        user=actor.user,
        name=_checked(name),
        chosen=selection.chosen,
        key=selection.key,
        count=selection.count,
        digest=selection.digest,
    )
    _write(made, new=True)
    return made


def selections_saved(*, actor: Actor, workspace: Workspace) -> list[Selection]:
    """Return the selections that a person keeps in a workspace, by name. Raises NotFound (policy)."""
    policy.require(actor.user, workspace, Right.VIEW)
    return list(_own(actor, workspace).order_by("name"))


def selection_saved_get(*, actor: Actor, workspace: Workspace, pk: str) -> Selection:
    """Return a selection that the person keeps. Raises NotFound, also for somebody else's."""
    policy.require(actor.user, workspace, Right.VIEW)
    selection = _own(actor, workspace).filter(pk=pk).first() if ID.fullmatch(pk) else None
    if selection is None:
        raise SelectionMissing(gettext_noop("You keep no such selection (any more)."))
    return selection


def selection_rename(*, actor: Actor, workspace: Workspace, pk: str, name: str) -> Selection:
    """Give a selection that the person keeps another name and return it.

    Raises NotFound, BadRequest for a name that is none, or SelectionNameTaken.
    """
    selection = selection_saved_get(actor=actor, workspace=workspace, pk=pk)
    selection.name = _checked(name)
    _write(selection, new=False)
    return selection


def selection_delete(*, actor: Actor, workspace: Workspace, pk: str) -> Selection:
    """Delete a selection that the person keeps, and return what it was; its objects stay. Raises NotFound."""
    selection = selection_saved_get(actor=actor, workspace=workspace, pk=pk)
    Selection.objects.filter(pk=selection.pk).delete()
    return selection


def _own(actor: Actor, workspace: Workspace) -> QuerySet[Selection]:
    return Selection.objects.filter(workspace=workspace, user=actor.user).exclude(name="")


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadRequest(gettext_noop("A name has 1 to %(most)s characters."), most=LONGEST_NAME)
    return name


def _write(selection: Selection, *, new: bool) -> None:
    try:
        with transaction.atomic():
            selection.save(force_insert=new)
    except IntegrityError as error:
        raise SelectionNameTaken(
            gettext_noop("You keep another selection called %(name)s here. Choose another name."),
            name=selection.name,
        ) from error
