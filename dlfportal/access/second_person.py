"""What needs a second person in a workspace: imports, or edits too. Changing that needs one as well.

The policy refuses the edits: see `policy.EditsProposed`.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import Covered, Role, SecondPerson, Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.errors import Conflict, Forbidden, gettext_noop


class SettingMoved(Conflict):
    """The setting, or what was asked of it, is not what the person saw; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            gettext_noop("Somebody changed the settings meanwhile. Nothing was done: look at them again.")
        )


class SameAdmin(Forbidden):
    """The person who asked for a change cannot confirm it."""


def imports_need_second(workspace: Workspace) -> bool:
    """Return whether an import of the workspace is proposed by one person and applied by another."""
    return SecondPerson.objects.filter(workspace=workspace.pk, imports=True).exists()


def setting_of(user: User | AnonymousUser, workspace: Workspace) -> SecondPerson:
    """Return the setting of a workspace and what was asked of it. Raises NotFound for strangers."""
    policy.require(user, workspace, Right.VIEW)
    return _setting(workspace)


def other_admins(user: User | AnonymousUser, workspace: Workspace) -> list[str]:
    """Return the names of those who can confirm what `user` asks for: other admins, and superusers.

    Raises NotFound or Forbidden.
    """
    policy.require(user, workspace, Right.MANAGE)
    can = Q(memberships__workspace=workspace, memberships__role=Role.ADMIN) | Q(is_superuser=True)
    people = User.objects.filter(can, is_active=True).exclude(username=user.get_username()).distinct()
    return list(people.order_by("username").values_list("username", flat=True)[:10])


def moves_along(found: SecondPerson, setting: Covered, wanted: bool) -> bool:
    """Return whether a change of one setting is a change of both: edits need a second person only where
    imports do.
    """
    imports, edits = _after(found, setting, wanted)
    return imports != found.imports and edits != found.edits


def change_ask(*, actor: Actor, workspace: Workspace, setting: Covered, wanted: bool) -> None:
    """Ask for a change of a setting, which another admin confirms.

    Raises NotFound, Forbidden, or SettingMoved when it is so already or a change was asked for.
    """
    policy.require(actor.user, workspace, Right.MANAGE)
    with transaction.atomic():
        found = _locked(workspace)
        if found.wanted is not None or _after(found, setting, wanted) == (found.imports, found.edits):
            raise SettingMoved
        found.setting, found.wanted = setting, wanted
        found.asked_by, found.asked_at = actor.user, timezone.now()
        found.asked_name = actor.user.get_username()
        found.save()
        _record(actor, Action.SECOND_PERSON_ASK, found)


def change_confirm(*, actor: Actor, workspace: Workspace, setting: Covered, wanted: bool) -> None:
    """Set what another admin asked for.

    Raises NotFound, Forbidden, SameAdmin, or SettingMoved when this is not asked for (any more), or by
    somebody who may not ask for it any more.
    """
    policy.require(actor.user, workspace, Right.MANAGE)
    with transaction.atomic():
        found = _locked(workspace)
        if found.wanted is not wanted or found.setting != setting:
            raise SettingMoved
        if found.asked_by_id == actor.user.pk:
            raise SameAdmin(gettext_noop("You asked for this change, so another admin has to confirm it."))
        if found.asked_by is None or Right.MANAGE not in policy.rights_in(found.asked_by, workspace):
            raise Conflict(
                gettext_noop(
                    "%(name)s, who asked for this change, is no admin here any more. Withdraw it, and ask "
                    "for it yourself."
                ),
                name=found.asked_name,
            )
        _record(actor, Action.SECOND_PERSON_SET, found, asked_by=found.asked_name)
        found.imports, found.edits = _after(found, setting, wanted)
        _clear(found)


def change_withdraw(*, actor: Actor, workspace: Workspace) -> None:
    """Take back the change that was asked for: any admin may. Raises NotFound, Forbidden, SettingMoved."""
    policy.require(actor.user, workspace, Right.MANAGE)
    with transaction.atomic():
        found = _locked(workspace)
        if found.wanted is None:
            raise SettingMoved
        _record(actor, Action.SECOND_PERSON_WITHDRAW, found)
        _clear(found)


def _setting(workspace: Workspace) -> SecondPerson:
    found = SecondPerson.objects.filter(workspace=workspace.pk).first()
    return found or SecondPerson(workspace=workspace)


def _locked(workspace: Workspace) -> SecondPerson:
    SecondPerson.objects.get_or_create(workspace=workspace)
    rows = SecondPerson.objects.select_for_update(of=("self",)).select_related("workspace", "asked_by")
    found: SecondPerson = rows.get(workspace=workspace.pk)
    return found


def _after(found: SecondPerson, setting: Covered, wanted: bool) -> tuple[bool, bool]:
    """Return whether imports, and edits, need a second person after a change."""
    if setting is Covered.EDITS:
        return found.imports or wanted, wanted
    return wanted, found.edits and wanted


def _clear(found: SecondPerson) -> None:
    found.wanted, found.asked_by, found.asked_name, found.asked_at = None, None, "", None
    found.save()


def _record(actor: Actor, action: Action, found: SecondPerson, **detail: str) -> None:
    """Record an act on the change that is asked for, before it is made."""
    setting, wanted = Covered(found.setting), bool(found.wanted)
    both = {"both": "yes"} if moves_along(found, setting, wanted) else {}
    audit_record(
        actor=actor,
        action=action,
        workspace_id=found.workspace.pk,
        workspace_name=found.workspace.name,
        detail={"setting": str(setting), "wanted": "on" if wanted else "off", **both, **detail},
    )
