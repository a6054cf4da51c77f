"""One call of the WSGI application: each step runs on a thread, between them the event loop sends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import WSGIApplication
from wsgiref.util import FileWrapper

from dlfportal.serving.body import BodyAwaited

AHEAD_BYTES = 1024 * 1024
"""So much of an answer of known length is made before its client has taken any: most are whole then."""

STEP_BYTES = 1024 * 1024
"""So much is made at a time of the others."""


class Answer:
    """What the application answers to one request."""

    def __init__(self, application: WSGIApplication, environ: dict[str, Any]) -> None:
        self._application = application
        self._environ = environ
        self._result: Iterable[bytes] = ()
        self._pieces: Iterator[bytes] = iter(())
        self._head: dict[str, Any] = {}
        self._has_length = False
        self.ended = False

    @property
    def is_file(self) -> bool:
        """Whether it is a file, of which any thread may read the next piece."""
        return isinstance(self._result, FileWrapper)

    def head(self) -> dict[str, Any]:
        """Return status and headers, as the event loop sends them."""
        return self._head

    def begin(self) -> list[bytes] | None:
        """Call the application; return the first pieces, or None when it needs the body, which is not there.

        Of an answer without a length that is the first piece: the next one may take its time. Raises what
        the application raises.
        """
        try:
            self._result = self._application(self._environ, self._start)
        except BodyAwaited:
            return None
        self._pieces = iter(self._result)
        if self._environ["REQUEST_METHOD"] == "HEAD":
            self.close()
            return []
        return self._take(STEP_BYTES if self.is_file else AHEAD_BYTES if self._has_length else 1)

    def more(self) -> list[bytes]:
        """Return the next pieces. Raises what the application raises."""
        return self._take(STEP_BYTES)

    def close(self) -> None:
        """End the answer, whole or not."""
        self.ended = True
        if close := getattr(self._result, "close", None):
            self._result = ()
            close()

    def _take(self, most: int) -> list[bytes]:
        """Return pieces of about `most` bytes; close the answer after its last one."""
        taken, size = [], 0
        try:
            for piece in self._pieces:
                taken.append(piece)
                size += len(piece)
                if size >= most:
                    return taken
        except BaseException:
            self.close()
            raise
        self.close()
        return taken

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., Any]:
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._has_length = any(name.lower() == "content-length" for name, _value in headers)
        self._head = {"type": "http.response.start", "status": int(status[:3]), "headers": pairs}
        return _no_write


def _no_write(data: bytes) -> None:
    raise NotImplementedError("the application returns its answer")
