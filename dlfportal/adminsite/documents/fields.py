"""Form fields that stand for one value of a document and change nothing that nobody touched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dlfportal.adminsite.documents.places import MISSING
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.models import PYTHON_TYPES, SHELL_TYPES

LINE_ENDING = re.compile(r"\r\n|\r|\n")

NOT_TEXT = _("The document has another kind of value here; edit it in the JSON below.")
MIXED = _(
    "This text mixes line endings (LF, CRLF, CR), which a form cannot keep. It is shown as it is; "
    "edit it in the JSON below."
)


def unbroken(text: str) -> str:
    """Return `text` with every line ending as LF: what a browser shows of it."""
    return LINE_ENDING.sub("\n", text)


def endings(text: str) -> set[str]:
    """Return the kinds of line ending in `text`."""
    return set(LINE_ENDING.findall(text))


class CodeArea(forms.Textarea):
    """A text of many lines, as written, in one of the languages of `editor_files`.

    The page puts line numbers beside it, and with script an editor in its place.
    """

    def __init__(self, language: str, attrs: dict[str, Any] | None = None) -> None:
        fixed = {"data-json-editor": "", "data-language": language, "spellcheck": "false", "wrap": "off"}
        super().__init__({**fixed, **(attrs or {})})


def script_area(type_field: str, rows: int) -> CodeArea:
    """Return the area of a script's text, in the language that the type in the field `type_field` says."""
    languages = dict.fromkeys(SHELL_TYPES, "sh") | dict.fromkeys(PYTHON_TYPES, "python")
    follows = {"data-language-of": type_field, "data-languages": json.dumps(languages)}
    return CodeArea("sql", {"rows": rows, **follows})


class Value(forms.Field):
    """Base: `adopt` takes the stored value in before the form is shown or checked.

    A value of a kind that the field cannot show makes it read-only, with the reason beside it.
    """

    def adopt(self, stored: Any) -> None:
        """Start from what the document holds, MISSING included."""
        if stored is MISSING or stored is None:
            self.initial = ""
        elif self.can_show(stored):
            self.initial = stored
        else:
            self.lock(canonical(stored).decode().strip(), NOT_TEXT)

    def can_show(self, stored: Any) -> bool:
        """Return whether the field can show this value and give it back."""
        return isinstance(stored, str)

    def lock(self, shown: Any, why: Any) -> None:
        """Show a value read-only."""
        self.initial, self.disabled, self.help_text = shown, True, why

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether somebody touched the value; compares what a browser shows and sends back."""
        return not self.disabled and self.shown(initial) != self.shown(data)

    @staticmethod
    def shown(value: Any) -> str:
        """Return the value as a browser sends it back."""
        return "" if value is None else str(value)

    def clean(self, value: Any) -> Any:
        """Check what was typed; a read-only value is not judged."""
        return value if self.disabled else super().clean(value)


class TextValue(Value, forms.CharField):
    """A line of text. Spaces stay; a line break, which the browser drops, is no change."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(required=False, strip=False, **kwargs)

    @staticmethod
    def shown(value: Any) -> str:
        return LINE_ENDING.sub("", value or "")


class LinesValue(TextValue):
    """A text of several lines. It keeps the line endings it had; mixed ones make it read-only."""

    def __init__(self, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        self.ending = "\n"

    def adopt(self, stored: Any) -> None:
        super().adopt(stored)
        if self.disabled or not isinstance(stored, str):
            return
        kinds = endings(stored)
        if len(kinds) > 1:
            self.lock(stored, MIXED)
        elif kinds:
            self.ending = kinds.pop()

    @staticmethod
    def shown(value: Any) -> str:
        return unbroken(value or "")

    def clean(self, value: Any) -> Any:
        """Return the text with the stored kind of line ending."""
        cleaned = super().clean(value)
        return cleaned if self.disabled else unbroken(cleaned).replace("\n", self.ending)


class ChoiceValue(Value, forms.ChoiceField):
    """One of the documented words. A word of the document that is not among them stays possible."""

    def __init__(self, words: Iterable[Any], **kwargs: Any) -> None:
        self.words = tuple(words)
        choices = [("", "—"), *((str(word), str(word)) for word in self.words)]
        super().__init__(choices=choices, required=False, **kwargs)

    def adopt(self, stored: Any) -> None:
        super().adopt(stored)
        if self.initial not in ("", *self.words) and not self.disabled:
            self.choices = [*self.choices, (str(stored), str(stored))]  # type: ignore[misc]


class NumberChoiceValue(ChoiceValue):
    """One of a few whole numbers, each with a label."""

    def __init__(self, labels: dict[int, Any], **kwargs: Any) -> None:
        super().__init__(labels, **kwargs)
        self.choices = [("", "—"), *((str(number), label) for number, label in labels.items())]

    def can_show(self, stored: Any) -> bool:
        return isinstance(stored, int) and not isinstance(stored, bool)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        return int(cleaned) if cleaned != "" and not self.disabled else cleaned
