"""The graphs of two states of a job as one picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from dlfportal.formats.difference.model import Change, Difference, Section
from dlfportal.formats.graph.layered import tidy
from dlfportal.formats.graph.overlay import overlay_of
from dlfportal.web.change_words import TOKENS
from dlfportal.web.graph.drawing import NOT_IN_XML
from dlfportal.web.graph.picture import Changes, DrawnCard, picture_of


def overlay_picture(name: str, before: Any, after: Any, found: Difference) -> SafeString:
    """Return the picture of both graphs of the job `name`, "" when there are too many nodes to draw."""
    changed = {group.name for group in found.of(Section.NODES) if group.change is Change.CHANGED}
    overlay = overlay_of(before, after, changed)
    layout = tidy(overlay.graph)
    if layout is None:
        return SafeString("")
    label = gettext("What differs in the graph of %(name)s") % {"name": name}
    changes = Changes(
        [_word(change) for change in overlay.cards], [_word(change) for change in overlay.edges]
    )
    drawn = picture_of(label, overlay.graph, layout, (), {}, changes=changes)
    picture = replace(drawn, cards=[_said(card) for card in drawn.cards])
    text = render_to_string("graph/_picture.html", {"picture": picture}).strip().translate(NOT_IN_XML)
    return mark_safe(text)  # noqa: S308 - rendered by a template


def _word(change: Change) -> str:
    return "" if change is Change.SAME else change.value


def _said(card: DrawnCard) -> DrawnCard:
    """Return a card that says what happened to it, and leads nowhere."""
    if not card.change:
        return replace(card, href="")
    sign, word = TOKENS[card.change]
    label = gettext(", ").join([card.label, str(word)])
    return replace(card, href="", label=label, change_sign=sign, change_word=str(word))
