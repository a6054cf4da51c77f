"""The text of a file that some tool wrote: UTF-8, or another encoding where there is no doubt about it."""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import NamedTuple

from dlfportal.errors import gettext_noop
from dlfportal.formats.problems import Code, InvalidDocument, Level, Problem

MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ZEROS: dict[tuple[bool, ...], str] = {
    # JSON begins with two ASCII characters, so where the zero bytes are says how wide a character is.
    (True, False, True, False): "utf-16-le",
    (False, True, False, True): "utf-16-be",
    (True, False, False, False): "utf-32-le",
    (False, False, False, True): "utf-32-be",
}
GBK = "GBK"
ASCII = re.compile(r"[\x00-\x7f]+")
LOOKED_AT = 20_000
"""Characters that are enough to know an encoding by."""

COMMON_SHARE = 0.8
"""Of real Chinese text in GBK, so much is punctuation or one of the 3,755 common characters; damaged
UTF-8 and other code pages make rare ones when they are read as GBK."""

NOT_UTF8 = gettext_noop(
    "The text is not UTF-8: byte %(byte)s cannot be read. Save the file as UTF-8 and make the package again."
)
LOOKS_LIKE_GBK = gettext_noop(
    "The text is not UTF-8 (byte %(byte)s cannot be read). It looks like GBK, but not surely: "
    "save the file as UTF-8 and make the package again."
)
BROKEN = gettext_noop(
    "The text begins as %(encoding)s, but cannot be read as that. Save the file as UTF-8 and make the "
    "package again."
)


class Decoded(NamedTuple):
    """A text, and the name of its encoding as people know it, "" for UTF-8."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Return the text of a JSON file from anywhere.

    Raises InvalidDocument, which says what to do, unless the encoding is UTF-8, UTF-16, UTF-32 or,
    by the characters that this makes, surely GBK.
    """
    wide = next((name for mark, name in MARKS if data.startswith(mark)), "") or ZEROS.get(
        _filled(data[:4]), ""
    )
    try:
        if wide:
            return Decoded(data.decode(wide), wide[:6].upper())
        return Decoded(data.decode(), "")
    except UnicodeDecodeError as error:
        if wide:
            raise _refused(BROKEN, encoding=wide[:6].upper()) from None
        return _chinese(data, error.start + 1)


def _filled(start: bytes) -> tuple[bool, ...]:
    return tuple(byte != 0 for byte in start)


def _chinese(data: bytes, byte: int) -> Decoded:
    """Return `data`, whose byte number `byte` is not UTF-8, as GBK."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise _refused(NOT_UTF8, byte=byte) from None
    others = "".join(islice(ASCII.sub("", text), LOOKED_AT))
    if sum(map(_is_common, others)) < COMMON_SHARE * len(others):
        raise _refused(LOOKS_LIKE_GBK, byte=byte)
    return Decoded(text, GBK)


def _is_common(character: str) -> bool:
    """Whether a character is in the first rows of GB2312: punctuation, letters, common characters."""
    row = character.encode("gb2312", "ignore")[:1]
    return b"\xa1" <= row <= b"\xa3" or b"\xb0" <= row <= b"\xd7"


def _refused(message: str, **params: object) -> InvalidDocument:
    return InvalidDocument([Problem(Level.ERROR, (), Code.NOT_UTF8, message, params)])
