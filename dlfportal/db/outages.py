"""A database or a disk that cannot do its work: told apart from a mistake of the portal.

Django maps the errors of every database to its own few classes, by which neither kind can be told from
the other. PostgreSQL says more in SQLSTATE, SQLite in its message, a disk in `errno`.
"""

from __future__ import annotations

import errno
import traceback
from typing import NamedTuple

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_noop

RETRY_SECONDS = 10
"""After how long it is worth to try again."""

BUSY = gettext_noop("The database is busy. Nothing was saved: try again in a moment.")
AWAY = gettext_noop("The database does not answer. Nothing was saved: try again in a moment.")
FULL = gettext_noop(
    "The database cannot write: its disk is full or read-only. Nothing was saved; ask the operator for help."
)
DISK = gettext_noop(
    "The portal cannot write: its disk is full or read-only. Nothing was saved; ask the operator for help."
)
UNSURE = gettext_noop(
    "The connection to the database was lost while saving. Your change may have been saved: "
    "look before you repeat it."
)

LATE = gettext_noop(
    "The database failed at the end of the request. Your change may have been saved: "
    "look before you repeat it."
)

UNWRITABLE = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO})

# https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest prefix comes first.
SQLSTATES = (
    ("25006", FULL),  # read only transaction
    ("40001", BUSY),  # serialization failure
    ("40P01", BUSY),  # deadlock
    ("53300", BUSY),  # too many connections
    ("55P03", BUSY),  # lock not available
    ("57014", BUSY),  # cancelled by a timeout
    ("08", AWAY),  # connection exception
    ("53", FULL),  # insufficient resources
    ("57", AWAY),  # operator intervention, such as a shutdown
    ("58", FULL),  # system error
)
# https://www.sqlite.org/rescode.html, as sqlite3_errstr words them
SQLITE_MESSAGES = (
    ("locked", BUSY),
    ("is full", FULL),
    ("readonly database", FULL),
    ("disk i/o error", FULL),
    ("unable to open database file", FULL),
)


HIDING = (SessionInterrupted, TransactionManagementError, UpdateError)
"""Errors that Django raises instead of an error of the database, without naming it as their cause."""


class Outage(NamedTuple):
    """Why a request cannot be served now: a message for people, not yet translated, and the error."""

    message: str
    error: BaseException


def outage_of(error: BaseException | None) -> Outage | None:
    """Return what keeps database or disk from working if `error` says so, or None: a mistake of ours.

    Django saves the session after the view is done: when that fails, what the view saved is saved.
    """
    late = isinstance(error, SessionInterrupted)
    while error is not None:
        if isinstance(error, DatabaseError | InterfaceError):
            message = _of_database(error)
        else:
            message = DISK if isinstance(error, OSError) and error.errno in UNWRITABLE else None
        if message:
            return Outage(LATE if late else message, error)
        error = error.__context__ if isinstance(error, HIDING) else error.__cause__
    return None


def _of_database(error: DatabaseError | InterfaceError) -> str | None:
    if not isinstance(error, OperationalError | InterfaceError | InternalError):
        return None
    state = getattr(error.__cause__, "sqlstate", None)
    if state:
        message = next((found for start, found in SQLSTATES if state.startswith(start)), None)
    else:
        message = _of_message(error)
    return UNSURE if message == AWAY and _while_committing(error) else message


def _of_message(error: DatabaseError | InterfaceError) -> str | None:
    """Return the message for an error without SQLSTATE: SQLite's, or a connection that broke."""
    text = str(error).lower()
    if found := next((message for part, message in SQLITE_MESSAGES if part in text), None):
        return found
    broken = type(error.__cause__).__module__.startswith("psycopg") and not isinstance(error, InternalError)
    return AWAY if broken else None


def _while_committing(error: BaseException) -> bool:
    """Return whether the error came from a COMMIT: then the database may have done it and not said so.

    Nothing in the error says so, only where it was raised: Django sends every COMMIT from `_commit`.
    """
    return any(frame.f_code.co_name == "_commit" for frame, _line in traceback.walk_tb(error.__traceback__))
