"""Rule 5: no secret leaves, because none is kept - in no byte of any table."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Content
from dlfportal.catalogue.selectors import content_bytes, document_of
from dlfportal.catalogue.services import object_create, object_update
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import show_path
from tests.catalogue.documents import cdm_job, job, script

SECRET = "hunter2-hunter2"


def everything_kept() -> str:
    """Return every value of every row of the portal's own tables, contents unpacked."""
    kept = []
    for model in apps.get_models():
        if model._meta.app_label in ("access", "audit", "catalogue", "transfer"):
            kept += [str(row) for row in model._default_manager.values_list()]
    kept += [content_bytes(content).decode() for content in Content.objects.all()]
    return "\n".join(kept)


def configs(**inputs: str) -> dict[str, Any]:
    pairs = [{"name": name.replace("_", "."), "value": value} for name, value in inputs.items()]
    return {"configs": [{"name": "linkConfig", "inputs": pairs}]}


CASES = [
    (
        Kind.JOB,
        job(params=[{"name": "key", "value": SECRET}, {"name": "open", "value": "x"}], maskedParams=["key"]),
        "$.params[0].value",
        "",
    ),
    (
        Kind.JOB,
        job(
            nodes=[
                {
                    "name": "n",
                    "type": "RESTAPI",
                    "location": {"x": "0", "y": "0"},
                    "properties": [{"name": "body", "value": SECRET, "value_is_sensitive": "true"}],
                }
            ]
        ),
        "$.nodes[0].properties[0].value",
        "",
    ),
    (Kind.SCRIPT, script(configuration={"spark.db.Password": SECRET}), None, ""),
    (Kind.SCRIPT, script(configuration={"spark.hadoop.fs.obs.secret.key": SECRET}), None, ""),
    (
        Kind.CDM_JOB,
        cdm_job(**{"from-config-values": configs(fromJobConfig_password=SECRET)}),
        None,
        "Add password here",
    ),
    (
        Kind.CDM_JOB,
        cdm_job(**{"to-config-values": configs(toJobConfig_dek=SECRET)}),
        None,
        "Add password here",
    ),
]


@pytest.mark.parametrize(("kind", "document", "place", "instead"), CASES)
def test_a_secret_is_emptied_before_anything_is_stored(
    actor: Actor,
    workspace: Workspace,
    kind: Kind,
    document: dict[str, Any],
    place: str | None,
    instead: str,
) -> None:
    cluster = "cdm-1" if kind is Kind.CDM_JOB else ""
    saved = object_create(actor=actor, workspace=workspace, kind=kind, document=document, cluster=cluster)
    assert SECRET not in everything_kept()
    assert len(saved.emptied) == 1
    shown = show_path(saved.emptied[0])
    assert place in (None, shown)
    assert saved.object.revision is not None
    value: Any = document_of(saved.object.revision)
    for step in saved.emptied[0]:
        value = value[step]
    assert value == instead
    assert AuditEntry.objects.get().detail["emptied"] == [shown]
    assert SECRET in str(document), "the caller's document is left as it was"


@pytest.mark.parametrize(("kind", "document", "place", "instead"), CASES)
def test_the_same_holds_for_an_edit(
    actor: Actor,
    workspace: Workspace,
    kind: Kind,
    document: dict[str, Any],
    place: str | None,
    instead: str,
) -> None:
    cluster = "cdm-1" if kind is Kind.CDM_JOB else ""
    plain = {Kind.JOB: job, Kind.SCRIPT: script, Kind.CDM_JOB: cdm_job}[kind]()
    target = object_create(
        actor=actor, workspace=workspace, kind=kind, document=plain, cluster=cluster
    ).object
    saved = object_update(actor=actor, target=target, document=document)
    assert SECRET not in everything_kept()
    assert len(saved.emptied) == 1
    again = object_update(actor=actor, target=target, document=document)
    assert not again.changed, "sending the same secret again is no change"


def test_text_that_looks_like_a_credential_is_kept_and_warned_of(actor: Actor, workspace: Workspace) -> None:
    text = "mysql -u root -phunter2 < load.sql\n"
    saved = object_create(
        actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(type="Shell", content=text)
    )
    assert saved.object.revision is not None
    assert document_of(saved.object.revision)["content"] == text
    assert [problem.code for problem in saved.warnings] == ["credential"]
    assert saved.emptied == ()


def test_the_record_names_the_first_of_very_many_secrets(actor: Actor, workspace: Workspace) -> None:
    """It never forgets, so what it keeps of one write is bounded, whatever the keys are."""
    properties = [{"name": "p", "value": "x", "value_is_sensitive": True}] * 300
    document = job("many", **{"k" * 100_000: properties})
    saved = object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=document)
    assert len(saved.emptied) == 300
    told = AuditEntry.objects.get().detail["emptied"]
    assert (len(told), told[-1]) == (101, "... 200 more")
    assert len(str(told)) < 20_000
