"""Whatever two workspaces hold: a comparison with itself is empty, and both ways round say the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Workspace
from dlfportal.catalogue.comparing.pairs import Outcome, Pair
from dlfportal.catalogue.comparing.reading import readings_of
from dlfportal.catalogue.mapping_profiles import profile_save
from dlfportal.formats.mapping import MapKind
from dlfportal.transfer.comparing.comparison import Comparison, comparison_read
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from tests.factories import WorkspaceFactory, node, operator
from tests.importing import delete_all, imported, job, package, script

pytestmark = pytest.mark.django_db

MIRROR = {Outcome.HERE: Outcome.THERE, Outcome.THERE: Outcome.HERE}
PROFILE = "dev to prod"
SIDES = st.lists(
    st.tuples(
        st.sampled_from(["script", "job", "cdm"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["dev", "prod", "other"]),
        st.integers(0, 2),
    ),
    max_size=5,
    unique_by=lambda one: one[:2],
)


def entry(kind: str, name: str, connection: str, content: int) -> tuple[str, dict[str, Any]]:
    """Return an object as an entry of a package: other names, texts, folders, and places on the canvas."""
    if kind == "script":
        text = f"SELECT {content};\n"
        return f"scripts/{name}.script", script(
            name, text, connectionName=connection, directory=f"/{content}"
        )
    if kind == "cdm":
        links = {"from-link-name": connection, "to-link-name": str(content)}
        return f"cdms/cdm-{connection}/{name}.json", {"jobs": [{"name": name, **links}]}
    placed = node("n", connectionName=connection, scriptName="a") | {
        "location": {"x": str(content), "y": "0"}
    }
    return f"jobs/{name}.job", job(name, nodes=[placed], description="x" * (content // 2))


def put(workspace: Workspace, objects: list[tuple[str, str, str, int]]) -> None:
    delete_all(workspace)
    entries = dict(entry(*one) for one in objects)
    for path, document in entries.items():
        status = TargetStatus.SUBMITTED if "/b." in path else TargetStatus.SAVED
        imported(workspace, package({path: document}), ImportOptions(Policy.OVERWRITE, target_status=status))


def seen(comparison: Comparison) -> dict[tuple[Outcome, str, str], int]:
    """Return outcome and names of each pair on both sides -> in how many fields it differs."""
    pairs = comparison.paired()
    readings = readings_of([*pairs.unlike, *pairs.same], comparison.view)
    assert readings.unread == 0
    told = readings.told(pairs)
    assert len(told.unlike) + len(told.same) == len(pairs.unlike) + len(pairs.same)
    return {
        (pair.outcome, label(pair, "here"), label(pair, "there")): known.fields
        if (known := readings.known.get(pair.contents))
        else 0
        for pair in (*told.unlike, *told.same)
    }


def label(pair: Pair, side: str) -> str:
    row = getattr(pair, side)
    return f"{row.kind} {row.cluster}/{row.name} {row.content}" if row else ""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(here=SIDES, there=SIDES, is_mapped=st.booleans(), state=st.sampled_from(["", "@submitted"]))
def test_a_comparison_is_symmetric_and_with_itself_empty(
    workspace: Workspace,
    here: list[tuple[str, str, str, int]],
    there: list[tuple[str, str, str, int]],
    is_mapped: bool,
    state: str,
) -> None:
    other = Workspace.objects.filter(name="other").first() or WorkspaceFactory(name="other")
    put(workspace, here)
    put(other, there)
    mapping = {(MapKind.CONNECTION, "dev"): "prod", (MapKind.CLUSTER, "cdm-dev"): "cdm-prod"}
    actor = operator()
    profile_save(actor=actor, workspace=other, name=PROFILE, mapping=mapping)
    one, two = f"{workspace.pk}{state}", f"{other.pk}{state}"

    compared = seen(comparison_read(actor, one, two, f"there:{PROFILE}" if is_mapped else ""))
    mirrored = seen(comparison_read(actor, two, one, f"here:{PROFILE}" if is_mapped else ""))
    assert compared == {
        (MIRROR.get(outcome, outcome), left, right): fields
        for (outcome, right, left), fields in mirrored.items()
    }
    for text, objects in ((one, here), (two, there)):
        itself = comparison_read(actor, text, text).paired()
        assert itself.unlike == []
        assert {pair.outcome for pair in itself.same} <= {Outcome.SAME}
        standing = [name for _kind, name, *_ in objects if not state or name == "b"]
        assert len(itself.same) == len(standing)
