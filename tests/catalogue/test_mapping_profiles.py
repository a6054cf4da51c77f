"""Mapping profiles are kept by name, recorded, and out of the reach of strangers."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.mapping_profiles import (
    ProfileMissing,
    profile_delete,
    profile_get,
    profile_save,
    profiles_of,
)
from dlfportal.errors import BadRequest, Forbidden, NotFound
from dlfportal.formats.mapping import MapKind

pytestmark = pytest.mark.django_db

NAMES = {(MapKind.CONNECTION, "hive_dev"): "hive_prod"}


def by(user: User) -> Actor:
    return Actor(user, Channel.WEB)


def test_a_profile_is_kept_replaced_and_deleted(workspace: Workspace, developer: User) -> None:
    actor = by(developer)
    profile_save(actor=actor, workspace=workspace, name=" dev to prod ", mapping=NAMES)
    other = {(MapKind.OWNER, "li.na"): "ops"}
    profile_save(actor=actor, workspace=workspace, name="dev to prod", mapping=other)
    assert [one.name for one in profiles_of(actor=actor, workspace=workspace)] == ["dev to prod"]
    kept = profile_get(actor=actor, workspace=workspace, name="dev to prod")
    assert (kept.mapping, kept.updated_by) == (other, developer.username)
    profile_delete(actor=actor, workspace=workspace, name="dev to prod")
    assert profiles_of(actor=actor, workspace=workspace) == []
    record = AuditEntry.objects.filter(action__startswith="mapping.").order_by("pk")
    assert [(one.action, one.object_name, one.detail["entries"]) for one in record] == [
        ("mapping.save", "dev to prod", 1),
        ("mapping.save", "dev to prod", 1),
        ("mapping.delete", "dev to prod", 1),
    ]


@pytest.mark.parametrize("name", ["", "  ", "a" * 129, "a\x00b", "a\nb", "\ud800"])
def test_a_name_that_is_none_is_refused(workspace: Workspace, developer: User, name: str) -> None:
    with pytest.raises(BadRequest):
        profile_save(actor=by(developer), workspace=workspace, name=name, mapping=NAMES)
    with pytest.raises(ProfileMissing):
        profile_get(actor=by(developer), workspace=workspace, name=name)


def test_a_profile_without_names_is_refused(workspace: Workspace, developer: User) -> None:
    with pytest.raises(BadRequest):
        profile_save(actor=by(developer), workspace=workspace, name="none", mapping={})


def test_viewers_read_and_strangers_see_nothing(
    workspace: Workspace, developer: User, viewer: User, stranger: User
) -> None:
    profile_save(actor=by(developer), workspace=workspace, name="p", mapping=NAMES)
    assert profile_get(actor=by(viewer), workspace=workspace, name="p").mapping == NAMES
    with pytest.raises(Forbidden):
        profile_save(actor=by(viewer), workspace=workspace, name="p", mapping=NAMES)
    with pytest.raises(Forbidden):
        profile_delete(actor=by(viewer), workspace=workspace, name="p")
    for ask in (profile_get, profile_delete):
        with pytest.raises(NotFound):
            ask(actor=by(stranger), workspace=workspace, name="p")
    with pytest.raises(NotFound):
        profiles_of(actor=by(stranger), workspace=workspace)
