"""Names of zip entries from anywhere: their text, what makes one dangerous, and how to show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dlfportal.errors import gettext_noop

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MAC_ICON = "Icon\r"
"""How macOS names the file with the picture of a folder: the one honest name with such a character."""

DRIVE = re.compile(r"[A-Za-z]:")
SHOWN_LENGTH = 200

UTF8, GB18030, GB2312 = "utf-8", "gb18030", "gb2312"
LONG_SEQUENCE = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
"""The bytes of a Chinese character in UTF-8; two in GBK are hardly ever valid UTF-8 of this form."""

CHINESE_WORD = re.compile("[\u4e00-\u9fff]{2}")
UNREADABLE = re.compile("[\udc80-\udcff]")


class RawName(NamedTuple):
    """A name as the zip has it; `unicode_path` is the UTF-8 form that some tools add to a local one."""

    raw: bytes
    is_utf8: bool
    unicode_path: bytes


class ReadName(NamedTuple):
    """The text of a name, None when it is flagged as UTF-8 and is not; `is_guess` when nothing proves it."""

    text: str | None
    is_guess: bool


def read_names(names: Sequence[RawName]) -> list[ReadName]:
    """Return the texts of all names of one archive, in their order.

    A name flagged as UTF-8 must be that. Without the flag the standard says code page 437, but Linux
    and macOS tools write UTF-8 and Chinese Windows GBK. A single name may be valid in both, so all
    unflagged names of an archive are read in one way: UTF-8 if all of them are, else GB18030, which
    includes GBK. Only when neither reads all of them is each name read on its own.
    """
    encoding, is_guess = _encoding([name.raw for name in names if _own_text(name) is None])
    read = []
    for name in names:
        text = _own_text(name)
        if text is None and not name.is_utf8:
            read.append(ReadName(name.raw.decode(encoding) if encoding else _guessed(name.raw), is_guess))
        else:
            read.append(ReadName(text, False))
    return _with_slashes(read)


def _own_text(name: RawName) -> str | None:
    """Return what a name is without a look at others, or None."""
    if name.is_utf8:
        return _text(name.raw, UTF8)
    if name.unicode_path and (text := _text(name.unicode_path, UTF8)) is not None:
        return text
    return name.raw.decode() if name.raw.isascii() else None


def _encoding(raws: Sequence[bytes]) -> tuple[str, bool]:
    """Return the encoding of an archive's unflagged names ("" when none fits all), and if it is a guess.

    Short GBK names can be valid UTF-8 by chance: the word for “system” reads as two Greek letters. So
    names that are whole Chinese words in GBK and no Chinese at all in UTF-8 count as GBK.
    """
    if not _all(raws, UTF8):
        return (GB18030 if _all(raws, GB18030) else "", True)
    if any(LONG_SEQUENCE.search(raw) for raw in raws) or not _all(raws, GB2312):
        return UTF8, False
    words = any(CHINESE_WORD.search(raw.decode(GB2312)) for raw in raws)
    return (GB18030 if words else UTF8), bool(raws)


def _all(raws: Iterable[bytes], encoding: str) -> bool:
    return all(_text(raw, encoding) is not None for raw in raws)


def _text(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _guessed(raw: bytes) -> str:
    """Return the best text of one name: what is no character becomes %FF, which no path rule minds."""
    text = _text(raw, UTF8)
    if text is not None:
        return text
    return UNREADABLE.sub(
        lambda found: f"%{ord(found[0]) - 0xDC00:02X}", raw.decode(GB18030, "surrogateescape")
    )


def _with_slashes(names: list[ReadName]) -> list[ReadName]:
    """Read a backslash as a slash, as old Windows tools write it, when no name of the archive has a slash."""
    if any("/" in name.text for name in names if name.text):
        return names
    return [name._replace(text=name.text.replace("\\", "/")) if name.text else name for name in names]


def shown_name(raw: bytes) -> str:
    """Return a name for a message: one line, not too long, whatever its bytes are."""
    text = CONTROL.sub(lambda control: f"\\x{ord(control[0]):02x}", _guessed(raw)[: SHOWN_LENGTH + 1])
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def path_fault(path: str, folders: int) -> str | None:
    """Return why an entry must not be called `path`, as a message about %(entry)s, or None."""
    if not path:
        return gettext_noop("An entry of the package has no name. Make the package again.")
    if CONTROL.search(path.removesuffix(MAC_ICON)):
        return gettext_noop("%(entry)s: the name has control characters. Rename the entry.")
    if "\\" in path:
        return gettext_noop(
            "%(entry)s: the name has a backslash. Make the zip with a tool that writes forward slashes."
        )
    if path.startswith("/") or DRIVE.match(path):
        return gettext_noop("%(entry)s: the name is an absolute path. Make the zip with relative names.")
    steps = path.split("/")
    if ".." in steps:
        return gettext_noop("%(entry)s: the name leads out of the package. Make the zip without “..”.")
    if len(steps) - 1 > folders:
        return gettext_noop("%(entry)s: the entry is in more than %(limit)s folders.")
    return None


def plain_path(path: str) -> str:
    """Return `path` without the `.` and empty steps that some tools write: `./jobs/a.job` is `jobs/a.job`."""
    if "./" not in path and "//" not in path:
        return path
    return "/".join(step for step in path.split("/") if step not in ("", "."))
