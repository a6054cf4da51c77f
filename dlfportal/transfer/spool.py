"""Where the contents of an import wait, deflated and on disk, until the whole package is known to be good."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from tempfile import TemporaryFile
from typing import NamedTuple, Self

from dlfportal.formats.writer import Deflated, deflate

BYTES_AHEAD = 16 * 1024 * 1024
"""So many bytes wait to be deflated before the reader of the package waits for the compressor."""


class _Place(NamedTuple):
    sha256: str
    size: int
    crc32: int
    length: int


class Spool:
    """A temporary file of deflated contents. Compression runs beside the reading: zlib lets go of Python."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed with the spool
        self._pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
        self._waiting: deque[tuple[int, Future[Deflated]]] = deque()
        self._ahead = 0
        self._places: list[_Place] = []
        self._seen: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._file.close()

    def add(self, sha256: str, data: bytes) -> None:
        """Take in a content; one that is there already is kept once."""
        if sha256 in self._seen:
            return
        self._seen.add(sha256)
        self._waiting.append((len(data), self._pool.submit(deflate, data)))
        self._ahead += len(data)
        while self._ahead > BYTES_AHEAD:
            self._settle()

    def contents(self) -> Iterator[Deflated]:
        """Yield the contents in the order they came."""
        while self._waiting:
            self._settle()
        self._file.seek(0)
        for place in self._places:
            yield Deflated(place.sha256, place.size, place.crc32, self._file.read(place.length))

    def _settle(self) -> None:
        size, future = self._waiting.popleft()
        self._ahead -= size
        one = future.result()
        self._places.append(_Place(one.sha256, one.size, one.crc32, len(one.data)))
        self._file.write(one.data)
