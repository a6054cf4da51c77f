"""What a write changes in a document, and nothing else."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.documents import CDM_PLACEHOLDER, prepare
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from tests.formats.samples import cdm_job, job, live_job, node, resource, script
from tests.formats.test_jsontext_parse import KEEPABLE_TEXT, VALUES

SERVER_KEYS = (
    "id", "resourceId", "createTime", "createUser", "modifyTime", "downstreamJobs", "jobRelation",
    "autoAcquireLock", "targetStatus", "approvers",
)  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("key", SERVER_KEYS)
def test_server_keys_leave_the_top_level_only(kind: Kind, key: str) -> None:
    document = {"a": 1, key: "x", "inner": {key: "y"}, "list": [{key: 1}]}
    assert prepare(kind, document).document == {"a": 1, "inner": {key: "y"}, "list": [{key: 1}]}


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [(Kind.JOB, "jobType", "processType"), (Kind.RESOURCE, "depend_packages", "dependPackages")],
)
def test_older_keys_are_renamed_in_place(kind: Kind, old: str, new: str) -> None:
    renamed = prepare(kind, {"z": 1, old: "BATCH", "a": 2}).document
    assert list(renamed.items()) == [("z", 1), (new, "BATCH"), ("a", 2)]
    both = {"z": 1, old: "x", "a": 2, new: "y"}
    assert list(prepare(kind, both).document.items()) == list(both.items())
    null = {"z": 1, new: None, "a": 2, old: "x"}
    assert list(prepare(kind, null).document.items()) == [("z", 1), ("a", 2), (new, "x")]


def test_older_keys_of_another_kind_stay() -> None:
    assert prepare(Kind.SCRIPT, {"jobType": 1, "depend_packages": 2}).document == {
        "jobType": 1,
        "depend_packages": 2,
    }


@pytest.mark.parametrize("mark", [True, "true"])
def test_values_marked_as_sensitive_are_emptied(mark: Any) -> None:
    properties = [
        {"name": "pin", "value": "geheim", "value_is_sensitive": mark},
        {"name": "pin", "value": {"deep": 1}, "value_is_sensitive": mark},
        {"name": "pin", "value": "", "value_is_sensitive": mark},
        {"name": "pin", "value": None, "value_is_sensitive": mark},
        {"name": "pin", "value_is_sensitive": mark},
    ]
    prepared = prepare(Kind.JOB, job(node(properties=properties)))
    assert prepared.emptied == tuple(("nodes", 0, "properties", place, "value") for place in (0, 1))
    values = [item.get("value", "absent") for item in prepared.document["nodes"][0]["properties"]]
    assert values == ["", "", "", None, "absent"]


@pytest.mark.parametrize("mark", [False, "false", None, 1, "TRUE", []])
def test_other_marks_keep_the_value(mark: Any) -> None:
    document = job(node(properties=[{"name": "password", "value": "x", "value_is_sensitive": mark}]))
    assert prepare(Kind.JOB, document).document == document


def test_masked_parameters_are_emptied() -> None:
    params = [
        {"name": "a", "value": "1"},
        {"name": "b", "value": "2"},
        {"name": "a", "value": ""},
        7,
        {"name": []},
    ]
    prepared = prepare(Kind.JOB, job(params=params, maskedParams=["a", "c", 3, {}]))
    assert prepared.emptied == (("params", 0, "value"),)
    assert prepared.document["params"][:2] == [{"name": "a", "value": ""}, {"name": "b", "value": "2"}]


def test_a_secret_that_two_rules_name_is_reported_once() -> None:
    params = [{"name": "a", "value": "1", "value_is_sensitive": True}]
    assert prepare(Kind.JOB, job(params=params, maskedParams=["a"])).emptied == (("params", 0, "value"),)


SECRET_NAMES = (
    "password", "DB_PASSWORD", "dbPasswd", "pwd", "client_secret", "secretKey", "AccessKey", "authToken",
    "spark.hadoop.fs.obs.token", "fs.obs.secret.key", "securityKey", "x.dek", "api-key", "sasl.jaas.config",
)  # fmt: skip
OTHER_NAMES = (
    "passwordFile",
    "token.type",
    "pass",
    "secrets",
    "user",
    "secret.name",
    "key",
    "my_dek",
    "sk.x",
)


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_secrets_in_a_script_configuration_are_emptied_by_name(name: str) -> None:
    configuration = {"a": "b", name: "x", "deep": [{name: "y"}, {"name": f"conf.{name}", "value": "z"}]}
    prepared = prepare(Kind.SCRIPT, script(configuration=configuration, **{name: "kept"}))
    assert prepared.emptied == (
        ("configuration", name),
        ("configuration", "deep", 0, name),
        ("configuration", "deep", 1, "value"),
    )
    expected = {"a": "b", name: "", "deep": [{name: ""}, {"name": f"conf.{name}", "value": ""}]}
    assert prepared.document == script(configuration=expected, **{name: "kept"})


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_secrets_in_cdm_bodies_become_the_placeholder(name: str) -> None:
    inputs = [{"name": f"linkConfig.{name}", "value": "x"}, {"name": "linkConfig.host", "value": "y"}]
    values = {"configs": [{"name": "linkConfig", "inputs": inputs}]}
    prepared = prepare(Kind.CDM_JOB, cdm_job(**{"to-config-values": values, name: "z"}))
    stored = prepared.document["jobs"][0]
    assert stored[name] == CDM_PLACEHOLDER == "Add password here"
    written = [item["value"] for item in stored["to-config-values"]["configs"][0]["inputs"]]
    assert written == [CDM_PLACEHOLDER, "y"]
    assert len(prepared.emptied) == 2
    assert prepare(Kind.CDM_JOB, prepared.document).emptied == ()


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_other_names_are_no_secrets(name: str) -> None:
    document = script(configuration={name: "x", "list": [{"name": name, "value": "x"}]})
    assert prepare(Kind.SCRIPT, document).emptied == ()


def test_secrets_in_settings_that_are_text_are_emptied_there() -> None:
    text = '{"spark.x": 1.0, "obs.sk":"Geheim1","名": "值"}'
    prepared = prepare(Kind.SCRIPT, script(configuration=text))
    assert prepared.document["configuration"] == '{"spark.x": 1.0, "obs.sk": "", "名": "值"}'
    assert prepared.emptied == (("configuration", "obs.sk"),)
    assert prepare(Kind.SCRIPT, prepared.document).emptied == ()
    for kept in ('{"spark.x":1.0 }', "{", "[1]", "", "obs.sk=x"):
        assert prepare(Kind.SCRIPT, script(configuration=kept)).document == script(configuration=kept)


def test_only_texts_are_emptied_by_name() -> None:
    document = script(configuration={"password": 1, "token": None, "pwd": ["a"], "secret": ""})
    prepared = prepare(Kind.SCRIPT, document)
    assert (prepared.document, prepared.emptied) == (document, ())


def test_names_mean_nothing_in_jobs_and_resources() -> None:
    for kind, document in (
        (Kind.JOB, job(node(properties={"password": "x"}), token="y")),
        (Kind.RESOURCE, resource()),
    ):
        assert prepare(kind, document).emptied == ()


def test_text_key_order_and_numbers_stay_as_they_are() -> None:
    document = script(content="a\r\nb\n\n", unknown=[1, 1.0, "1", -0.0, {"z": None, "a": []}])
    assert canonical(prepare(Kind.SCRIPT, document).document) == canonical(document)
    assert prepare(Kind.JOB, live_job()).document == live_job()


DOCUMENTS = st.dictionaries(
    st.sampled_from(
        [*SERVER_KEYS, "jobType", "processType", "configuration", "jobs", "params", "maskedParams"]
    )
    | KEEPABLE_TEXT,
    VALUES | st.dictionaries(st.sampled_from([*SECRET_NAMES, "name", "value", "value_is_sensitive"]), VALUES),
    max_size=5,
)


@given(st.sampled_from(Kind), DOCUMENTS)
def test_preparing_is_idempotent_and_leaves_its_input_alone(kind: Kind, document: dict[str, Any]) -> None:
    before = deepcopy(document)
    prepared = prepare(kind, document)
    assert document == before
    again = prepare(kind, prepared.document)
    assert canonical(again.document) == canonical(prepared.document)
    assert again.emptied == ()
