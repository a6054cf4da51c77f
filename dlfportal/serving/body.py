"""The body of a request: it comes in on the event loop and is read by the application on a thread."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any

Receive = Callable[[], Awaitable[Any]]

SMALL = 64 * 1024
"""A body of so many bytes is waited for before the application is called, and kept in memory."""

PATIENCE_SECONDS = 30
BYTES_A_SECOND = 16 * 1024
"""A body may take so many seconds, and as long again as it takes at this rate."""


class BodyAwaited(BaseException):
    """The application reads a body that has not come in yet.

    No Exception, so that nothing on the way takes it for a failure: the call is given up and made again
    when the body is there.
    """


class Body:
    """The body of one request, as `wsgi.input`: read from memory, or from disk when it is not small.

    `length` is None when no header gives it: then at most `most` bytes are kept. Reading raises
    BodyAwaited before `come` has waited for them, and OSError when the client broke off.
    """

    def __init__(self, receive: Receive, length: int | None, most: int) -> None:
        self._receive = receive
        self._known = length is not None
        self._length = most if length is None else length
        self._size = 0
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(SMALL)  # noqa: SIM115
        self._ended = length == 0
        self._is_there = self._ended
        self._broken = False

    async def come_if_small(self) -> None:
        """Wait for a small body; of another one, wait for nothing, or for enough to know it."""
        if not (self._known and self._length > SMALL):
            await self._come(SMALL)
            self._is_there = self._ended

    async def come(self) -> None:
        """Wait for all of the body that is kept."""
        await self._come(self._length)
        self._is_there = True

    async def _come(self, most: int) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS + most / BYTES_A_SECOND):
                await self._take(most)
        except TimeoutError:
            self._broken = True
        self._file.seek(0)

    async def _take(self, most: int) -> None:
        self._file.seek(0, os.SEEK_END)
        while not (self._ended or self._broken) and self._size <= most:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._broken = True
            else:
                self._size += len(message.get("body", b""))
                self._file.write(message.get("body", b""))
                self._ended = not message.get("more_body", False)

    async def drop(self, seconds: float) -> None:
        """Throw away what still comes: some clients read no answer before they have sent all."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._ended:
                    self._ended = not (await self._receive()).get("more_body", False)

    def close(self) -> None:
        """Free the memory or the file."""
        self._file.close()

    def _opened(self) -> SpooledTemporaryFile[bytes]:
        if self._broken:
            raise OSError("the connection ended before the body did")
        if not self._is_there:
            raise BodyAwaited
        return self._file

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""
        return self._opened().read(size)

    def readline(self, size: int = -1) -> bytes:
        """Return a line, or its first `size` bytes."""
        return self._opened().readline(size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Return the lines."""
        return self._opened().readlines(hint)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._opened())
