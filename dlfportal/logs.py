"""The lines of the log: the id of the request in each, and no traceback for what is not a mistake."""

from __future__ import annotations

import logging
from contextvars import ContextVar

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from dlfportal.db.outages import outage_of
from dlfportal.errors import PortalError

# Only for log lines: code that needs the id of its request takes it from `request.request_id`.
current_request_id: ContextVar[str] = ContextVar("request_id", default="-")

REFUSALS = (
    BadRequest,
    Http404,
    MultiPartParserError,
    PermissionDenied,
    PortalError,
    SuspiciousOperation,
    UnreadablePostError,
)
"""Errors that answer a request: what was asked for may not or cannot be done."""


class RequestIdFilter(logging.Filter):
    """Puts the id of the request into a log line.

    Django logs an answer of 4xx or 5xx when it has passed all middleware; such a line brings its request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or current_request_id.get()
        return True


class OneLineFilter(logging.Filter):
    """Replaces the traceback of a refusal, or of a database or disk that cannot, by its message."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        outage = outage_of(error)
        line, request = record.getMessage(), getattr(record, "request", None)
        if outage:
            error = outage.error
            line = f"Service Unavailable: {request.path}" if request else line
        if error is not None and (outage or isinstance(error, REFUSALS)):
            text = " ".join(str(error).split())
            record.msg, record.args = (line if text in line else f"{line}: {text}"), ()
            record.exc_info = record.exc_text = None
        return True
