"""What the index of texts is made of: folded texts and the keys of their grams. Knows no Django."""

from __future__ import annotations

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


def key(gram: str) -> int:
    """Return the key of a gram, which every database takes as a whole number of four bytes.

    Two grams may have the same key: then the index names too much.
    """
    return crc32(gram.encode()) & 0x7FFF_FFFF


def scope_key(*scope: str) -> int:
    """Return the key of what a row belongs to, such as its kind; no gram is like it, as none has U+0000."""
    return key("\0".join(("", *scope)))


def keys_sought(text: str) -> list[int]:
    """Return keys that every text has in which the folded `text` stands: of its longest grams."""
    if len(text) <= LONGEST:
        return [key(text)] if text else []
    grams = dict.fromkeys(text[start : start + LONGEST] for start in range(len(text) - LONGEST + 1))
    keys = [key(gram) for gram in grams]
    return keys[:: -(-len(keys) // GRAMS_SOUGHT)]


class Keys(dict[str, str]):
    """Makes the keys of many texts, those that recur once.

    It holds, for the up to three characters that stand at one place of a text, the keys of the grams that
    begin there.
    """

    def of(self, *texts: str) -> str:
        """Return the keys of all grams of folded texts, with a space between; some come twice."""
        pieces = [text[start : start + LONGEST] for text in texts for start in range(len(text))]
        return " ".join([self[piece] for piece in pieces])

    def __missing__(self, piece: str) -> str:
        if len(self) >= PIECES_KEPT:
            self.clear()
        keys = " ".join(str(key(piece[:size])) for size in range(1, len(piece) + 1))
        self[piece] = keys
        return keys
