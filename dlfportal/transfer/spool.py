"""Where the contents of an import wait, deflated and on disk, until the whole package is known to be good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from tempfile import TemporaryFile
from typing import Self

from dlfportal.formats.writer import Deflated


class Spool:
    """A temporary file of deflated contents, each kept once."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed with the spool
        self._places: dict[str, tuple[Deflated, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def add(self, content: Deflated) -> None:
        """Take in a content; one that is there already is kept once."""
        if content.sha256 not in self._places:
            self._places[content.sha256] = (replace(content, data=b""), len(content.data))
            self._file.write(content.data)

    def contents(self) -> Iterator[Deflated]:
        """Yield the contents in the order they came."""
        self._file.seek(0)
        for content, length in self._places.values():
            yield replace(content, data=self._file.read(length))
