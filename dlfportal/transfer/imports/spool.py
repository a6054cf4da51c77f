"""Where the contents of an import wait, on disk, until the whole package is known to be good."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryFile
from typing import Self

from dlfportal.formats.zip.writer import Deflated, deflate
from dlfportal.transfer.imports.parallel import PROCESSES, spread


class Spool:
    """A temporary file of contents, each kept once."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed with the spool
        self._sizes: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def add(self, sha256: str, data: bytes) -> None:
        """Take in the content with this SHA-256 (hex); one that is there already is kept once."""
        if sha256 not in self._sizes:
            self._sizes[sha256] = len(data)
            self._file.write(data)

    def contents(self) -> Iterator[Deflated]:
        """Yield the contents in the order they came, compressed on all processors.

        Only now: what turned out to be in the catalogue already is never compressed, and the
        caller writes contents to the database while the next ones are made.
        """
        self._file.seek(0)
        with ThreadPoolExecutor(PROCESSES) as pool:
            yield from spread(pool, _size, _deflated, self._waiting())

    def _waiting(self) -> Iterator[tuple[str, bytes]]:
        for sha256, size in self._sizes.items():
            yield sha256, self._file.read(size)


def _size(content: tuple[str, bytes]) -> int:
    return len(content[1])


def _deflated(content: tuple[str, bytes]) -> Deflated:
    sha256, data = content
    return deflate(data, sha256)
