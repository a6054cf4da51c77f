"""Names of zip entries from anywhere: their text, what makes one dangerous, and how to show it."""

from __future__ import annotations

import re

from dlfportal.errors import gettext_noop

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
DRIVE = re.compile(r"[A-Za-z]:")
SHOWN_LENGTH = 200


def decoded_name(raw: bytes, is_utf8: bool, unicode_path: bytes) -> str | None:
    """Return the text of an entry's name, or None when it has none.

    A name that is flagged as UTF-8 must be that. Without the flag the standard says code page 437,
    but Linux and macOS tools write UTF-8 and Chinese Windows GBK: so it is the UTF-8 name that the
    tool added (`unicode_path`), else the bytes as UTF-8 if they are, else as GB18030, which includes GBK.
    """
    candidates = [(raw, "utf-8")] if is_utf8 else [(unicode_path or raw, "utf-8"), (raw, "gb18030")]
    for data, encoding in candidates:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def shown_name(raw: bytes) -> str:
    """Return a name for a message: one line, not too long, whatever its bytes are."""
    text = decoded_name(raw, False, b"")
    if text is None:
        text = raw.decode("ascii", "backslashreplace")
    text = CONTROL.sub(lambda control: f"\\x{ord(control[0]):02x}", text[: SHOWN_LENGTH + 1])
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def path_fault(path: str, folders: int) -> str | None:
    """Return why an entry must not be called `path`, as a message about %(entry)s, or None."""
    if not path:
        return gettext_noop("An entry of the package has no name. Make the package again.")
    if CONTROL.search(path):
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
