"""Where the contents of an import wait, on disk, until the whole package is known to be good."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from tempfile import TemporaryFile
from typing import Self

from dlfportal.formats.zip.writer import Deflated

HEAD = Struct("<32s3I")
"""In front of each stream: SHA-256, size and CRC-32 of the content, and how long the stream is."""


class Spool:
    """A temporary file of contents as they are stored."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed with the spool

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def add(self, content: Deflated) -> None:
        """Take in a content."""
        head = HEAD.pack(bytes.fromhex(content.sha256), content.size, content.crc32, len(content.data))
        self._file.write(head)
        self._file.write(content.data)

    def contents(self) -> Iterator[Deflated]:
        """Yield the contents in the order they came; memory holds one."""
        self._file.seek(0)
        while head := self._file.read(HEAD.size):
            sha256, size, crc32, length = HEAD.unpack(head)
            yield Deflated(sha256.hex(), size, crc32, self._file.read(length))
