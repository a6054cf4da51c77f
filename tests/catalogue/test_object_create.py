from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Content, Revision
from dlfportal.catalogue.selectors import content_bytes, document_of, object_get
from dlfportal.catalogue.services import NameTaken, object_create
from dlfportal.errors import Forbidden, NotFound
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument
from tests.catalogue.documents import cdm_job, job, resource, script

DOCUMENTS = [
    (Kind.JOB, job(), "", "nightly"),
    (Kind.SCRIPT, script(), "", "load"),
    (Kind.RESOURCE, resource(), "", "lib"),
    (Kind.CDM_JOB, cdm_job(), "cdm-1", "copy"),
]


@pytest.mark.parametrize(("kind", "document", "cluster", "name"), DOCUMENTS, ids=list(Kind))
def test_a_document_becomes_revision_1_and_is_recorded(
    actor: Actor, workspace: Workspace, kind: Kind, document: dict[str, Any], cluster: str, name: str
) -> None:
    saved = object_create(
        actor=actor, workspace=workspace, kind=kind, document=document, cluster=cluster, reason="first"
    )
    assert saved.changed
    found = object_get(workspace, kind, name, cluster)
    assert found.revision is not None
    assert document_of(found.revision) == document
    assert (found.revision.number, found.revision.author_name, found.revision.reason) == (
        1,
        "developer",
        "first",
    )
    assert (found.created_by, found.updated_by) == ("developer", "developer")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.kind, entry.object_name) == (f"{kind}.create", kind, name)
    assert (entry.workspace_id, entry.workspace_name) == (workspace.pk, "default")
    assert (entry.channel, entry.request_id) == ("web", "r" * 32)
    assert entry.detail == {"revision": 1, "reason": "first"}


def test_a_reason_is_cut_in_the_history_and_whole_in_the_record(actor: Actor, workspace: Workspace) -> None:
    """PostgreSQL refuses what is longer than its column."""
    reason = "原因" * 200
    saved = object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=job(), reason=reason)
    assert saved.object.revision is not None
    assert Revision.objects.get(pk=saved.object.revision.pk).reason == reason[:255]
    assert AuditEntry.objects.get().detail["reason"] == reason


@pytest.mark.parametrize(
    ("person", "refusal"), [("viewer", Forbidden), ("stranger", NotFound), ("developer", None)]
)
def test_editing_needs_the_role(
    request: pytest.FixtureRequest, workspace: Workspace, person: str, refusal: type[Exception] | None
) -> None:
    who = Actor(request.getfixturevalue(person), Channel.API)
    if refusal is None:
        object_create(actor=who, workspace=workspace, kind=Kind.SCRIPT, document=script())
        return
    with pytest.raises(refusal):
        object_create(actor=who, workspace=workspace, kind=Kind.SCRIPT, document=script())
    assert not CatalogueObject.objects.exists()
    assert not Content.objects.exists(), "not even the content of somebody without the right is kept"
    assert not AuditEntry.objects.exists()


def test_what_came_in_goes_out(actor: Actor, workspace: Workspace) -> None:
    text = """{
  "type": "DLISQL",
  "name": "wire_\u6570\u636e",
  "unknown": {"z": 1, "a": [1.50, "1.50", 10000000000000000000001, true, null]},
  "content": "line 1\\r\\nline 2\\n\\ttab \\u2028 \\ud83d\\ude80",
  "directory": "//a//b/"
}"""
    document = parse(text.replace("1.50,", "1.5,"))
    saved = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=document)
    revision = saved.object.revision
    assert revision is not None
    kept = document_of(revision)
    assert kept == document
    assert list(kept) == list(document)
    assert list(kept["unknown"]) == ["z", "a"]
    assert "🚀" in content_bytes(revision.content).decode()
    assert content_bytes(revision.content).decode().endswith("}\n")


def test_equal_documents_share_their_content(actor: Actor, admin: User, other_workspace: Workspace) -> None:
    home = Workspace.objects.get(pk="a" * 32)
    object_create(actor=actor, workspace=home, kind=Kind.SCRIPT, document=script())
    copier = Actor(admin, Channel.COMMAND)
    object_create(actor=copier, workspace=other_workspace, kind=Kind.SCRIPT, document=script())
    assert Content.objects.count() == 1
    assert Revision.objects.count() == 2


def test_a_taken_name_is_refused_and_nothing_changes(actor: Actor, workspace: Workspace) -> None:
    first = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script()).object
    with pytest.raises(NameTaken) as caught:
        object_create(
            actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(content="SELECT 2;\n")
        )
    assert caught.value.kind is Kind.SCRIPT
    assert str(caught.value) == "The name load is taken: another script has it."
    assert object_get(workspace, Kind.SCRIPT, "load").revision_id == first.revision_id
    assert Revision.objects.count() == AuditEntry.objects.count() == 1


def test_a_name_is_taken_per_kind_workspace_cluster_and_exact_spelling(
    actor: Actor, admin: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    make = {"actor": Actor(admin, Channel.COMMAND), "workspace": workspace}
    object_create(**make, kind=Kind.SCRIPT, document=script("same"))
    object_create(**make, kind=Kind.SCRIPT, document=script("Same"))
    object_create(**make, kind=Kind.JOB, document=job("same"))
    object_create(**make, kind=Kind.CDM_JOB, document=cdm_job("same"), cluster="one")
    object_create(**make, kind=Kind.CDM_JOB, document=cdm_job("same"), cluster="two")
    object_create(
        actor=Actor(admin, Channel.COMMAND),
        workspace=other_workspace,
        kind=Kind.SCRIPT,
        document=script("same"),
    )
    assert CatalogueObject.objects.count() == 6


def test_a_bad_document_is_refused_with_every_problem_and_nothing_is_kept(
    actor: Actor, workspace: Workspace
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document={"name": "..", "nodes": {}})
    places = {problem.where for problem in caught.value.problems}
    assert {"$.name", "$.nodes", "$.schedule"} <= places
    assert not Content.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("cluster", ["", ".", "..", "a/b", "a\\b", "a\x00b", "a\nb", "c" * 256])
def test_a_cluster_that_is_no_folder_is_refused(actor: Actor, workspace: Workspace, cluster: str) -> None:
    with pytest.raises(InvalidDocument):
        object_create(
            actor=actor, workspace=workspace, kind=Kind.CDM_JOB, document=cdm_job(), cluster=cluster
        )


@pytest.mark.parametrize("document", [None, [], "x", 3, {}, {"jobs": []}, {"jobs": [3]}, {"name": ["x"]}])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_document_of_another_shape_is_refused(
    actor: Actor, workspace: Workspace, kind: Kind, document: Any
) -> None:
    with pytest.raises(InvalidDocument):
        object_create(actor=actor, workspace=workspace, kind=kind, document=document, cluster="cdm-1")


def test_the_largest_names_and_places_fit_the_indexes(actor: Actor, workspace: Workspace) -> None:
    """PostgreSQL refuses index rows over 2,704 bytes; incompressible text must stay below."""
    wide = "".join(chr(0x4E00 + 37 * place % 20000) for place in range(4000))
    astral = "".join(chr(0x20000 + 37 * place % 40000) for place in range(255))
    saved = [
        object_create(
            actor=actor,
            workspace=workspace,
            kind=Kind.JOB,
            document=job(
                astral,
                directory="/" + wide,
                description=wide,
                basicConfig={"owner": wide},
                nodes=[
                    {
                        "name": "n",
                        "type": "CDMJob",
                        "location": {"x": "0", "y": "0"},
                        "properties": [
                            {"name": "jobName", "value": astral},
                            {"name": "clusterName", "value": astral[::-1]},
                            {"name": "scriptName", "value": wide},
                        ],
                    }
                ],
            ),
        ),
        object_create(
            actor=actor,
            workspace=workspace,
            kind=Kind.CDM_JOB,
            document=cdm_job(astral, **{"creation-user": wide, "job_type": "NORMAL_JOB"}),
            cluster=astral[::-1],
        ),
        object_create(
            actor=actor,
            workspace=workspace,
            kind=Kind.RESOURCE,
            document=resource(astral, location="obs://b/" + wide[:900], directory="/" + wide),
        ),
    ]
    for one in saved:
        one.object.refresh_from_db()
        assert len(one.object.directory.encode()) <= 1500
        assert len(one.object.location.encode()) <= 1100
    assert saved[0].object.references.count() == 1, "a name no object can have is not indexed"
