"""Errors and problems in the reader's language. Only delivery calls this: nothing is stored translated."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dlfportal.catalogue.models import Origin, Revision
from dlfportal.errors import PortalError, Word, gettext_noop
from dlfportal.formats.problems import InvalidDocument, Problem

MADE_BY = {
    Origin.RESTORE: gettext_noop("Restored from revision %(id)s"),
    Origin.RENAME: gettext_noop("Followed a rename"),
    Origin.COPY: gettext_noop("Copied from another object"),
    Origin.IMPORT: gettext_noop("Imported from %(package)s"),
    Origin.UNDO: gettext_noop("Import of %(package)s undone"),
    Origin.SAMPLE: gettext_noop("Sample catalogue"),
}
TAKEN_BACK = gettext_noop("Undo of the import of %(package)s taken back")


def error_text(error: PortalError) -> str:
    """Return the translated text of an error, every problem of a refused document included."""
    if isinstance(error, InvalidDocument):
        return " ".join(f"{problem.where}: {problem_text(problem)}" for problem in error.problems)
    params = {key: _(value) if isinstance(value, Word) else value for key, value in error.params.items()}
    return _(error.message) % params if params else _(error.message)


def problem_text(problem: Problem) -> str:
    """Return the translated text of a problem, without its place."""
    return _(problem.message) % problem.params if problem.params else _(problem.message)


def revision_text(revision: Revision, package: str = "", *, of_undo: bool = False) -> str:
    """Return why a revision was made, as people read it; what a person wrote about it stays as it is.

    `package` names the package of the import task that the revision belongs to; its id stands in for it.
    `of_undo` says that the revision undoes an undo.

    "" for a plain edit or rename that nobody gave a reason for.
    """
    origin = Origin(revision.origin)
    if origin is Origin.RENAME and not revision.origin_id:  # what was renamed itself shows it by its name
        return str(revision.reason)
    values = {"id": revision.origin_id, "package": package or revision.origin_id}
    text = TAKEN_BACK if of_undo else MADE_BY.get(origin, "")
    made = _(text) % values if text else ""
    return " · ".join(text for text in (made, revision.reason) if text)
