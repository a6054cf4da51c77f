"""Two sides in pairs: the join itself, and what a workspace holds now, submitted, and at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.access.models import Workspace
from dlfportal.catalogue.comparing.pairs import Outcome, Pair, Paired, paired
from dlfportal.catalogue.comparing.sides import Identity, Row, WorkspaceSide, moment_read, side_of
from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.errors import BadRequest
from dlfportal.formats.kinds import Kind
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, WorkspaceFactory, operator
from tests.queries import count_queries

KINDS = st.sampled_from([kind.value for kind in Kind])
ROWS = st.builds(
    Row,
    kind=KINDS,
    cluster=st.sampled_from(["", "c"]),
    name=st.sampled_from("abcdef"),
    content=st.integers(1, 6),
    revision=st.none(),
    number=st.none(),
    directory=st.just("/"),
    key=st.integers(0, 3),
    deleted_at=st.none(),
)
SIDES = st.lists(ROWS, max_size=12, unique_by=lambda row: (row.kind, row.cluster, row.name))
MIRROR = {Outcome.HERE: Outcome.THERE, Outcome.THERE: Outcome.HERE}


def found(pairs: Paired) -> set[Pair]:
    return {*pairs.unlike, *pairs.same}


@given(SIDES)
def test_a_side_and_itself_are_the_same(rows: list[Row]) -> None:
    compared = paired(rows, rows)
    assert compared.unlike == []
    assert len(compared.same) == len(rows)


@given(SIDES, SIDES)
def test_a_comparison_is_symmetric_and_complete(here: list[Row], there: list[Row]) -> None:
    compared, mirrored = paired(here, there), paired(there, here)
    turned = {Pair(MIRROR.get(pair.outcome, pair.outcome), pair.there, pair.here) for pair in found(mirrored)}
    assert found(compared) == turned
    for rows, side in ((here, "here"), (there, "there")):
        shown = [row for pair in found(compared) if (row := getattr(pair, side))]
        assert sorted(shown) == sorted(rows)
    for pair in compared.same:
        assert pair.here and pair.there and pair.here.content == pair.there.content


@given(SIDES, SIDES)
def test_renamed_is_only_what_is_alone_in_doing_the_same(here: list[Row], there: list[Row]) -> None:
    for pair in paired(here, there).unlike:
        if pair.outcome is Outcome.RENAMED:
            assert pair.here and pair.there
            assert pair.here.key == pair.there.key != 0
            assert pair.here.kind == pair.there.kind
            assert pair.here.identity != pair.there.identity


def test_clusters_of_the_two_sides_may_have_other_names() -> None:
    here = Row("cdm_job", "dev", "copy", 1, None, None, "/", 0, None)
    there = here._replace(cluster="prod")
    assert [pair.outcome for pair in paired([here], [there], ({"dev": "prod"}, {})).same] == [Outcome.SAME]
    assert {pair.outcome for pair in paired([here], [there]).unlike} == {Outcome.HERE, Outcome.THERE}


def names(side: WorkspaceSide) -> dict[str, int | None]:
    return {row.label: row.number for row in side.rows()}


def test_a_workspace_as_it_is_as_it_is_submitted_and_as_it_was(workspace: Workspace) -> None:
    script = ScriptFactory(workspace=workspace, name="a", directory="/ods")
    version_submit(actor=operator(), target=script)
    gone = JobFactory(workspace=workspace, name="gone")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    before = timezone.now()
    object_update(actor=operator(), target=script, document={"name": "b", "type": "DLISQL", "content": "2"})
    object_delete(actor=operator(), target=gone)
    ScriptFactory(workspace=workspace, name="new")
    assert names(side_of(workspace, "")) == {"b": 2, "new": 1, "cdm-1/copy": 1}
    assert names(side_of(workspace, "submitted")) == {"a": 1}
    assert names(WorkspaceSide(workspace, moment=before)) == {"a": 1, "gone": 1, "cdm-1/copy": 1}
    assert names(WorkspaceSide(workspace, moment=timezone.now())) == names(side_of(workspace, ""))
    assert names(WorkspaceSide(workspace, moment=before - timedelta(days=1))) == {}


def test_each_side_is_one_query_and_finds_the_same_one_by_one(workspace: Workspace) -> None:
    script = ScriptFactory(workspace=workspace, name="a")
    version_submit(actor=operator(), target=script)
    ScriptFactory(workspace=WorkspaceFactory(), name="elsewhere")
    for state in ("", "submitted", timezone.now().isoformat()):
        side = side_of(workspace, state)
        assert count_queries(lambda side=side: list(side.rows())) == 1
        [row] = side.rows()
        assert side.find(Identity("script", "", "a")) == row
        assert row.revision == Revision.objects.get(object=script).pk
        assert side.find(Identity("script", "", "elsewhere")) is None
        assert side.find(Identity("job", "", "a")) is None


def test_the_same_under_another_name_is_known_of_newest_states_alone(workspace: Workspace) -> None:
    other = WorkspaceFactory()
    here = ScriptFactory(workspace=workspace, name="old", content="SELECT 1")
    ScriptFactory(workspace=other, name="new", content="SELECT 1")
    object_update(
        actor=operator(), target=here, document={"name": "old", "type": "DLISQL", "content": "SELECT 1"}
    )
    pairs = paired(side_of(workspace, "").rows(), side_of(other, "").rows()).unlike
    assert [(pair.outcome, pair.one.name) for pair in pairs] == [(Outcome.RENAMED, "old")]


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-11-26",
        "2026-11-26T11:16",
        "2026-13-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "\0",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="no moment"):
        moment_read(text)


def test_a_moment_is_the_same_in_all_zones() -> None:
    assert moment_read("2026-11-26T19:16:00+08:00") == datetime(2026, 11, 26, 11, 16, tzinfo=UTC)


def test_what_was_deleted_and_made_again_is_absent_in_between(workspace: Workspace) -> None:
    script = ScriptFactory(workspace=workspace, name="a")
    first = timezone.now()
    object_delete(actor=operator(), target=script)
    between = timezone.now()
    ScriptFactory(workspace=workspace, name="a")
    assert names(WorkspaceSide(workspace, moment=first)) == {"a": 1}
    assert names(WorkspaceSide(workspace, moment=between)) == {}
    assert names(WorkspaceSide(workspace, moment=timezone.now())) == {"a": 2}
