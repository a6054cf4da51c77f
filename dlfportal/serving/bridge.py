"""From the event loop to the WSGI application and back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication
from wsgiref.util import FileWrapper

from dlfportal.serving.answer import Answer
from dlfportal.serving.body import Body, Receive
from dlfportal.serving.lanes import Hold, Lanes

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PIECE_BYTES = 256 * 1024
LINGER_SECONDS = 2.0
"""So long a client that was refused may go on sending, so that it comes to read the answer."""

WAITING_LANES = 32
"""So many long answers may wait for their clients, each with its thread, beside those that run."""

REST_SECONDS = 1.0
"""A thread that waits longer for its client keeps no database connection meanwhile."""


class Bridge:
    """An ASGI application that answers with a WSGI application, on `threads` threads at a time.

    A request takes a thread when its body is there, or when the application may refuse it by its headers.
    What the application answers is made ahead of the client; only an answer of more than AHEAD_BYTES
    keeps its thread while the client takes it, and the same one for all of it. `rest` runs on a thread
    that waits long, to free what nobody needs there. Of a body of unknown length at most `body_bytes`
    are kept.
    """

    def __init__(
        self, application: WSGIApplication, threads: int, body_bytes: int, rest: Callable[[], None]
    ) -> None:
        self._application = application
        self._body_bytes = body_bytes
        self._lanes = Lanes(threads, threads + WAITING_LANES)
        self._rest = rest
        self._takers: dict[asyncio.Future[None], None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # the server refuses what is answered with nothing
        environ = environ_of(scope)
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        length = None if chunked else int(environ.get("CONTENT_LENGTH") or 0)
        body = Body(receive, length, self._body_bytes)
        environ["wsgi.input"] = body
        try:
            await body.come_if_small()
            if not await self._answered(environ, receive, send):
                await body.come()
                await self._answered(environ, receive, send)
            await body.drop(LINGER_SECONDS)
        finally:
            body.close()

    async def _answered(self, environ: dict[str, Any], receive: Receive, send: Send) -> bool:
        """Answer the request; return False, and answer nothing, when that needs the body first."""
        answer = Answer(self._application, dict(environ))
        async with Hold(self._lanes) as hold:
            try:
                pieces = await hold.run(answer.begin)
                if pieces is None:
                    return False
                if answer.ended or answer.is_file:
                    hold.release()
                await send(answer.head())
                if answer.ended:
                    await _send_pieces(send, pieces, last=True)
                else:
                    await self._send_long(answer, pieces, hold, receive, send)
            finally:
                if not answer.ended:
                    await hold.run(answer.close)
        return True

    async def _send_long(
        self, answer: Answer, pieces: list[bytes], hold: Hold, receive: Receive, send: Send
    ) -> None:
        """Send an answer as fast as its client takes it, from its first pieces on, or until it is gone."""
        gone = asyncio.ensure_future(_disconnected(receive))
        sending: asyncio.Future[None] = gone
        try:
            while True:
                last = answer.ended
                self._note_taker(gone)
                sending = asyncio.ensure_future(_send_pieces(send, pieces, last))
                if last:
                    hold.release()
                elif not await _first({sending, gone}, REST_SECONDS):
                    await hold.run(self._rest)
                await _first({sending, gone})
                if last or gone.done():
                    return
                pieces = await hold.run(answer.more)
        finally:
            self._takers.pop(gone, None)
            gone.cancel()
            sending.cancel()

    def _note_taker(self, gone: asyncio.Future[None]) -> None:
        """Note that a client took some of a long answer; of too many, the slowest is let go."""
        self._takers.pop(gone, None)
        self._takers[gone] = None
        if len(self._takers) > WAITING_LANES:
            next(iter(self._takers)).cancel()


def environ_of(scope: Scope) -> dict[str, Any]:
    """Return the WSGI environment of a request, without its body."""
    path, query = scope["raw_path"], scope["query_string"]
    server, client = scope["server"] or ("localhost", ""), scope["client"] or ("", "")
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope["root_path"],
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "RAW_URI": (path + b"?" + query if query else path).decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, raw in scope["headers"]:
        key, value = _key(name), raw.decode("latin-1")
        if key in environ:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + value
        else:
            environ[key] = value
    return environ


@lru_cache(256)
def _key(name: bytes) -> str:
    """Return the name of a header in a WSGI environment."""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


async def _send_pieces(send: Send, pieces: list[bytes], last: bool) -> None:
    """Send the pieces, each as soon as the client has taken most of what went before."""
    for piece in pieces:
        for start in range(0, len(piece), PIECE_BYTES):
            part = piece if len(piece) <= PIECE_BYTES else piece[start : start + PIECE_BYTES]
            await send({"type": "http.response.body", "body": part, "more_body": True})
    if last:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    """Return when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _first(futures: set[asyncio.Future[None]], seconds: float | None = None) -> bool:
    """Return whether one of the futures is done within the time."""
    done, _waiting = await asyncio.wait(futures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)
