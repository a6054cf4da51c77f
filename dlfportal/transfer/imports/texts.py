"""Imports in the reader's language: only delivery uses this, what is stored is not text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dlfportal.catalogue.models import KIND_LABELS, Origin, Revision
from dlfportal.catalogue.texts import revision_text
from dlfportal.errors import gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports.adapt import REFUSED
from dlfportal.transfer.models import ImportItem, ImportRun, Outcome, RunStatus

NOT_WRITTEN = gettext_noop("It was not written, because the import failed as a whole.")


def revision_texts(revisions: Collection[Revision]) -> dict[int, str]:
    """Return why each of the revisions was made, by id: an import by its package, one query for all."""
    tasks = {one.origin_id for one in revisions if one.origin in (Origin.IMPORT, Origin.UNDO)}
    rows = ImportRun.objects.filter(pk__in=tasks).values_list("pk", "source", "undoes") if tasks else ()
    runs = {pk: (source, undoes is not None) for pk, source, undoes in rows}
    found = ((one, *runs.get(one.origin_id, ("", False))) for one in revisions)
    return {one.pk: revision_text(one, source, of_undo=is_undo) for one, source, is_undo in found}


def run_name(run: ImportRun) -> str:
    """Return what a task is called (reference: wire API, section 3)."""
    if run.undoes_id:
        return _("Undo of the import from %(source)s") % {"source": run.source}
    return _("Import the job from %(source)s.") % {"source": run.source}


def item_name(item: ImportItem) -> str:
    """Return what a subtask is called."""
    return _("Import the %(name)s %(kind)s.") % {"name": item.name, "kind": KIND_LABELS[Kind(item.kind)]}


def run_message(run: ImportRun) -> str:
    """Return how a run ended and what its package lacked, "" while it runs."""
    return " ".join(run_lines(run))


def run_lines(run: ImportRun) -> list[str]:
    """Return what `run_message` says, thing by thing."""
    return [note_text(note) for note in ((run.message, run.params), *run.notes)] if run.message else []


def item_message(run: ImportRun, item: ImportItem) -> str:
    """Return what is to be said of an object: also why it is not there, when others were at fault."""
    return " ".join(item_lines(run, item))


def item_lines(run: ImportRun, item: ImportItem) -> list[str]:
    """Return what `item_message` says, thing by thing."""
    told = [note_text(note) for note in item.messages]
    if run.status == RunStatus.FAILED and item.outcome in (Outcome.NEW, Outcome.CHANGED):
        return [_(NOT_WRITTEN), *told]
    return told


def note_text(note: Sequence[Any]) -> str:
    """Return a note, a pair of template and values, with the place it speaks of in front, and before that
    that DataArts would refuse it, if so.
    """
    message, params = note
    text = _(message) % params if params else _(message)
    text = f"{params['$']}: {text}" if "$" in params else text
    return _("DataArts would refuse it: %(reason)s") % {"reason": text} if REFUSED in params else text


def notes_text(notes: Sequence[Sequence[Any]]) -> str:
    """Return all that is to be said of an object in one line."""
    return " ".join(note_text(note) for note in notes)
