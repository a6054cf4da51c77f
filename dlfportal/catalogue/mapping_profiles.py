"""Mapping profiles: what names of other places are called in a workspace, kept under names of their own."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.models import MappingProfile
from dlfportal.errors import BadRequest, Conflict, NotFound, gettext_noop
from dlfportal.formats.mapping import NameMap, mapping_write

LONGEST_NAME = 128
PROFILES_AT_MOST = 200


class ProfileMissing(NotFound):
    """The workspace has no mapping profile of this name."""


class TooManyProfiles(Conflict):
    """The workspace keeps as many profiles as it can."""


def profiles_of(*, actor: Actor, workspace: Workspace) -> list[MappingProfile]:
    """Return the profiles of a workspace, by name. Raises NotFound (policy)."""
    policy.require(actor.user, workspace, Right.VIEW)
    return list(MappingProfile.objects.filter(workspace=workspace))


def profile_get(*, actor: Actor, workspace: Workspace, name: str) -> MappingProfile:
    """Return a profile of a workspace by its name. Raises NotFound (policy) or ProfileMissing."""
    policy.require(actor.user, workspace, Right.VIEW)
    return _get(workspace, name)


def profile_save(*, actor: Actor, workspace: Workspace, name: str, mapping: NameMap) -> MappingProfile:
    """Keep a mapping under a name, instead of what was kept under it, and return its profile.

    Raises NotFound or Forbidden (policy), BadRequest for a name that is none or no entries, or
    TooManyProfiles.
    """
    policy.require(actor.user, workspace, Right.EDIT)
    name = _checked(name)
    if not mapping:
        raise BadRequest(gettext_noop("A mapping profile needs at least one name that is mapped."))
    with transaction.atomic():
        others = MappingProfile.objects.filter(workspace=workspace).exclude(name=name)
        if others.count() >= PROFILES_AT_MOST:
            raise TooManyProfiles(
                gettext_noop("This workspace keeps %(count)s mapping profiles, and no more: delete one."),
                count=PROFILES_AT_MOST,
            )
        entries = mapping_write(mapping)
        stamps = {"updated_at": timezone.now(), "updated_by": actor.user.get_username()}
        profile, _made = MappingProfile.objects.update_or_create(
            workspace=workspace, name=name, defaults={"entries": entries, **stamps}
        )
        _record(actor, Action.MAPPING_SAVE, profile)
    return profile


def profile_delete(*, actor: Actor, workspace: Workspace, name: str) -> None:
    """Delete a profile; plans that were made with it keep its names.

    Raises NotFound or Forbidden (policy), or ProfileMissing.
    """
    policy.require(actor.user, workspace, Right.EDIT)
    with transaction.atomic():
        profile = _get(workspace, name)
        _record(actor, Action.MAPPING_DELETE, profile)
        profile.delete()


def _get(workspace: Workspace, name: str) -> MappingProfile:
    found = MappingProfile.objects.filter(workspace=workspace, name=name) if name.isprintable() else None
    if found is None or (profile := found.first()) is None:
        raise ProfileMissing(
            gettext_noop("The workspace has no mapping profile %(name)s (any more)."),
            name=name if name.isprintable() else ascii(name),
        )
    return profile


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadRequest(
            gettext_noop("The name of a mapping profile has 1 to %(most)s printable characters."),
            most=LONGEST_NAME,
        )
    return name


def _record(actor: Actor, action: Action, profile: MappingProfile) -> None:
    audit_record(
        actor=actor,
        action=action,
        workspace_id=profile.workspace.pk,
        workspace_name=profile.workspace.name,
        object_name=profile.name,
        detail={"entries": len(profile.entries), "mapping": profile.entries},
    )
