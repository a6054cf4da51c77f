"""What the record says of imports, of the plans that they begin as, and of mapping profiles."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dlfportal.audit.actions import Action
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import gettext_noop

IMPORTS: Mapping[Action, str] = {
    Action.IMPORT: gettext_noop("%(who)s imported %(source)s: %(counts)s"),
    Action.IMPORT_FAIL: gettext_noop("%(who)s's import of %(source)s failed"),
    Action.UNDO_FAIL: gettext_noop("%(who)s could not undo the import of %(source)s"),
    Action.PLAN_FAIL: gettext_noop("%(who)s's plan of importing %(source)s could not be made"),
    Action.PLAN_DISCARD: gettext_noop("%(who)s discarded the plan of importing %(source)s"),
    Action.PLAN_PROPOSE: gettext_noop("%(who)s proposed to import %(source)s"),
    Action.UNDO_PROPOSE: gettext_noop("%(who)s proposed to undo the import of %(source)s"),
    Action.PROPOSAL_WITHDRAW: gettext_noop("%(who)s took back what was proposed of %(source)s"),
    Action.PACKAGE_CHECK: gettext_noop("%(who)s looked into the package %(path)s"),
    Action.MAPPING_SAVE: gettext_noop("%(who)s saved the mapping profile %(name)s (%(entries)s names)"),
    Action.MAPPING_DELETE: gettext_noop("%(who)s deleted the mapping profile %(name)s"),
}
SECOND_PERSON: Mapping[Action, tuple[str, str]] = {
    Action.SECOND_PERSON_ASK: (
        gettext_noop("%(who)s asked that %(what)s of %(workspace)s need a second person"),
        gettext_noop("%(who)s asked that %(what)s of %(workspace)s need no second person"),
    ),
    Action.SECOND_PERSON_SET: (
        gettext_noop(
            "%(who)s confirmed, as %(asked_by)s asked: %(what)s of %(workspace)s need a second person"
        ),
        gettext_noop(
            "%(who)s confirmed, as %(asked_by)s asked: %(what)s of %(workspace)s need no second person"
        ),
    ),
    Action.SECOND_PERSON_WITHDRAW: (
        gettext_noop("%(who)s withdrew the change that %(what)s of %(workspace)s need a second person"),
        gettext_noop("%(who)s withdrew the change that %(what)s of %(workspace)s need no second person"),
    ),
}
"""What the record says of a setting, on and off."""
COVERED = {
    "imports": gettext_noop("imports"),
    "edits": gettext_noop("edits"),
    "both": gettext_noop("imports and edits"),
}
"""What a change of the settings is about."""
CHANGES: Mapping[str, str] = {
    "rename": gettext_noop("In the plan of importing %(source)s, %(who)s renamed %(old)s to %(new)s"),
    "map": gettext_noop("In the plan of importing %(source)s, %(who)s mapped %(count)s names"),
    "options": gettext_noop("%(who)s changed the options of the plan of importing %(source)s"),
    "again": gettext_noop("%(who)s had the plan of importing %(source)s made again"),
}


def plan_made(entry: AuditEntry) -> str:
    """Return that somebody asked for a plan; the workspace that the package is of may not be known to all."""
    if entry.detail.get("brought"):
        return _("%(who)s asked for a plan of bringing %(source)s over from another workspace")
    return _("%(who)s asked for a plan of importing %(source)s")


def second_said(entry: AuditEntry) -> str:
    """Return what an admin did with the settings of what needs a second person."""
    on, off = SECOND_PERSON[Action(entry.action)]
    said = _(on) if entry.detail.get("wanted") == "on" else _(off)
    setting = "both" if entry.detail.get("both") else entry.detail.get("setting", "imports")
    return said.replace("%(what)s", _(COVERED.get(str(setting), COVERED["imports"])))


def plan_changed(entry: AuditEntry) -> str:
    """Return what somebody changed in a plan, with placeholders."""
    detail = entry.detail
    if detail.get("what") != "choose":
        return _(CHANGES.get(str(detail.get("what")), CHANGES["options"]))
    count = detail.get("count")
    number = count if isinstance(count, int) else 0
    if detail.get("choice") == "skip":
        return ngettext(
            "In the plan of importing %(source)s, %(who)s left out %(count)s object",
            "In the plan of importing %(source)s, %(who)s left out %(count)s objects",
            number,
        )
    return ngettext(
        "In the plan of importing %(source)s, %(who)s took %(count)s object in",
        "In the plan of importing %(source)s, %(who)s took %(count)s objects in",
        number,
    )
