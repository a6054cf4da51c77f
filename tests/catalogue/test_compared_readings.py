"""What the documents of pairs say: under a mapping, kept by their contents, and forgotten again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.comparing import reading
from dlfportal.catalogue.comparing.pairs import Outcome, Paired, paired
from dlfportal.catalogue.comparing.reading import (
    View,
    changed_alike,
    readings_forget,
    readings_keep,
    readings_of,
)
from dlfportal.catalogue.comparing.sides import side_of
from dlfportal.catalogue.models import ComparedPair
from dlfportal.formats.mapping import MapKind
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, WorkspaceFactory, node
from tests.queries import count_queries

MAPPING = {(MapKind.CONNECTION, "dev"): "prod", (MapKind.CLUSTER, "cdm-dev"): "cdm-prod"}
TO_THERE, TO_HERE = (
    View(MAPPING),
    View({(kind, new): old for (kind, old), new in MAPPING.items()}, of_here=False),
)


@pytest.fixture
def other(workspace: Workspace) -> Workspace:
    made: Workspace = WorkspaceFactory()
    return made


@pytest.fixture
def scene(workspace: Workspace, other: Workspace) -> None:
    for place, connection in ((workspace, "dev"), (other, "prod")):
        ScriptFactory(workspace=place, name="mapped", content="1", connectionName=connection)
        ScriptFactory(workspace=place, name="changed", content=connection, connectionName=connection)
        CdmJobFactory(workspace=place, name="copy", cluster=f"cdm-{connection}", to_link=connection)
        moved = node("a", "Shell") | {"location": {"x": "1" if place == other else "0", "y": "0"}}
        JobFactory(workspace=place, name="moved", nodes=[moved])


def joined(workspace: Workspace, other: Workspace, view: View) -> Paired:
    return paired(side_of(workspace, "").rows(), side_of(other, "").rows(), view.clusters)


def outcomes(pairs: Paired) -> dict[str, str]:
    return {pair.one.name: str(pair.outcome) for pair in (*pairs.unlike, *pairs.same)}


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("view", [TO_THERE, TO_HERE])
def test_what_a_mapping_makes_equal_is_the_same(workspace: Workspace, other: Workspace, view: View) -> None:
    pairs = joined(workspace, other, view)
    told = readings_of(pairs.unlike, view).told(pairs)
    assert outcomes(told) == {"mapped": "mapped", "changed": "differ", "copy": "mapped", "moved": "apart"}
    assert outcomes(readings_of(pairs.unlike, view).told(pairs, is_strict=True))["moved"] == "differ"


@pytest.mark.usefixtures("scene")
def test_without_a_mapping_the_same_change_in_many_is_one(workspace: Workspace, other: Workspace) -> None:
    pairs = joined(workspace, other, View())
    readings = readings_of(pairs.unlike, View())
    assert outcomes(readings.told(pairs))["mapped"] == "differ"
    [(change, count), *_rest] = changed_alike(readings.known.values()).items()
    assert (change.keys, change.before, change.after, count) == (("connectionName",), '"dev"', '"prod"', 2)


@pytest.mark.usefixtures("scene")
def test_many_pairs_are_kept_and_then_known(
    workspace: Workspace, other: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = joined(workspace, other, TO_THERE)
    at_once = readings_of(pairs.unlike, TO_THERE)
    monkeypatch.setattr(reading, "READ_AT_ONCE", 2)
    monkeypatch.setattr(reading, "PAIRS_A_CHUNK", 3)
    assert readings_of(pairs.unlike, TO_THERE).unread == 4
    assert readings_of(pairs.unlike, TO_THERE).told(pairs).unlike == pairs.unlike
    assert list(readings_keep(pairs.unlike, TO_THERE)) == [3, 1]
    assert list(readings_keep(pairs.unlike, TO_THERE)) == []
    kept = readings_of(pairs.unlike, TO_THERE)
    assert (kept.unread, kept.known) == (0, at_once.known)
    assert readings_of(pairs.unlike, View()).unread == 4
    assert count_queries(lambda: readings_of(pairs.unlike, TO_THERE)) == 1


@pytest.mark.usefixtures("scene")
def test_large_documents_are_a_worker_s(
    workspace: Workspace, other: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BYTES_AT_ONCE", 100)
    assert readings_of(joined(workspace, other, View()).unlike, View()).unread


def kept_rows(*ages: int) -> None:
    now = timezone.now()
    facts: dict[str, Any] = {"view": "1 job", "outcome": Outcome.DIFFER, "fields": 1}
    for number, age in enumerate(ages):
        ComparedPair.objects.create(here=number, there=1, read_at=now - timedelta(days=age), **facts)


@pytest.mark.django_db
def test_old_readings_are_forgotten() -> None:
    kept_rows(31, 29, 40)
    readings_forget()
    assert list(ComparedPair.objects.values_list("here", flat=True)) == [1]


@pytest.mark.django_db
def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_KEPT", 2)
    kept_rows(3, 2, 1, 0)
    readings_forget()
    assert sorted(ComparedPair.objects.values_list("here", flat=True)) == [2, 3]
