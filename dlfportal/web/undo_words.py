"""Undos of imports in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dlfportal.catalogue.undoing.steps import Do, Stay, Step, Why
from dlfportal.errors import gettext_noop
from dlfportal.transfer.models import ImportRun

TOKENS: dict[Do, str] = {Do.RESTORE: "restored", Do.DELETE: "deleted", Do.REVIVE: "revived"}
"""How `change_token` shows what is done with an object."""

WHYS: dict[Why, str] = {
    Why.EDITED: gettext_noop("%(who)s changed it since"),
    Why.RENAMED: gettext_noop("%(who)s gave it another name since"),
    Why.DELETED: gettext_noop("%(who)s deleted it since"),
    Why.SUBMITTED: gettext_noop("%(who)s submitted it since"),
    Why.REVIVED: gettext_noop("%(who)s created it again since"),
    Why.TAKEN: gettext_noop("%(who)s gave its name to another object"),
    Why.USED: gettext_noop("used since by:"),
}


def undo_title(run: ImportRun) -> str:
    """Return what undoing a run is called."""
    if run.undoes_id:
        return _("Take back the undo of the import of %(source)s") % {"source": run.source}
    return _("Undo the import of %(source)s") % {"source": run.source}


def counts_said(counts: Mapping[Do, int]) -> str:
    """Return what an undo does, in few words: "restore 5, delete 12"."""
    said = {
        Do.RESTORE: ngettext("restore %(count)s", "restore %(count)s", counts[Do.RESTORE]),
        Do.DELETE: ngettext("delete %(count)s", "delete %(count)s", counts[Do.DELETE]),
        Do.REVIVE: ngettext("bring %(count)s back", "bring %(count)s back", counts[Do.REVIVE]),
    }
    told = [text % {"count": f"{counts[do]:,}"} for do, text in said.items() if counts[do]]
    return _(", ").join(told)


def step_said(step: Step) -> list[str]:
    """Return what is done with an object, thing by thing."""
    if step.former is None:
        return [_("it was not here before, so it is deleted; its history stays")]
    text = {
        Do.RESTORE: _("gets the document of revision %(number)s again"),
        Do.REVIVE: _("comes back with the document of revision %(number)s"),
    }[step.do]
    return [text % {"number": step.former.number}, *_version_said(step)]


def _version_said(step: Step) -> list[str]:
    if step.back.version_id == step.version_id:
        return []
    if not step.back.version_id:
        return [_("is not submitted any more")]
    return [_("version %(number)s is the submitted one again") % {"number": step.back.number}]


def stay_said(stay: Stay) -> str:
    """Return why an object stays; who uses it follows."""
    return _(WHYS[stay.why]) % {"who": stay.who or "?"}
