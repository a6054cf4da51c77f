"""Highlighted code: JSON documents and the sources of scripts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

HIGHLIGHT_BYTES = 256 * 1024
"""Longer text is shown plain: highlighting it would take seconds."""

LEXERS = {
    "DWSSQL": "postgresql",
    "RDSSQL": "mysql",
    "Shell": "bash",
    "PYTHON": "python",
    "Python": "python",
    "Spark Python": "python",
    "SparkPython": "python",
}


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
    """Return `text` highlighted, its lines numbered and known as `identity-1` and so on."""
    size = len(text.encode())
    if size > HIGHLIGHT_BYTES:
        html = format_html('<div class="code" id="{}" tabindex="0"><pre>{}</pre></div>', identity, text)
        return Code(identity, text, html, True, size)
    formatter: HtmlFormatter[str] = HtmlFormatter(cssclass="code", linenos="inline", linespans=identity)
    marked = highlight(text, get_lexer_by_name(lexer, stripnl=False), formatter)
    named = marked.replace('<div class="code">', f'<div class="code" id="{identity}" tabindex="0">', 1)
    return Code(identity, text, mark_safe(named), False, size)  # noqa: S308 - Pygments escapes the text
