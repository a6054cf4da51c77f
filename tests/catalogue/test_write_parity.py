"""One document gives the same rows and the same record, written alone or with many."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.contents import contents_store
from dlfportal.catalogue.drafts import Identity, draft_lighten, draft_make
from dlfportal.catalogue.existing import existing_objects
from dlfportal.catalogue.models import ALIVE, CatalogueObject, ObjectTag, Origin, Reference, Revision, Version
from dlfportal.catalogue.services import object_create, object_delete, object_update, version_submit
from dlfportal.catalogue.targets import Written
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import deflate
from dlfportal.sample.loader import sample_objects
from tests.catalogue.documents import job, resource, script
from tests.factories import WorkspaceFactory, node, operator

OWN = {"id", "uid", "workspace", "revision", "version", "created_at", "updated_at", "deleted_at"}
COLUMNS = [field.name for field in CatalogueObject._meta.concrete_fields if field.name not in OWN]


class Document(NamedTuple):
    kind: Kind
    cluster: str
    content: dict[str, Any]


def write_alone(workspace: Workspace, documents: Sequence[Document], submit: bool) -> None:
    """Write one by one, through the services."""
    actor = operator()
    for kind, cluster, content in documents:
        draft = draft_make(kind, content, cluster)
        same = {"workspace": workspace, "kind": kind, "name": draft.name, "cluster": cluster}
        target = CatalogueObject.objects.filter(ALIVE, **same).select_related("workspace").first()
        if target:
            object_update(actor=actor, target=target, document=content, submit=submit, origin=Origin.SAMPLE)
        else:
            object_create(
                actor=actor,
                workspace=workspace,
                kind=kind,
                document=content,
                cluster=cluster,
                submit=submit,
                origin=Origin.SAMPLE,
            )


def write_together(
    workspace: Workspace, documents: Sequence[Document], submit: bool
) -> dict[Identity, Written]:
    drafts = [draft_make(kind, content, cluster) for kind, cluster, content in documents]
    light = [draft_lighten(draft, sha256(draft.data).hexdigest()) for draft in drafts]
    identities = [draft.identity for draft in light]
    contents_store(deflate(draft.data) for draft in drafts)
    existing = existing_objects(workspace, identities)
    return BulkWrite(
        actor=operator(),
        workspace=workspace,
        drafts=light,
        planned={identity: existing.get(identity) for identity in identities},
        cause=Cause(origin=Origin.SAMPLE),
        submit=submit,
    ).write()


def rows_of(workspace: Workspace) -> dict[str, list[Any]]:
    """Everything that a write leaves, without ids and times."""
    identity = ("object__kind", "object__cluster", "object__name")
    author = ("author", "author_name")
    made = ("content__sha256", "name", "cluster", "origin", "origin_id", "reason")
    key = ("source__kind", "source__cluster", "source__name", "target", "cluster", "name", "soft", "waits")
    tag = ("object__kind", "object__name", "tag", "name", "type")
    objects = CatalogueObject.objects.filter(workspace=workspace)
    columns = (*COLUMNS, "revision__number", "version__number", "version__revision__number", "deleted_at")
    return {
        "objects": [
            (*row[:-1], row[-1] is None)
            for row in objects.order_by("kind", "cluster", "name").values_list(*columns)
        ],
        "revisions": sorted(
            Revision.objects.filter(object__workspace=workspace).values_list(
                *identity, "number", *made, *author
            )
        ),
        "versions": sorted(
            Version.objects.filter(object__workspace=workspace).values_list(
                *identity, "number", "revision__number", "comment", *author
            )
        ),
        "references": sorted(Reference.objects.filter(workspace=workspace).values_list(*key)),
        "tags": sorted(ObjectTag.objects.filter(workspace=workspace).values_list(*tag)),
        "record": list(
            AuditEntry.objects.filter(workspace_id=workspace.pk)
            .order_by("id")
            .values_list("action", "kind", "object_name", "detail", "user", "channel")
        ),
    }


def both(alone: Workspace, together: Workspace, documents: Sequence[Document], submit: bool) -> None:
    write_alone(alone, documents, submit)
    write_together(together, documents, submit)
    expected, found = rows_of(alone), rows_of(together)
    for name, rows in expected.items():
        assert found[name] == rows, name


@pytest.fixture
def pair(db: None) -> tuple[Workspace, Workspace]:
    return WorkspaceFactory(), WorkspaceFactory()


def test_the_sample_catalogue_written_edited_deleted_and_revived(pair: tuple[Workspace, Workspace]) -> None:
    documents = [
        Document(one.entry.kind, one.entry.cluster, one.document) for one in sample_objects("development")
    ]
    both(*pair, documents, True)
    edited = [
        one._replace(content=one.content | {"description": "edited", "owner": "x"})
        for one in documents
        if one.kind is not Kind.CDM_JOB
    ]
    both(*pair, edited[::2], False)
    for workspace in pair:
        for target in CatalogueObject.objects.filter(workspace=workspace).order_by("kind", "name")[:9]:
            object_delete(actor=operator(), target=target)
    both(*pair, documents, False)
    both(*pair, documents, True)  # all the same: what is not submitted yet is


NAMES = st.sampled_from(["a", "b", "数", "C"])
TEXTS = st.one_of(st.none(), st.integers(), st.text("ab/ 数", max_size=5))
PROPERTIES = st.sampled_from(["scriptName", "connectionName", "jobName", "resourcePath", "clusterName"])
NODES = st.builds(
    lambda kind, properties: node("n", kind, **properties),
    st.sampled_from(["DLISQL", "MRSSpark", "CDMJob", "DLFSubJob"]),
    st.dictionaries(PROPERTIES, NAMES, max_size=3),
)
SECRET = {
    "name": "n",
    "type": "RESTAPI",
    "properties": [{"name": "p", "value": "s", "value_is_sensitive": True}],
}
JOBS = st.builds(
    lambda name, nodes, owner, tags: job(
        name,
        nodes=[one | {"name": f"n{place}"} for place, one in enumerate(nodes)],
        basicConfig={"owner": owner, "tags": tags},
    ),
    NAMES,
    st.lists(st.one_of(NODES, st.just(SECRET)), max_size=3),
    TEXTS,
    st.lists(TEXTS, max_size=3),
)
SCRIPTS = st.builds(
    lambda name, owner: script(name, owner=owner, configuration={"password": "p"}), NAMES, TEXTS
)
RESOURCES = st.builds(
    lambda name, files: resource(name, dependFiles=files), NAMES, st.lists(TEXTS, max_size=2)
)
DOCUMENTS = st.lists(
    st.one_of(
        JOBS.map(lambda one: Document(Kind.JOB, "", one)),
        SCRIPTS.map(lambda one: Document(Kind.SCRIPT, "", one)),
        RESOURCES.map(lambda one: Document(Kind.RESOURCE, "", one)),
    ),
    max_size=6,
    unique_by=lambda one: (one.kind, one.content["name"]),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=DOCUMENTS, second=DOCUMENTS, submit=st.booleans())
def test_any_documents_twice(db: None, first: list[Document], second: list[Document], submit: bool) -> None:
    pair = WorkspaceFactory(), WorkspaceFactory()
    both(*pair, first, submit)
    both(*pair, second, submit)


def test_a_bulk_write_returns_what_it_did_with_each_object(actor: Actor, workspace: Workspace) -> None:
    documents = [Document(Kind.SCRIPT, "", script(name)) for name in ("changed", "revived", "same", "new")]
    before = {
        one.content["name"]: object_create(
            actor=actor, workspace=workspace, kind=one.kind, document=one.content, submit=True
        ).object
        for one in documents[:3]
    }
    object_delete(actor=actor, target=before["revived"])
    documents[0] = documents[0]._replace(content=script("changed", content="2"))
    written = write_together(workspace, documents, submit=False)
    after = {target.name: target for target in CatalogueObject.objects.filter(workspace=workspace)}
    assert {identity.name: tuple(one) for identity, one in written.items()} == {
        name: (
            after[name].pk,
            name == "revived",
            before[name].revision_id if name in before else None,
            after[name].revision_id,
            before[name].version_id if name in ("changed", "same") else None,
            after[name].version_id,
        )
        for name in after
    }
    assert written[Identity(Kind.SCRIPT, "", "same")].revision == before["same"].revision_id
    again = write_together(workspace, documents, submit=True)
    for name, target in after.items():
        target.refresh_from_db()
        one = again[Identity(Kind.SCRIPT, "", name)]
        assert (one.revision_before, one.revision, one.version) == (
            target.revision_id,
            target.revision_id,
            target.version_id,
        )
    assert version_submit(actor=actor, target=after["changed"]).number == 2
