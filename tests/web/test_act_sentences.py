"""The record in words: each action has its sentence, in the language of the reader, and nothing is markup."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from dlfportal.access.models import Workspace
from dlfportal.access.services import membership_set
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_delete, object_update, revision_restore, version_submit
from dlfportal.web.acts import ACTS, What, act_of, actions_of
from tests.factories import ScriptFactory


def entry(action: str = Action.JOB_UPDATE, **values: Any) -> AuditEntry:
    given = {"user_name": "dev", "workspace_id": "a" * 32, "kind": "job", "object_name": "load"}
    return AuditEntry(action=action, **{**given, "detail": {}, **values})


def test_every_action_has_a_sentence() -> None:
    assert set(ACTS) == set(Action)


@pytest.mark.parametrize("action", [*Action, "something.older"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_entry_without_details_can_be_read(action: str, language: str) -> None:
    with translation.override(language):
        act = act_of(entry(action))
    assert "dev" in act.text
    assert "%(" not in act.text


def test_what_is_done_with_an_object_is_told_from_what_the_services_record(
    workspace: Workspace, developer: User
) -> None:
    dev = Actor(developer, Channel.WEB)
    script = ScriptFactory(workspace=workspace, name="load", actor=dev)
    document = document_of(script.revision)
    script = object_update(
        actor=dev, target=script, document=document | {"content": "2"}, reason="as told"
    ).object
    script = object_update(actor=dev, target=script, document=document | {"name": "load_2"}).object
    script = object_update(
        actor=dev, target=script, document=document | {"name": "load_2", "content": "3"}
    ).object
    revision_restore(actor=dev, target=script, number=3)
    version_submit(actor=dev, target=script, comment="for <b>June</b>")
    object_delete(actor=dev, target=script)
    acts = [act_of(found) for found in AuditEntry.objects.filter(kind="script").order_by("id")]
    assert [act.line for act in acts] == [
        "developer created the script load",
        "developer changed load (revision 2) · “as told”",
        "developer renamed load to load_2 (revision 3)",
        "developer changed load_2 (revision 4)",
        "developer restored load_2 to revision 3 (now 5)",
        "developer submitted load_2 as version 1 · “for <b>June</b>”",
        "developer deleted the script load_2",
    ]
    assert f'href="/w/{workspace.pk}/scripts/load_2/"' in acts[4].html
    assert "href" not in acts[-1].html


def test_members_are_named_with_their_role_in_the_readers_language(
    workspace: Workspace, workspace_admin: User, viewer: User
) -> None:
    membership_set(
        actor=Actor(workspace_admin, Channel.WEB), workspace=workspace, user=viewer, role="developer"
    )
    found = AuditEntry.objects.get(action=Action.MEMBERSHIP_SET)
    assert act_of(found).text == "workspace_admin gave viewer the role developer in default"
    with translation.override("zh-hans"):
        assert "developer" not in act_of(found).text


def test_an_import_says_what_came_of_it() -> None:
    detail = {
        "source": "odd.zip",
        "counts": {"new": 1061, "changed": 3, "same": 0, "skipped": 0, "invalid": 0},
    }
    act = act_of(entry(Action.IMPORT, object_name="", kind="", detail=detail | {"digest": "f" * 64}))
    assert act.line == "dev imported odd.zip: 1,061 new, 3 changed · digest ffffffffffff"
    assert (
        act_of(entry(Action.IMPORT, detail=detail | {"counts": {}})).text == "dev imported odd.zip: nothing"
    )


def test_names_are_never_markup() -> None:
    act = act_of(entry(user_name="<i>", object_name="<b>&", detail={"revision": 2}))
    assert "<i>" not in act.html
    assert "&lt;b&gt;&amp;" in act.html
    assert act.text == "<i> changed <b>& (revision 2)"


def test_a_kind_has_the_actions_with_its_objects_alone() -> None:
    assert actions_of([What.SUBMITTED], "job") == [Action.JOB_SUBMIT]
    assert actions_of([What.EXPORTED], "job") == []
    assert set(actions_of([])) == set(Action)
