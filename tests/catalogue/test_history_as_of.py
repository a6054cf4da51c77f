"""The history says exactly what a workspace held at any moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject, Deletion, Revision
from dlfportal.catalogue.selectors import object_get
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import cdm_job, script
from tests.importing import OVERWRITE, imported, pack

State = set[tuple[str, str, str, str]]


def state_then(workspace: Workspace, moment: datetime) -> State:
    """What the workspace held at `moment`, by its revisions and deletions alone."""
    until = Revision.objects.filter(created_at__lte=moment)
    later = until.filter(object=OuterRef("object"), number__gt=OuterRef("number"))
    ended = Deletion.objects.filter(revision=OuterRef("pk"), at__lte=moment)
    rows = until.filter(~Exists(later), ~Exists(ended), object__workspace=workspace)
    return set(rows.values_list("object__kind", "cluster", "name", "content__sha256"))


def state_now(workspace: Workspace) -> State:
    """What the workspace holds, by its objects."""
    rows = CatalogueObject.objects.filter(workspace=workspace, deleted_at=None)
    return set(rows.values_list("kind", "cluster", "name", "revision__content__sha256"))


def test_the_workspace_as_it_was_at_any_moment(actor: Actor, workspace: Workspace) -> None:
    seen: list[tuple[datetime, State]] = [(timezone.now(), state_now(workspace))]

    def create(document: Any, kind: Kind = Kind.SCRIPT, cluster: str = "") -> None:
        object_create(actor=actor, workspace=workspace, kind=kind, document=document, cluster=cluster)

    def update(name: str, document: Any) -> None:
        target = object_get(workspace, Kind.SCRIPT, name)
        object_update(actor=actor, target=target, document=document)

    def move(cluster: str) -> None:
        target = object_get(workspace, Kind.CDM_JOB, "copy")
        object_update(actor=actor, target=target, document=cdm_job(), cluster=cluster)

    def delete(name: str) -> None:
        object_delete(actor=actor, target=object_get(workspace, Kind.SCRIPT, name))

    acts = [
        lambda: create(script("a")),
        lambda: create(script("b")),
        lambda: update("a", script("a", content="2")),
        lambda: update("a", script("c", content="2")),
        lambda: create(script("a")),  # the name that became free
        lambda: delete("a"),
        lambda: create(script("a")),  # revived by an equal document
        lambda: create(cdm_job(), Kind.CDM_JOB, "one"),
        lambda: move("two"),  # without a change of the document
        lambda: delete("b"),
        lambda: imported(workspace, pack(script("b"), script("c", content="9")), OVERWRITE),
        lambda: delete("b"),
        lambda: imported(workspace, pack(script("b"))),  # revived by an import, perhaps equal
    ]
    for act in acts:
        act()
        seen.append((timezone.now(), state_now(workspace)))
    assert len({frozenset(state) for _moment, state in seen}) > 9
    for moment, state in seen:
        assert state_then(workspace, moment) == state


def test_a_move_to_another_cluster_is_a_rename(actor: Actor, workspace: Workspace) -> None:
    target = object_create(
        actor=actor, workspace=workspace, kind=Kind.CDM_JOB, document=cdm_job(), cluster="one"
    ).object
    saved = object_update(actor=actor, target=target, document=cdm_job(), cluster="two")
    assert saved.changed
    rows = saved.object.revisions.order_by("number").values_list("number", "cluster", "origin")
    assert list(rows) == [(1, "one", "edit"), (2, "two", "rename")]
