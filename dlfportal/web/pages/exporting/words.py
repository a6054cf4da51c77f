"""What an export took, in words: as its record keeps how the objects were chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.selections import Choice
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.models import Export, ExportState
from dlfportal.web.health_words import narrowed_words
from dlfportal.web.pages.chosen import choice_told
from dlfportal.web.pages.filters import FILTER_PARAMS, LABELS, LED_TO, VALUES

OF_SLUG = {spec.slug: kind for kind, spec in KINDS.items()}
TONES = {
    ExportState.COMPLETE: ("success", "check"),
    ExportState.RUNNING: ("info", "info"),
    ExportState.BROKEN_OFF: ("warning", "warning"),
}
"""The colour and icon of each state."""


def what_taken(export: Export) -> str:
    """Return what an export took: the name of one object, how many, or what they had in common."""
    options: Mapping[str, Any] = export.options
    said = [_chosen(export.selection)]
    if left := len(_list(options.get("without", []))):
        said.append(ngettext("%(count)s ticked off", "%(count)s ticked off", left) % {"count": f"{left:,}"})
    if options.get("part"):
        said.append(_("one part of it"))
    return _(", ").join(said)


def _chosen(chosen: Mapping[str, Any]) -> str:
    if "names" in chosen or "filter" in chosen:  # taken to another workspace
        chosen = choice_told(Choice.read(chosen))
    if chosen.get("everything"):
        return capfirst(_("everything"))
    if "jobs" in chosen:
        return _named({Kind.JOB: _list(chosen["jobs"])})
    named = {kind: _list(chosen[kind]) for kind in Kind if kind in chosen}
    if named:
        return _named(named)
    kinds = [OF_SLUG[slug] for slug in _slugs(chosen) if slug in OF_SLUG]
    plurals = _(", ").join(str(KINDS[kind].model._meta.verbose_name_plural) for kind in kinds or [Kind.JOB])
    narrowed = _(", ").join(_narrowing(chosen))
    if not narrowed:
        return _("All %(kinds)s") % {"kinds": plurals}
    return _("%(kinds)s with %(filters)s") % {"kinds": capfirst(plurals), "filters": narrowed}


def _named(named: Mapping[Kind, list[Any]]) -> str:
    """Return the name of the one object, or how many there are of each kind."""
    names = [name for found in named.values() for name in found]
    if len(names) == 1:
        return str(names[0])
    return _(", ").join(_counted(kind, len(found)) for kind, found in named.items() if found)


def _counted(kind: Kind, count: int) -> str:
    texts = {
        Kind.JOB: ngettext("%(count)s job", "%(count)s jobs", count),
        Kind.SCRIPT: ngettext("%(count)s script", "%(count)s scripts", count),
        Kind.RESOURCE: ngettext("%(count)s resource", "%(count)s resources", count),
        Kind.CDM_JOB: ngettext("%(count)s CDM job", "%(count)s CDM jobs", count),
    }
    return texts[kind] % {"count": f"{count:,}"}


def _slugs(chosen: Mapping[str, Any]) -> list[Any]:
    return _list(chosen["kinds"]) if "kinds" in chosen else [chosen.get("kind", KINDS[Kind.JOB].slug)]


def _narrowing(chosen: Mapping[str, Any]) -> Iterator[str]:
    """Yield what narrowed the objects, a filter at a time, and that some were left out."""
    for key in FILTER_PARAMS:
        if value := chosen.get(key):
            yield _filter_words(key, str(value))
    if "within" in chosen:
        yield _("a selection within")
    if left := len(_list(chosen.get("except", []))):
        yield ngettext("%(count)s exception", "%(count)s exceptions", left) % {"count": f"{left:,}"}


def _filter_words(key: str, value: str) -> str:
    if key in LED_TO:
        return narrowed_words(**{key: value})
    words = VALUES.get(key, {}).get(value, value)
    return f"{LABELS[key]}: {words}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
