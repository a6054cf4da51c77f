"""The difference of two states as every page shows it: a sentence, the fields, the texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy

from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.formats.difference.documents import difference
from dlfportal.formats.difference.model import ABSENT, Change, Difference, Field, Group, Section
from dlfportal.formats.difference.texts import Different, Mark, TextDifference, text_difference
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import show_path
from dlfportal.web.difference_lines import LINES_OF_WHOLE, Budget, text_html
from dlfportal.web.difference_opening import Opened
from dlfportal.web.difference_words import SECTIONS, label_of, sentence, value_of
from dlfportal.web.schedules import cron_words

FIELDS_SHOWN = 600
FIELDS_OF_WHOLE = 120
"""So many fields of one page are listed, fewer of a document without another state; the head counts all."""

TEXTS_SHOWN = 50
TEXTS_OF_WHOLE = 10
"""So many long texts of one page are shown, likewise."""

GROUPS_SHOWN = 300
"""So many sections and nodes are named."""

APART_SHOWN = 200

NOTHING_OPENED = Opened()

APART: dict[str, Any] = {
    "moved": ngettext_lazy("%(count)s position", "%(count)s positions", "count"),
    "followed": ngettext_lazy(
        "%(count)s mention of a renamed node", "%(count)s mentions of renamed nodes", "count"
    ),
    "kept": ngettext_lazy(
        "%(count)s field that DataArts itself writes", "%(count)s fields that DataArts itself writes", "count"
    ),
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field: its label, both values, words for a schedule's expression; `text` leads to its lines."""

    label: str
    path: str
    change: Change
    before: str | None
    after: str | None
    words: tuple[str, str] = ("", "")
    text: TextPart | None = None


@dataclass(frozen=True, slots=True)
class TextPart:
    """A long text, compared; `anchor` is where it stands on the page, "" when it does not."""

    anchor: str
    label: str
    found: TextDifference
    html: SafeString

    @property
    def has_spaces(self) -> bool:
        """Whether some lines differ in nothing but spaces."""
        blocks = (block for block in self.found.blocks if isinstance(block, Different))
        return any(row.mark is Mark.SPACE for block in blocks for row in block.rows)

    @property
    def unclosed(self) -> str:
        """What to say when only one of the texts ends without a line ending."""
        before, after = self.found.closed
        if before == after or not self.found.both:
            return ""
        return (
            gettext("No line ending at the end of the later text.")
            if before
            else gettext("No line ending at the end of the earlier text.")
        )


@dataclass(frozen=True, slots=True)
class GroupPart:
    """The fields of one section, or of one node."""

    title: str | Promise
    former: str
    change: Change
    is_node: bool
    field_count: int
    rows: list[FieldRow]

    @property
    def opened(self) -> bool:
        """Whether the fields are seen at once: all of a new or removed node would be too much."""
        return not (self.is_node and self.change in (Change.NEW, Change.REMOVED))


@dataclass(frozen=True)
class DifferencePart:
    """What `templates/difference/_difference.html` is given.

    `digests` know the pair for the tick "viewed"; `downloads` are the addresses of both documents, "" for
    none; `prefix` stands before its ids, where a page has several; `opened` are the lines it unfolds.
    `token` says what happened where that is not what the difference says, `names` are those of both states
    where they are not one before the other.
    """

    found: Difference
    name: str
    digests: tuple[str, str] = ("", "")
    downloads: tuple[str, str] = ("", "")
    prefix: str = ""
    opened: Opened = NOTHING_OPENED
    token: str = ""
    names: tuple[str, str] = ("", "")

    @property
    def sign(self) -> str:
        """The word of `TOKENS` for it."""
        return self.token or self.found.change

    @property
    def heads(self) -> tuple[str, str]:
        """The headings of both states."""
        before, after = self.names
        return before or gettext("Before"), after or gettext("After")

    @property
    def pair(self) -> str:
        """What the browser keeps the tick under."""
        return ":".join(digest[:20] for digest in self.digests) if any(self.digests) else ""

    @cached_property
    def sentence(self) -> str:
        """What differs, in one sentence."""
        return sentence(self.found, self.added, self.removed)

    @property
    def added(self) -> int:
        """How many lines of long texts are new."""
        return sum(part.found.added for part in self.texts)

    @property
    def removed(self) -> int:
        """How many lines of long texts are gone."""
        return sum(part.found.removed for part in self.texts)

    @property
    def field_count(self) -> int:
        """How many fields differ."""
        return sum(len(group.fields) for group in self.found.groups)

    @property
    def fields_hidden(self) -> int:
        """How many of them are not listed."""
        return max(0, self.field_count - self._fields_shown)

    @property
    def _fields_shown(self) -> int:
        return FIELDS_OF_WHOLE if self._is_whole else FIELDS_SHOWN

    @property
    def _is_whole(self) -> bool:
        """Whether only one of the states is there."""
        return self.found.change in (Change.NEW, Change.REMOVED)

    @cached_property
    def _texts(self) -> dict[int, TextPart]:
        """The long texts by the number of their field among all."""
        budget = Budget(LINES_OF_WHOLE) if self._is_whole else Budget()
        wanted = [
            (number, group, field) for number, (group, field) in enumerate(self._fields()) if field.is_text
        ]
        return {
            number: self._text_part(place, group, field, budget)
            for place, (number, group, field) in enumerate(wanted)
        }

    def _text_part(self, place: int, group: Group, field: Field, budget: Budget) -> TextPart:
        label = label_of(field, group.section)
        found = text_difference(*field.texts)
        title = f"{group.name} · {label}" if group.name else label
        if place >= self._texts_shown:
            return TextPart("", title, found, SafeString())
        prefix = f"{self.prefix}t{place + 1}-" if place else self.prefix
        html = text_html(found, prefix, budget, self.opened)
        return TextPart(f"{self.prefix}text-{place + 1}", title, found, html)

    def _fields(self) -> Iterator[tuple[Group, Field]]:
        for group in self.found.groups:
            for field in group.fields:
                yield group, field

    @property
    def texts(self) -> list[TextPart]:
        """The long texts in the order of their fields."""
        return list(self._texts.values())

    @property
    def texts_shown(self) -> list[TextPart]:
        """Those whose lines are shown."""
        return self.texts[: self._texts_shown]

    @property
    def texts_hidden(self) -> int:
        """How many of them are not shown."""
        return max(0, len(self._texts) - self._texts_shown)

    @property
    def _texts_shown(self) -> int:
        return TEXTS_OF_WHOLE if self._is_whole else TEXTS_SHOWN

    @cached_property
    def groups(self) -> list[GroupPart]:
        """The fields, section by section and node by node, as far as they are listed."""
        number = 0
        parts = []
        for group in self.found.groups[:GROUPS_SHOWN]:
            left = max(0, self._fields_shown - number)
            rows = [
                _row(group, field, self._texts.get(number + place))
                for place, field in enumerate(group.fields[:left])
            ]
            number += len(group.fields)
            if group.section is Section.CONTENT and all(row.text for row in rows):
                continue  # its text stands below, under its own head; one short line stands among the fields
            is_node = group.section is Section.NODES
            title = group.name if is_node else SECTIONS[group.section]
            parts.append(GroupPart(title, group.former, group.change, is_node, len(group.fields), rows))
        return parts

    @property
    def apart(self) -> str:
        """What differs without meaning anything, counted."""
        apart = self.found.apart
        pieces = [words % {"count": count} for key, words in APART.items() if (count := getattr(apart, key))]
        if apart.orders:
            pieces.append(gettext("order of what stands within"))
        return gettext("Also %(parts)s") % {"parts": gettext(", ").join(pieces)} if pieces else ""

    @property
    def apart_rows(self) -> list[FieldRow]:
        """That, field by field, and the places with another order."""
        apart = self.found.apart
        rows = [_plain_row(field) for field in apart.fields[:APART_SHOWN]]
        ordered = gettext("another order")
        orders = [FieldRow(show_path(path), "", Change.CHANGED, None, ordered) for path in apart.orders]
        return [*rows, *orders[: APART_SHOWN - len(rows)]]

    @property
    def has_spaces(self) -> bool:
        """Whether some lines differ in nothing but spaces."""
        return any(part.has_spaces for part in self.texts)


def difference_between(
    kind: Kind,
    older: Revision | None,
    newer: Revision | None,
    name: str,
    downloads: tuple[str, str] = ("", ""),
    opened: Opened = NOTHING_OPENED,
) -> DifferencePart:
    """Return what differs between two stored states of an object; None is a state that is not there."""
    documents = [document_of(revision) if revision else None for revision in (older, newer)]
    digests = [revision.content.sha256 if revision else "" for revision in (older, newer)]
    pair = digests[0], digests[1]
    return DifferencePart(difference(kind, *documents), name, pair, downloads, opened=opened)


def _row(group: Group, field: Field, text: TextPart | None) -> FieldRow:
    sides = [None if text or side is ABSENT else value_of(side) for side in (field.before, field.after)]
    words = ("", "")
    if field.keys[-1:] == ("expression",) and group.section is Section.SCHEDULE:
        words = (cron_words(sides[0] or ""), cron_words(sides[1] or ""))
    label = label_of(field, group.section)
    return FieldRow(label, show_path(field.path), field.change, sides[0], sides[1], words, text)


def _plain_row(field: Field) -> FieldRow:
    """Return a field that is only counted, with its values cut."""
    sides = [None if side is ABSENT else value_of(side)[:200] for side in (field.before, field.after)]
    label = show_path(field.path)
    return FieldRow(label, label, field.change, sides[0], sides[1])
