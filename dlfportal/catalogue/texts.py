"""Errors and problems in the reader's language. Only delivery calls this: nothing is stored translated."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from dlfportal.errors import PortalError, Word, gettext_noop
from dlfportal.formats.problems import InvalidDocument, Problem

RESTORE = re.compile(r"restore (\d+)\Z")
SAMPLE = gettext_noop("Sample catalogue")


def error_text(error: PortalError) -> str:
    """Return the translated text of an error, every problem of a refused document included."""
    if isinstance(error, InvalidDocument):
        return " ".join(f"{problem.where}: {problem_text(problem)}" for problem in error.problems)
    params = {key: _(value) if isinstance(value, Word) else value for key, value in error.params.items()}
    return _(error.message) % params if params else _(error.message)


def problem_text(problem: Problem) -> str:
    """Return the translated text of a problem, without its place."""
    return _(problem.message) % problem.params if problem.params else _(problem.message)


def reason_text(reason: str) -> str:
    """Return why a revision was made, as people read it; what a person wrote stays as it is."""
    if restored := RESTORE.match(reason):
        return _("Restored from revision %(number)s") % {"number": restored[1]}
    return _(SAMPLE) if reason == SAMPLE else reason
