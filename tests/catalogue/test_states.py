"""Where objects stand between revisions and versions: the column, what is counted, and how few are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue import lists, selectors
from dlfportal.catalogue.counts import count_of
from dlfportal.catalogue.index import State
from dlfportal.catalogue.lists import Listed, Row, list_open
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.recount import recount
from dlfportal.catalogue.selectors import ListFilter, object_get
from dlfportal.catalogue.services import (
    object_create,
    object_delete,
    object_update,
    revision_restore,
    version_submit,
)
from dlfportal.db.keyset import Order
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import cdm_job, job, resource, script
from tests.catalogue.test_write_parity import Document, write_together
from tests.plans import assert_walks

DOCUMENTS: dict[Kind, Callable[..., dict[str, Any]]] = {
    Kind.JOB: job,
    Kind.SCRIPT: script,
    Kind.RESOURCE: resource,
    Kind.CDM_JOB: lambda directory: cdm_job(**{"creation-user": directory}),
}
BY_NAME, BY_TIME = Order(("name", "cluster")), Order(("-updated_at", "name", "cluster"))


def stands(workspace: Workspace, kind: Kind) -> dict[str, int]:
    """Return the counts of the states, which are right, as the column is; 0 is left out."""
    assert list(recount([workspace])) == []
    counts = {state.value: count_of(workspace, kind, ListFilter(state=state)) or 0 for state in State}
    return {state: count for state, count in counts.items() if count}


@pytest.mark.parametrize("kind", list(Kind))
def test_the_state_follows_every_write_alone_and_together(
    actor: Actor, workspace: Workspace, kind: Kind
) -> None:
    cluster = "cdm-1" if kind is Kind.CDM_JOB else ""
    first, second = DOCUMENTS[kind](directory="/a"), DOCUMENTS[kind](directory="/b")
    target = object_create(
        actor=actor, workspace=workspace, kind=kind, document=first, cluster=cluster
    ).object
    assert stands(workspace, kind) == {"draft": 1}
    version_submit(actor=actor, target=target)
    assert stands(workspace, kind) == {"submitted": 1}
    object_update(actor=actor, target=target, document=first)  # equal: no revision
    assert stands(workspace, kind) == {"submitted": 1}
    object_update(actor=actor, target=target, document=second)
    assert stands(workspace, kind) == {"changed": 1}
    revision_restore(actor=actor, target=target, number=1)  # what was submitted, as another revision
    assert stands(workspace, kind) == {"changed": 1}
    write_together(workspace, [Document(kind, cluster, first)], submit=True)
    assert stands(workspace, kind) == {"submitted": 1}
    write_together(workspace, [Document(kind, cluster, first)], submit=False)
    assert stands(workspace, kind) == {"submitted": 1}
    write_together(workspace, [Document(kind, cluster, second)], submit=False)
    assert stands(workspace, kind) == {"changed": 1}
    object_delete(actor=actor, target=target)
    assert stands(workspace, kind) == {}
    assert CatalogueObject.objects.get().state == State.DRAFT
    write_together(workspace, [Document(kind, cluster, second)], submit=False)
    assert stands(workspace, kind) == {"draft": 1}
    object_delete(actor=actor, target=target)
    object_create(actor=actor, workspace=workspace, kind=kind, document=second, cluster=cluster, submit=True)
    assert stands(workspace, kind) == {"submitted": 1}


@pytest.mark.parametrize("order", [BY_NAME, BY_TIME])
def test_few_in_a_state_are_found_by_its_index_in_any_order(
    actor: Actor, workspace: Workspace, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (lists, selectors):
        monkeypatch.setattr(module, "GATHERED", 1)
    names = ["rare", "common_1", "common_2"]
    write_together(workspace, [Document(Kind.SCRIPT, "", script(name)) for name in names], submit=False)
    version_submit(actor=actor, target=object_get(workspace, Kind.SCRIPT, "rare"))

    def listed(state: str) -> Listed:
        return list_open(workspace, Kind.SCRIPT, ListFilter(state=state), order)

    rare, common = listed("submitted"), listed("draft")
    assert [row.name for row in map(Row._make, rare.rows(order, 9))] == ["rare"]
    assert (str(rare.total), str(common.total)) == ("1", "2")
    if order is BY_NAME:
        assert_walks(rare.objects.order_by(*order.fields), "object_state")
    else:  # gathered by their ids; many come by the index of the order
        plan = rare.objects.explain()  # of so few rows PostgreSQL may read any index, and asks for the ids
        assert "object_state" not in plan if connection.vendor == "sqlite" else "id = ANY" in plan
        assert_walks(common.objects.order_by(*order.fields), "object_updated_at")
