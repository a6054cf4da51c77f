"""A new name changes the texts at the places of the references, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.documents import find_naming
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target
from dlfportal.formats.renaming import could_name, followed, renamed

NAMES = st.sampled_from(["load", "store", "load_2", "a${b}", ""])
VALUES = st.recursive(
    st.none() | st.integers() | NAMES, lambda inner: st.lists(inner, max_size=2), max_leaves=3
)
PROPERTIES = st.fixed_dictionaries(
    {"name": st.sampled_from(["scriptName", "jobName", "resourcePath", "clusterName", "x"]), "value": VALUES}
)
NODES = st.fixed_dictionaries(
    {
        "name": NAMES,
        "type": st.sampled_from(["DLISQL", "DLFSubJob", "MRSSpark", "CDMJob", "ForEachJob"]),
        "properties": st.lists(PROPERTIES | VALUES, max_size=4),
    },
    optional={"resources": st.lists(VALUES, max_size=2), "preNodeName": VALUES},
)
JOBS = st.fixed_dictionaries(
    {"name": st.sampled_from(["load", "daily"]), "nodes": st.lists(NODES | VALUES, max_size=4)},
    optional={
        "schedule": st.fixed_dictionaries(
            {"cron": st.fixed_dictionaries({"dependJobs": st.dictionaries(st.just("jobs"), VALUES)})}
        ),
        "resources": st.lists(VALUES | st.dictionaries(st.sampled_from(["name", "id"]), NAMES), max_size=2),
    },
)
MARK = "\ue000"


def texts(value: Any) -> Any:
    """Return the value with its objects as lists of pairs, so that the order of keys counts."""
    if isinstance(value, dict):
        return [(key, texts(child)) for key, child in value.items()]
    return [texts(child) for child in value] if isinstance(value, list) else value


@given(JOBS, st.sampled_from(Target))
def test_only_the_texts_at_the_places_change(document: dict[str, Any], target: Target) -> None:
    before = copy.deepcopy(document)
    found = find_naming(Kind.JOB, document, target, "load")
    after = followed(document, found, MARK)
    assert texts(document) == texts(before)
    assert find_naming(Kind.JOB, after, target, "load") == []
    assert [one.path for one in find_naming(Kind.JOB, after, target, MARK)] == [one.path for one in found]
    assert canonical(after).decode().count(MARK) == len(found)
    assert texts(followed(after, found, "load")) == texts(document)


@given(JOBS)
def test_a_renamed_job_names_itself_where_it_did(document: dict[str, Any]) -> None:
    own = find_naming(Kind.JOB, document, Target.JOB, document["name"])
    after = renamed(Kind.JOB, document, MARK)
    assert after["name"] == MARK and list(after) == list(document)
    assert [one.path for one in find_naming(Kind.JOB, after, Target.JOB, MARK)] == [one.path for one in own]


@pytest.mark.parametrize(
    ("expression", "name", "could"),
    [
        ("etl_${region}", "etl_north", True),
        ("etl_${region}_day", "etl_north_day", True),
        ("etl_${region}_day", "etl_north", False),
        ("#{f('${x}')}", "anything", True),
        ("a${x}a", "a", False),
        ("x${open", "x1", True),
        ("plain", "plain", True),
        ("plain", "other", False),
    ],
)
def test_an_expression_could_name_what_fits_around_it(expression: str, name: str, could: bool) -> None:
    assert could_name(expression, name) is could
