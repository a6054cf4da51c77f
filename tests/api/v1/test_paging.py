from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import JobFactory, ResourceFactory, ScriptFactory

LISTS = [("jobs", JobFactory), ("scripts", ScriptFactory), ("resources", ResourceFactory)]


@pytest.mark.parametrize(("kind", "factory"), LISTS)
def test_offset_counts_pages_from_zero(workspace: Workspace, view: Wire, kind: str, factory: type) -> None:
    for number in reversed(range(25)):
        factory(workspace=workspace, name=f"n{number:02}")

    def page(**query: object) -> list[str]:
        answer = shown(view.get(kind, **query))
        assert answer["total"] == 25
        return [row["name"] for row in answer[kind]]

    assert page() == [f"n{number:02}" for number in range(10)]
    assert page(limit=10, offset=0) == page()
    assert page(limit=10, offset=2) == [f"n{number:02}" for number in range(20, 25)]
    assert page(limit=7, offset=1) == [f"n{number:02}" for number in range(7, 14)]
    assert page(limit=100) == [f"n{number:02}" for number in range(25)]
    assert page(limit=25, offset=1) == page(offset=100) == page(offset=10**30) == []


WRONG = ["0", "1001", "-1", "ten", "1.5", " 5", "+5", "１０", "1_0", "0x5", "null", "9" * 2000]


@pytest.mark.parametrize("kind", ["jobs", "scripts", "resources"])
@pytest.mark.parametrize("wrong", WRONG)
def test_limit_out_of_range_or_no_number(workspace: Workspace, view: Wire, kind: str, wrong: str) -> None:
    highest = 1000 if kind == "jobs" else 100
    message = f"The request parameter is invalid. limit must be a whole number from 1 to {highest}."
    refused(view.get(kind, limit=wrong), "DLF.3051", message)


@pytest.mark.parametrize("kind", ["jobs", "scripts", "resources"])
@pytest.mark.parametrize("wrong", ["-1", "one", "1.5", "1e2"])
def test_offset_out_of_range_or_no_number(workspace: Workspace, view: Wire, kind: str, wrong: str) -> None:
    refused(view.get(kind, offset=wrong), "DLF.3051")


def test_jobs_come_a_thousand_at_a_time_and_the_others_a_hundred(workspace: Workspace, view: Wire) -> None:
    """A row of a list of scripts has the whole content."""
    JobFactory(workspace=workspace, name="only")
    assert [row["name"] for row in shown(view.get("jobs", limit=1000))["jobs"]] == ["only"]
    for kind in ("scripts", "resources"):
        refused(view.get(kind, limit=101), "DLF.3051")


@pytest.mark.parametrize(("kind", "factory"), LISTS)
def test_a_parameter_without_a_value_is_absent(
    workspace: Workspace, view: Wire, kind: str, factory: type
) -> None:
    """Clients that build an address from a form send every field."""
    factory(workspace=workspace, name="n")
    name = f"{kind[:-1]}Name"
    answer = shown(view.get(kind, limit="", offset="", jobType="", tags="", version="", **{name: ""}))
    assert (answer["total"], len(answer[kind])) == (1, 1)
