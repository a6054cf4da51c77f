"""What the record says, as sentences in the reader's language: "dev restored load to revision 2 (now 4)".

One row of `ACTS` an action. A sentence names its values: `who`, `name`, `kind`, `workspace`, and the plain
values of the entry's details; what an older entry lacks reads "?".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any, NamedTuple

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dlfportal.access.models import Role
from dlfportal.audit.actions import Action, Verb, object_action
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import KIND_LABELS
from dlfportal.errors import gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.links import object_url
from dlfportal.transfer.exports.selectors import exports_told
from dlfportal.transfer.models import Export, ExportState, Outcome
from dlfportal.web.acts_imports import IMPORTS, SECOND_PERSON, plan_changed, plan_made, second_said
from dlfportal.web.acts_many import many_failed, many_said, tags_said
from dlfportal.web.acts_objects import created_said, deleted_said, updated_said
from dlfportal.web.acts_undo import undo_facts, undo_said, undone_counts

DIGEST_SHOWN = 12
FAILURES = (Action.IMPORT_FAIL, Action.PLAN_FAIL, Action.UNDO_FAIL, Action.OBJECTS_FAIL)
"""What was not done: the reason is the portal's, not a person's."""


class What(StrEnum):
    """The groups of actions that people ask for, as addresses name them."""

    CHANGED = "changed"
    SUBMITTED = "submitted"
    EXPORTED = "exported"
    IMPORTED = "imported"
    MEMBERS = "members"
    KEYS = "keys"
    FILES = "files"
    SIGN_INS = "sign-ins"
    PORTAL = "portal"


WHATS: dict[What, Promise] = {
    What.CHANGED: gettext_lazy("changed"),
    What.SUBMITTED: gettext_lazy("submitted"),
    What.EXPORTED: gettext_lazy("exported"),
    What.IMPORTED: gettext_lazy("imported"),
    What.MEMBERS: gettext_lazy("members"),
    What.KEYS: gettext_lazy("keys and tokens"),
    What.FILES: gettext_lazy("files in buckets"),
    What.SIGN_INS: gettext_lazy("sign-ins"),
    What.PORTAL: gettext_lazy("people and projects"),
}
OUTSIDE_WORKSPACES = frozenset({What.KEYS, What.SIGN_INS, What.PORTAL})
"""What is done outside of any workspace, and so is in no workspace's record."""

Sentence = Callable[[AuditEntry], str]
"""Gives the sentence of an entry, with placeholders, in the reader's language."""


class ActSpec(NamedTuple):
    """How an action is told: the group it is in, and its sentence, which may depend on the details."""

    what: What
    sentence: Sentence


class _Values(dict[str, Any]):
    """The values of a sentence."""

    def __missing__(self, key: str) -> str:
        return "?"


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of the record as pages show it.

    `html` is the sentence with its names marked up, `text` the same without; `facts` are short remarks beside
    it, `reason` is what a person wrote.
    """

    entry: AuditEntry
    html: SafeString
    text: str
    facts: list[str]
    reason: str

    @property
    def line(self) -> str:
        """All of it as one line of plain text."""
        said = [f"“{self.reason}”"] if self.reason else []
        return " · ".join([self.text, *self.facts, *said])


def acts_of(entries: Sequence[AuditEntry], visible: Collection[str]) -> list[Act]:
    """Return entries as people read them: one query, for the exports among them.

    `visible` are the ids of the workspaces that the reader may follow links into.
    """
    exports = exports_of(entries)
    return [
        act_of(entry, exports.get(str(entry.detail.get("export"))), linked=entry.workspace_id in visible)
        for entry in entries
    ]


def exports_of(entries: Iterable[AuditEntry]) -> dict[str, Export]:
    """Return the exports that some of the entries began, by id."""
    begun = (entry.detail.get("export") for entry in entries if entry.action == Action.EXPORT)
    return exports_told([pk for pk in begun if isinstance(pk, str)])


def act_of(entry: AuditEntry, export: Export | None = None, *, linked: bool = True) -> Act:
    """Return an entry as people read it, in the language that is active.

    `export` is the export that an entry of `Action.EXPORT` began; `linked` says whether the reader may follow
    the name of the object.
    """
    template = _sentence(entry)
    values = _values(entry)
    marked = _Values({name: conditional_escape(value) for name, value in values.items()})
    marked["who"] = format_html('<span class="act-who">{}</span>', entry.user_name or "?")
    marked["name"] = _name(entry, linked)
    html = mark_safe(escape(template) % marked)  # noqa: S308 - template and values are escaped
    reason = entry.detail.get("reason", "")
    is_said = isinstance(reason, str) and entry.action not in FAILURES
    return Act(entry, html, template % values, _facts(entry, export), reason if is_said else "")


def _sentence(entry: AuditEntry) -> str:
    """Return the sentence of an entry; what an older release recorded may be no action any more."""
    if entry.action in list(Action):
        return ACTS[Action(entry.action)].sentence(entry)
    return _("%(who)s: %(action)s")


def actions_of(what: Iterable[What], kind: str = "") -> list[Action]:
    """Return the actions of some groups, all for none; of a `kind`, those with its objects alone."""
    groups = set(what) or set(What)
    of_kind = set(_of_kind(kind)) if kind else set(Action)
    return [action for action, spec in ACTS.items() if spec.what in groups and action in of_kind]


def _of_kind(kind: str) -> list[Action]:
    return [object_action(kind, verb) for verb in Verb] if kind in list(Kind) else []


def _values(entry: AuditEntry) -> _Values:
    plain = {key: value for key, value in entry.detail.items() if isinstance(value, str | int)}
    return _Values(
        plain
        | {
            "who": entry.user_name or "?",
            "action": entry.action,
            "name": entry.object_name or "?",
            "kind": str(KIND_LABELS.get(entry.kind, entry.kind)),  # type: ignore[call-overload]
            "workspace": entry.workspace_name or "?",
            "counts": _counts(entry.detail.get("counts")),
            "undone": undone_counts(entry.detail.get("counts")),
            "role": _role(plain.get("role", "")),
            "number": f"{len(jobs):,}" if isinstance(jobs := entry.detail.get("jobs"), list) else "?",
        }
    )


def _name(entry: AuditEntry, linked: bool) -> SafeString:
    """Return the name of what was changed: a link where the reader may follow it and it is there."""
    is_gone = entry.action.endswith(f".{Verb.DELETE}")
    if not linked or is_gone or not (entry.workspace_id and entry.kind in list(Kind) and entry.object_name):
        return format_html('<b class="act-name">{}</b>', entry.object_name or "?")
    url = object_url(entry.workspace_id, Kind(entry.kind), entry.object_name)
    return format_html('<a class="act-name" href="{}">{}</a>', url, entry.object_name)


def _role(value: Any) -> str:
    return str(Role(value).label) if value in Role.values else str(value)


COUNTS: dict[Outcome, str] = {
    Outcome.NEW: gettext_noop("%(number)s new"),
    Outcome.CHANGED: gettext_noop("%(number)s changed"),
    Outcome.SAME: gettext_noop("%(number)s the same"),
    Outcome.SKIPPED: gettext_noop("%(number)s skipped"),
}


def _counts(counts: Any) -> str:
    """Return how many objects of an import were new and so on; what is 0 is left out."""
    if not isinstance(counts, Mapping):
        return "?"
    told = [_(text) % {"number": f"{counts[key]:,}"} for key, text in COUNTS.items() if counts.get(key)]
    return _(", ").join(told) or _("nothing")


def _facts(entry: AuditEntry, export: Export | None) -> list[str]:
    """Return the short remarks beside a sentence."""
    detail, facts = entry.detail, []
    if export:
        facts += _export_facts(export)
    if entry.action == Action.IMPORT and detail.get("digest"):
        facts.append(_("digest %(digest)s") % {"digest": str(detail["digest"])[:DIGEST_SHOWN]})
    if entry.action in FAILURES and detail.get("reason"):
        facts.append(str(detail["reason"]))
    if isinstance(emptied := detail.get("emptied"), list) and emptied:
        text = ngettext("%(number)s secret emptied", "%(number)s secrets emptied", len(emptied))
        facts.append(text % {"number": len(emptied)})
    if entry.action == Action.OBJECTS_TAG:
        facts += tags_said(detail)
    facts += undo_facts(detail)
    if proposed_by := detail.get("proposed_by"):
        facts.append(_("proposed by %(name)s") % {"name": proposed_by})
    if address := detail.get("address"):
        facts.append(_("from %(address)s") % {"address": address})
    if isinstance(changed := detail.get("changed"), list) and changed:
        facts.append(", ".join(map(str, changed)))
    return facts


def _export_facts(export: Export) -> list[str]:
    facts = [export.name]
    missing = getattr(export, "missing_count", 0)
    if export.size is not None:
        facts.append(filesizeformat(export.size))
    if export.digest:
        facts.append(_("digest %(digest)s") % {"digest": export.digest[:DIGEST_SHOWN]})
    if missing:
        facts.append(_("%(number)s missing") % {"number": f"{missing:,}"})
    if export.shown_state is not ExportState.COMPLETE:
        facts.append(str(export.shown_state.label))
    return facts


def _said(text: str) -> Sentence:
    return lambda entry: _(text)


def _followed(entry: AuditEntry) -> str:
    """Return that jobs followed a rename in another workspace, which is not named: not all may know it."""
    jobs = entry.detail.get("jobs")
    return ngettext(
        "%(who)s changed %(jobs)s job here that waits for a job of another workspace: %(renamed_from)s is"
        " called %(renamed_to)s now",
        "%(who)s changed %(jobs)s jobs here that wait for a job of another workspace: %(renamed_from)s is"
        " called %(renamed_to)s now",
        jobs if isinstance(jobs, int) else 0,
    )


def _exported(entry: AuditEntry) -> str:
    """Return what an export took: one job, several, or all that a selection named."""
    detail = entry.detail
    jobs = detail.get("jobs")
    if detail.get("brought"):
        return _brought(entry)
    if detail.get("again_of"):
        return _exported_again(entry)
    if detail.get("everything") and not detail.get("without") and not detail.get("part"):
        return _("%(who)s exported everything in %(workspace)s")
    if entry.object_name:
        return _("%(who)s exported %(name)s")
    if isinstance(jobs, list) and jobs:
        return ngettext(
            "%(who)s exported %(number)s job of %(workspace)s",
            "%(who)s exported %(number)s jobs of %(workspace)s",
            len(jobs),
        )
    return _("%(who)s exported a selection of %(workspace)s")


def _brought(entry: AuditEntry) -> str:
    """Return that objects were taken to another workspace, which is not named: not all may know it."""
    if entry.object_name:
        return _("%(who)s took %(name)s to another workspace, to be imported there")
    if isinstance(jobs := entry.detail.get("jobs"), list) and jobs:
        return ngettext(
            "%(who)s took %(number)s job of %(workspace)s to another workspace, to be imported there",
            "%(who)s took %(number)s jobs of %(workspace)s to another workspace, to be imported there",
            len(jobs),
        )
    return _("%(who)s took objects of %(workspace)s to another workspace, to be imported there")


def _exported_again(entry: AuditEntry) -> str:
    if entry.object_name:
        return _("%(who)s took the same package of %(name)s again")
    return _("%(who)s took the same package of %(workspace)s again")


def _export_ended(entry: AuditEntry) -> str:
    if entry.detail.get("complete"):
        return _("%(who)s's export was sent to its end")
    return _("%(who)s's export broke off")


def _refused(entry: AuditEntry) -> str:
    if entry.detail.get("locked"):
        return _("A sign-in as %(who)s was refused: too many wrong passwords")
    return _("A sign-in as %(who)s was refused: wrong name or password")


VERBS: dict[Verb, ActSpec] = {
    Verb.CREATE: ActSpec(What.CHANGED, created_said),
    Verb.UPDATE: ActSpec(What.CHANGED, updated_said),
    Verb.DELETE: ActSpec(What.CHANGED, deleted_said),
    Verb.SUBMIT: ActSpec(
        What.SUBMITTED, _said(gettext_noop("%(who)s submitted %(name)s as version %(version)s"))
    ),
}
OTHERS: dict[Action, tuple[What, str]] = {
    Action.BUCKET_GIVE: (What.FILES, gettext_noop("%(who)s gave the bucket %(name)s to %(workspace)s")),
    Action.BUCKET_TAKE: (What.FILES, gettext_noop("%(who)s took the bucket %(name)s from %(workspace)s")),
    Action.BUCKET_PUT: (What.FILES, gettext_noop("%(who)s wrote %(path)s")),
    Action.BUCKET_GET: (What.FILES, gettext_noop("%(who)s downloaded %(path)s")),
    Action.BUCKET_REMOVE: (What.FILES, gettext_noop("%(who)s removed %(path)s")),
    Action.PROJECT_CREATE: (What.PORTAL, gettext_noop("%(who)s created the project %(name)s")),
    Action.PROJECT_CHANGE: (What.PORTAL, gettext_noop("%(who)s changed the project %(name)s")),
    Action.PROJECT_DELETE: (What.PORTAL, gettext_noop("%(who)s deleted the project %(name)s")),
    Action.WORKSPACE_CREATE: (What.MEMBERS, gettext_noop("%(who)s created the workspace %(name)s")),
    Action.WORKSPACE_CHANGE: (What.MEMBERS, gettext_noop("%(who)s changed the workspace %(name)s")),
    Action.WORKSPACE_DELETE: (What.MEMBERS, gettext_noop("%(who)s deleted the workspace %(name)s")),
    Action.MEMBERSHIP_SET: (
        What.MEMBERS,
        gettext_noop("%(who)s gave %(user)s the role %(role)s in %(workspace)s"),
    ),
    Action.MEMBERSHIP_REMOVE: (
        What.MEMBERS,
        gettext_noop("%(who)s removed %(user)s from %(workspace)s"),
    ),
    Action.USER_CREATE: (What.PORTAL, gettext_noop("%(who)s created the person %(name)s")),
    Action.USER_CHANGE: (What.PORTAL, gettext_noop("%(who)s changed the person %(name)s")),
    Action.PASSWORD_CHANGE: (What.PORTAL, gettext_noop("%(who)s changed the password of %(name)s")),
    Action.ACCESS_KEY_CREATE: (
        What.KEYS,
        gettext_noop("%(who)s created the access key %(name)s for %(user)s"),
    ),
    Action.ACCESS_KEY_REVOKE: (
        What.KEYS,
        gettext_noop("%(who)s revoked the access key %(name)s of %(user)s"),
    ),
    Action.SIGN_IN: (What.SIGN_INS, gettext_noop("%(who)s signed in")),
    Action.SIGN_OUT: (What.SIGN_INS, gettext_noop("%(who)s signed out")),
    Action.TOKEN_ISSUE: (What.KEYS, gettext_noop("%(who)s got a token for the API")),
    Action.TOKEN_REFUSE: (What.KEYS, gettext_noop("A token for %(who)s was refused: wrong name or password")),
    Action.TOKEN_REVOKE: (What.KEYS, gettext_noop("%(who)s ended a token of %(name)s")),
}


MANY: dict[Action, ActSpec] = {
    Action.OBJECTS_SUBMIT: ActSpec(What.SUBMITTED, many_said),
    Action.OBJECTS_TAG: ActSpec(What.CHANGED, many_said),
    Action.OBJECTS_MOVE: ActSpec(What.CHANGED, many_said),
    Action.OBJECTS_DELETE: ActSpec(What.CHANGED, many_said),
    Action.OBJECTS_FAIL: ActSpec(What.CHANGED, many_failed),
}
ACTS: dict[Action, ActSpec] = (
    {object_action(kind, verb): VERBS[verb] for kind, verb in product(Kind, Verb)}
    | {action: ActSpec(what, _said(text)) for action, (what, text) in OTHERS.items()}
    | {action: ActSpec(What.IMPORTED, _said(text)) for action, text in IMPORTS.items()}
    | {action: ActSpec(What.MEMBERS, second_said) for action in SECOND_PERSON}
    | MANY
    | {
        Action.PLAN_MAKE: ActSpec(What.IMPORTED, plan_made),
        Action.PLAN_CHANGE: ActSpec(What.IMPORTED, plan_changed),
        Action.RENAME_FOLLOW: ActSpec(What.CHANGED, _followed),
        Action.UNDO: ActSpec(What.IMPORTED, undo_said),
        Action.EXPORT: ActSpec(What.EXPORTED, _exported),
        Action.EXPORT_END: ActSpec(What.EXPORTED, _export_ended),
        Action.SIGN_IN_REFUSE: ActSpec(What.SIGN_INS, _refused),
    }
)
"""Every action of the record."""
