"""A CDM job's difference: settings by name on each side, and the columns that are copied."""

from __future__ import annotations

from typing import Any

from dlfportal.formats.difference.documents import difference
from dlfportal.formats.difference.model import ABSENT, Difference, Section
from dlfportal.formats.kinds import Kind


def body(source: dict[str, str], target: dict[str, str] | None = None) -> dict[str, Any]:
    """Return a CDM body with these inputs."""
    job: dict[str, Any] = {"name": "copy", "from-link-name": "mysql"}
    for side, inputs in (("from", source), ("to", target or {})):
        entries = [{"name": f"{side}JobConfig.{name}", "value": value} for name, value in inputs.items()]
        job[f"{side}-config-values"] = {"configs": [{"name": f"{side}JobConfig", "inputs": entries}]}
    return {"jobs": [job]}


def between(before: Any, after: Any) -> Difference:
    return difference(Kind.CDM_JOB, before, after)


def test_inputs_are_known_by_their_names_on_their_side() -> None:
    found = between(body({"tableName": "a", "where": "x"}), body({"where": "x", "tableName": "b"}))
    (group,) = found.groups
    assert (group.section, group.fields[0].keys) == (Section.FROM, ("fromJobConfig.tableName",))
    assert len(found.apart.orders) == 1


def test_columns_are_compared_by_name_instead_of_as_two_lists() -> None:
    before = body({"columnList": "id&name&old"}, {"columnList": "id&name&old"})
    after = body({"columnList": "id&name&new"}, {"columnList": "id&full_name&new"})
    (group,) = between(before, after).groups
    assert group.section is Section.COLUMNS
    assert [(one.keys[0], one.before, one.after) for one in group.fields] == [
        ("name", "name", "full_name"),
        ("new", ABSENT, "new"),
        ("old", "old", ABSENT),
    ]


def test_another_order_of_columns_is_shown_because_files_are_written_in_it() -> None:
    found = between(body({"columnList": "a&b"}), body({"columnList": "b&a"}))
    assert [group.section for group in found.groups] == [Section.FROM]


def test_lists_of_columns_that_do_not_fit_are_shown_as_they_are() -> None:
    found = between(
        body({"columnList": "a&b"}, {"columnList": "a"}), body({"columnList": "a"}, {"columnList": "a"})
    )
    assert [group.section for group in found.groups] == [Section.FROM]


def test_a_further_job_is_among_the_others() -> None:
    before, after = body({}), body({})
    after["jobs"].append({"name": "second"})
    (group,) = between(before, after).groups
    assert (group.section, group.fields[0].keys) == (Section.OTHER, ("jobs", "2", "name"))
