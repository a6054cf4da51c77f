"""Template tags of differences. The administration has them too: it imports nothing of the pages."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.formats.difference.documents import difference as difference_found
from dlfportal.formats.kinds import Kind
from dlfportal.web.change_words import TOKENS
from dlfportal.web.difference_opening import Opened
from dlfportal.web.pages.difference import DifferencePart, difference_between

register = template.Library()


@register.simple_tag
def change_token(change: str) -> SafeString:
    """Show what happened to a thing."""
    sign, word = TOKENS[change]
    text = '<span class="token token-{}"><span class="token-sign" aria-hidden="true">{}</span> {}</span>'
    return format_html(text, change, sign, word)


@register.inclusion_tag("difference/_difference.html", takes_context=True)
def difference(
    context: template.Context, target: CatalogueObject, older: Revision | None, newer: Revision | None
) -> dict[str, object]:
    """Show what differs between two states of an object; None is a state that is not there."""
    opened = Opened.read(context["request"])
    return {"part": difference_between(Kind(target.kind), older, newer, target.name, opened=opened)}


@register.inclusion_tag("difference/_difference.html")
def difference_of(
    target: CatalogueObject, before: object, after: object, name: str, prefix: str = ""
) -> dict[str, object]:
    """Show what differs between two documents of an object that need not be stored.

    `name` stands above it; where a page has several, each needs a `prefix` of its own for its ids.
    """
    return {"part": DifferencePart(difference_found(Kind(target.kind), before, after), name, prefix=prefix)}


@register.inclusion_tag("difference/_difference.html")
def difference_part(part: DifferencePart) -> dict[str, object]:
    """Show a difference that a page has made."""
    return {"part": part}
