"""Highlighted code: JSON documents, the sources of scripts, and short pieces of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from dlfportal.formats.models import PYTHON_TYPES, SHELL_TYPES

HIGHLIGHT_BYTES = 256 * 1024
"""Longer text is shown plain: highlighting it would take seconds."""

LEXERS = {
    "DWSSQL": "postgresql",
    "RDSSQL": "mysql",
    **dict.fromkeys(SHELL_TYPES, "bash"),
    **dict.fromkeys(PYTHON_TYPES, "python"),
}
LABELS: dict[str, Promise] = {"json": _("Definition (JSON)"), "source": _("Source")}
LINES = {"json": "json-", "source": "L"}
"""What the ids of lines begin with, by the id of the text."""


@dataclass(frozen=True, slots=True)
class Code:
    """A text as a page shows it: `html` is escaped; `plain` when it was too long to highlight."""

    id: str
    text: str
    html: SafeString
    plain: bool
    size: int


def lexer_for(script_type: str) -> str:
    """Return the Pygments lexer for a script's type: what is not shell or Python is SQL."""
    return LEXERS.get(script_type, "sql")


def code(text: str, lexer: str, identity: str) -> Code:
    """Return `text` highlighted, in a box that the keyboard can scroll.

    Its lines are numbered; each number is a link to itself: `#L120` in a source, `#json-120` in a document.
    """
    size = len(text.encode())
    plain = size > HIGHLIGHT_BYTES
    body = format_html("{}", text) if plain else _numbered(_coloured(text, lexer), LINES[identity])
    html = format_html(
        '<div class="code" id="{}" data-digits="{}" tabindex="0" role="region" aria-label="{}">'
        "<pre>{}</pre></div>",
        identity,
        len(str(text.count("\n") + 1)),
        LABELS[identity],
        body,
    )
    return Code(identity, text, html, plain, size)


def snippet(text: str, lexer: str, label: str) -> SafeString:
    """Return a piece of text without line numbers, plain without a lexer."""
    body = _coloured(text, lexer) if lexer else format_html("{}", text)
    return format_html(
        '<div class="code code-piece" tabindex="0" role="region" aria-label="{}"><pre>{}</pre></div>',
        label,
        body,
    )


def _coloured(text: str, lexer: str) -> SafeString:
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    marked: str = highlight(text, get_lexer_by_name(lexer, stripnl=False, ensurenl=False), formatter)
    return mark_safe(marked)  # noqa: S308 - Pygments escapes the text


def _numbered(marked: SafeString, prefix: str) -> SafeString:
    """Return the lines of highlighted code, none of whose elements goes over the end of a line."""
    lines = (
        f'<span id="{prefix}{number}"><span class="linenos"><a href="#{prefix}{number}">{number}</a></span>'
        f"{line}</span>"
        for number, line in enumerate(marked.removesuffix("\n").split("\n"), 1)
    )
    return mark_safe("\n".join(lines) + "\n")  # noqa: S308 - escaped above
