"""What the index of texts is made of: folded texts and the keys of their grams. Knows no Django."""

from __future__ import annotations

from enum import IntEnum
from zlib import crc32

LONGEST = 3
"""A gram has one to three characters, so that two Chinese characters, or one, are found as quickly."""
GRAMS_SOUGHT = 12
"""With so many grams a long text is rare enough; each costs the same again."""
PIECES_KEPT = 50_000


def fold(text: str) -> str:
    """Return `text` without case, character by character, so that every character keeps its place.

    A character whose small letter is not one character, such as U+0130, stays as it is.
    """
    if text.isascii():
        return text.lower()
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


class Place(IntEnum):
    """Where in an object a text stands: the same gram has another key in another place."""

    NAME = 0
    DESCRIPTION = 1


def key(gram: str, place: int = Place.NAME) -> int:
    """Return the key of a gram, which every database takes as a whole number of four bytes.

    Two grams may have the same key: then the index names too much.
    """
    return crc32(gram.encode(), place) & 0x7FFF_FFFF


def scope_key(*scope: str) -> int:
    """Return the key of what a row belongs to, such as its kind; no gram is like it, as none has U+0000."""
    return key("\0".join(("", *scope)))


def keys_sought(text: str, place: Place) -> list[int]:
    """Return keys that every text of a place has in which the folded `text` stands: of its longest grams."""
    if len(text) <= LONGEST:
        return [key(text, place)] if text else []
    grams = dict.fromkeys(text[start : start + LONGEST] for start in range(len(text) - LONGEST + 1))
    keys = [key(gram, place) for gram in grams]
    return keys[:: -(-len(keys) // GRAMS_SOUGHT)]


class Pieces(dict[str, str]):
    """The keys of the grams that begin with a piece of text, of up to three characters, in one place.

    Those of a piece that recurs are made once.
    """

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def of(self, text: str) -> list[str]:
        """Return the keys of all grams of a folded text; some come twice."""
        return [self[text[start : start + LONGEST]] for start in range(len(text))]

    def __missing__(self, piece: str) -> str:
        if len(self) >= PIECES_KEPT:
            self.clear()
        keys = " ".join(str(key(piece[:size], self._place)) for size in range(1, len(piece) + 1))
        self[piece] = keys
        return keys


class Keys:
    """Makes the keys of the names and descriptions of many objects."""

    def __init__(self) -> None:
        self._names, self._descriptions = Pieces(Place.NAME), Pieces(Place.DESCRIPTION)

    def of(self, name: str, description: str) -> str:
        """Return the keys of folded texts, with a space between."""
        return " ".join(self._names.of(name) + self._descriptions.of(description))
