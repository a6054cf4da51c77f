"""Which names of entries a file system cannot take when somebody unpacks the package."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dlfportal.errors import gettext_noop

NAME_BYTES = 255
"""What the file systems of Linux take for one step of a path."""

DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')

TOO_LONG = gettext_noop(
    "%(entry)s cannot be unpacked on Linux: a name there has at most %(limit)s bytes, three for a Chinese "
    "character. Rename the object, or import the package without unpacking it."
)
DEVICE_NAME = gettext_noop("%(entry)s cannot be unpacked on Windows, which keeps this name for a device.")
CHARACTERS = gettext_noop("%(entry)s cannot be unpacked on Windows, where a name has no %(characters)s.")
ENDING = gettext_noop(
    "%(entry)s gets another name when unpacked on Windows, where none ends in a dot or space."
)
TWINS = gettext_noop(
    "%(entry)s and %(other)s are one file when unpacked on Windows or macOS, where upper and lower case "
    "are the same."
)


class UnpackFault(NamedTuple):
    """Why an entry cannot be unpacked somewhere: an English template and its values."""

    message: str
    params: Mapping[str, Any]


def unpack_faults(paths: Iterable[str]) -> Iterator[UnpackFault]:
    """Yield what unpacking entries of these paths would run into, in their order; each path comes once.

    A folder or file is told with the first entry that has it, and an entry for the same reason only once.
    """
    seen: dict[str, str] = {}
    judged: set[str] = set()
    for path in paths:
        new = [step for step in path.split("/") if step not in judged]
        judged.update(new)
        yield from {fault.message: fault for step in new for fault in _step_faults(path, step)}.values()
        folded = unicodedata.normalize("NFC", path).casefold()
        twin = seen.setdefault(folded, path)
        if twin != path:
            yield UnpackFault(TWINS, {"entry": path, "other": twin})


def _step_faults(path: str, step: str) -> Iterator[UnpackFault]:
    if len(step.encode()) > NAME_BYTES:
        yield UnpackFault(TOO_LONG, {"entry": path, "limit": NAME_BYTES})
    if DEVICE.match(step):
        yield UnpackFault(DEVICE_NAME, {"entry": path})
    if found := sorted(set(FORBIDDEN.findall(step))):
        yield UnpackFault(CHARACTERS, {"entry": path, "characters": " ".join(found)})
    if step.endswith((".", " ")):
        yield UnpackFault(ENDING, {"entry": path})
