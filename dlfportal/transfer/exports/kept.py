"""Small packages that left a short while ago, for those who ask again while nothing in them has changed.

A package is kept under its digest, which says all of what it holds: there is nothing to tell it of, and
nothing to throw away when an object changes. Who may have it, what belongs into it and the record of it
are each time a matter of the export.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

from dlfportal.formats.zip.writer import PackageDigest

PACKAGE_BYTES = 1024 * 1024
"""A larger package is made anew each time."""

BYTES_AT_MOST = 8 * 1024 * 1024
"""So much a process keeps in all."""


class Piece(NamedTuple):
    """A piece of a package, with the entries begun when it leaves and the digest of these."""

    data: bytes
    entries: int
    digest: PackageDigest


class KeptPackages:
    """The packages that a process keeps; of too many, the one that was not asked for the longest goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._packages: OrderedDict[str, Sequence[Piece]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, digest: str) -> Sequence[Piece]:
        """Return the pieces of the package with this digest, none when it is not kept."""
        with self._lock:
            pieces = self._packages.get(digest, ())
            if pieces:
                self._packages.move_to_end(digest)
            return pieces

    def put(self, digest: str, pieces: Sequence[Piece]) -> None:
        """Keep the package with this digest."""
        with self._lock:
            if digest in self._packages:
                return
            self._packages[digest] = pieces
            self._size += _size(pieces)
            while self._size > self._most:
                _digest, oldest = self._packages.popitem(last=False)
                self._size -= _size(oldest)


def _size(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.data) for piece in pieces)


packages = KeptPackages(BYTES_AT_MOST)
