"""Compared texts as HTML, which CSS puts side by side on wide screens, one under the other on narrow ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from dlfportal.formats.difference.texts import Different, Line, Mark, Row, Same, TextDifference
from dlfportal.formats.difference.words import Piece
from dlfportal.web.difference_opening import MOST_LINES, Opened, Opening

CONTEXT = 3
"""So many equal lines stand around those that differ."""

LINES_SHOWN = 2_000
LINES_OF_WHOLE = 300
"""So many lines of one page are shown, of all its texts together; fewer of what has no other state."""

CHARACTERS_SHOWN = 4_000
"""A longer line is cut."""

CLASSES = {
    Mark.REMOVED: "diff-changed",
    Mark.ADDED: "diff-changed",
    Mark.CHANGED: "diff-changed",
    Mark.SPACE: "diff-changed diff-space",
    Mark.END: "diff-changed diff-end",
}
CR_SHOWN = '<span class="diff-cr" title="CR">␍</span>'


@dataclass(slots=True)
class Budget:
    """How many lines a page may still show."""

    left: int = LINES_SHOWN

    def take(self, wanted: int) -> int:
        """Return how many of the wanted lines may be shown, and count them."""
        given = min(wanted, self.left)
        self.left -= given
        return given


def text_html(found: TextDifference, prefix: str, budget: Budget, opened: Opened) -> SafeString:
    """Return a compared text as HTML, as far as the budget goes; what is `opened` does not count.

    The lines have the ids `L1` of the earlier text and `R1` of the later one, with the prefix before them.
    """
    writer = _Writer(prefix, budget, opened)
    last = len(found.blocks) - 1
    pieces: list[str] = []
    for place, block in enumerate(found.blocks):
        if isinstance(block, Same):
            pieces += writer.same(block, place == 0, place == last)
        else:
            pieces += writer.different(block)
    return mark_safe("".join(pieces))  # noqa: S308 - the writer escapes every text


class _Writer:
    """Writes lines as HTML. Whatever comes from a document goes through `escape`."""

    def __init__(self, prefix: str, budget: Budget, opened: Opened) -> None:
        self.prefix = prefix
        self.budget = budget
        self.opened = opened

    def different(self, block: Different) -> Iterator[str]:
        """Yield lines that differ: the earlier ones, then the later ones; CSS puts them side by side."""
        shown = block.rows[: self.budget.take(len(block.rows))]
        if shown:
            yield '<div class="diff-block" data-difference>'
            yield from (self._cell(row, row.old, "L", "−") for row in shown)
            yield from (self._cell(row, row.new, "R", "+") for row in shown)
            yield "</div>"
        if hidden := len(block.rows) - len(shown):
            text = ngettext(
                "%(count)s more line that differs is not shown.",
                "%(count)s more lines that differ are not shown.",
                hidden,
            )
            yield _note(text % {"count": hidden})

    def same(self, block: Same, first: bool, last: bool) -> Iterator[str]:
        """Yield equal lines: those near a difference, and the others folded."""
        length = len(block.lines)
        head = 0 if first else min(CONTEXT, length)
        tail = 0 if last else min(CONTEXT, length - head)
        yield from self._context(block, 0, self.budget.take(head))
        yield from self._fold(block, head, length - tail)
        yield from self._context(block, length - tail, length - tail + self.budget.take(tail))

    def _fold(self, block: Same, start: int, end: int) -> Iterator[str]:
        """Yield equal lines far from a difference: what the address unfolds, and the others folded."""
        at = start
        for first, after in self.opened.within(self.prefix, block.new + start, block.new + end):
            yield from self._folded(block, at, first - block.new)
            yield from self._context(block, first - block.new, after - block.new)
            at = after - block.new
        yield from self._folded(block, at, end)

    def _folded(self, block: Same, start: int, end: int) -> Iterator[str]:
        count = end - start
        if count <= 0:
            return
        if count > MOST_LINES or self.budget.left < count:
            yield self._more(block.new + start, block.new + end - 1, count)
            return
        label = ngettext("Show %(count)s line", "Show %(count)s lines", count) % {"count": count}
        yield f'<details class="diff-fold"><summary>{escape(label)}</summary>'
        yield from self._context(block, start, start + self.budget.take(count))
        yield "</details>"

    def _more(self, first: int, last: int, count: int) -> str:
        """Return how many equal lines there are, with links to those at either end of them."""
        text = ngettext("%(count)s equal line", "%(count)s equal lines", count) % {"count": count}
        if not self.opened.address:
            return _note(text)
        some = min(count, MOST_LINES)
        label = ngettext("Show the first %(count)s", "Show the first %(count)s", some) % {"count": some}
        links = [_opening(label, self.opened.url(Opening(self.prefix, first, first + some - 1), first))]
        if some < count:
            label = ngettext("Show the last %(count)s", "Show the last %(count)s", some) % {"count": some}
            links.append(_opening(label, self.opened.url(Opening(self.prefix, last - some + 1, last), last)))
        return format_html('<p class="diff-note diff-more">{} {}</p>', text, mark_safe(" ".join(links)))  # noqa: S308

    def _context(self, block: Same, start: int, end: int) -> Iterator[str]:
        if start >= end:
            return
        yield '<div class="diff-block diff-context">'
        texts = [_text(line) for line in block.lines[start:end]]
        for side, number, css in (("L", block.old + start, "diff-old"), ("R", block.new + start, "diff-new")):
            for place, text in enumerate(texts):
                yield self._line(side, number + place, css, "", text)
        yield "</div>"

    def _cell(self, row: Row, line: Line | None, side: str, sign: str) -> str:
        css = "diff-old" if side == "L" else "diff-new"
        if line is None:
            return f'<div class="{css} diff-blank"></div>'
        text = "".join(_piece(piece) for piece in _cut(line.pieces))
        if row.mark is Mark.END:
            text = text.replace("\r", "") + (CR_SHOWN if line.pieces[-1][0].endswith("\r") else "")
        return self._line(side, line.number, f"{css} {CLASSES[row.mark]}", sign, text.replace("\r", CR_SHOWN))

    def _line(self, side: str, number: int, css: str, sign: str, text: str) -> str:
        identity = f"{self.prefix}{side}{number}"
        return (
            f'<div class="diff-line {css}" id="{identity}">'
            f'<a class="diff-number" href="#{identity}">{number}</a>'
            f'<span class="diff-sign">{sign}</span><code class="diff-text">{text}</code></div>'
        )


def _opening(label: str, url: str) -> str:
    return format_html('<a href="{}" data-diff-open>{}</a>', url, label)


def _note(text: str) -> str:
    return format_html('<p class="diff-note">{}</p>', text)


def _piece(piece: Piece) -> str:
    text, marked = piece
    return f"<mark>{escape(text)}</mark>" if marked else escape(text)


def _text(line: str) -> str:
    return "".join(escape(text) for text, _ in _cut(((line, False),))).replace("\r", "")


def _cut(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces of a line as far as it is shown, and say what is not."""
    left = CHARACTERS_SHOWN
    hidden = 0
    for text, marked in pieces:
        yield text[:left], marked
        hidden += max(0, len(text) - left)
        left = max(0, left - len(text))
    if hidden:
        yield gettext("… %(count)s more characters") % {"count": hidden}, False
