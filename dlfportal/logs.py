"""The id of the request in every line of the log."""

from __future__ import annotations

import logging
from contextvars import ContextVar

# Only for log lines: code that needs the id of its request takes it from `request.request_id`.
current_request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts the id of the request into a log line.

    Django logs an answer of 4xx or 5xx when it has passed all middleware; such a line brings its request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or current_request_id.get()
        return True
