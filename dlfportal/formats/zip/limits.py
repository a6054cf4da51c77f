"""What a package may cost to read, and the error that refuses one."""

from __future__ import annotations

from dataclasses import dataclass

from dlfportal.errors import PortalError, gettext_noop

DAMAGED = gettext_noop("The package is damaged: its directory cannot be read. Make or transfer it again.")
NO_OBJECTS = gettext_noop("The package holds no jobs, scripts, resources or CDM jobs: is it an export?")
SPLIT = gettext_noop("The package is one part of a split zip. Make it again as a single file.")


class BadPackage(PortalError):
    """The package is refused as a whole; the message says why and, where one is to blame, which entry."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a package may cost to read.

    `ratio` is how many times its own size a package may unpack to, asked only of those that unpack
    to more than `ratio_from`: a small script of blanks compresses a thousandfold, a catalogue never.
    """

    package_bytes: int = 1 << 30
    directory_bytes: int = 64 << 20
    entries: int = 200_000
    entry_bytes: int = 16 << 20
    total_bytes: int = 1 << 30
    ratio: int = 200
    ratio_from: int = 64 << 20
    name_bytes: int = 4096
    folders: int = 32
