"""Filling a portal through its own bulk write, and the superuser who asks it.

So what a write keeps beside the documents, such as counts and an index, is there without a word here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from dlfportal.access.models import AuthToken, Project, Workspace
from dlfportal.access.services import password_digest, token_digest
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.contents import contents_store
from dlfportal.catalogue.derive import derive
from dlfportal.catalogue.drafts import Identity, LightDraft
from dlfportal.catalogue.existing import existing_objects
from dlfportal.catalogue.models import Origin
from dlfportal.formats.documents import name_of
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import Deflated, deflate

OBJECTS_A_WRITE = 15_000
SUPERUSER, PASSWORD = "bench", "bench password"
TOKEN = "a token for the measurements, nowhere else of use"


class Document(NamedTuple):
    """One object: its kind, its cluster if it is a CDM job, and its document."""

    kind: Kind
    cluster: str
    document: dict[str, Any]


class _Draft(NamedTuple):
    """A document on its way in: its content and what is derived from it."""

    content: Deflated
    light: LightDraft


def write(actor: Actor, workspace: Workspace, documents: Iterable[Document], *, submit: bool = True) -> None:
    """Write documents, in pieces as an import does; their judgement is left out."""
    drafts = map(_draft, documents)
    while piece := list(islice(drafts, OBJECTS_A_WRITE)):
        contents_store(draft.content for draft in piece)
        identities = [draft.light.identity for draft in piece]
        found = existing_objects(workspace, identities)
        bulk = BulkWrite(
            actor=actor,
            workspace=workspace,
            drafts=[draft.light for draft in piece],
            planned={identity: found.get(identity) for identity in identities},
            cause=Cause(origin=Origin.IMPORT, origin_id="0" * 32),
            submit=submit,
        )
        with bulk.ahead():
            bulk.write()


def _draft(one: Document) -> _Draft:
    data = canonical(one.document)
    content = deflate(data)
    identity = Identity(one.kind, one.cluster, name_of(one.kind, one.document))
    derived = derive(one.kind, one.document)
    columns, references = tuple(derived.columns.values()), tuple(sorted(derived.references))
    return _Draft(content, LightDraft(identity, content.sha256, len(data), columns, references, ()))


def superuser() -> Actor:
    """Make the superuser and return the actor of services."""
    return Actor(User.objects.create_superuser(SUPERUSER, password=PASSWORD), Channel.COMMAND)


def token_make(user: User, project: Project) -> None:
    """Make `TOKEN` a token of `user`, good for years: filled portals are kept."""
    AuthToken.objects.create(
        digest=token_digest(TOKEN),
        user=user,
        project=project,
        expires_at=timezone.now() + timedelta(days=3650),
        password_digest=password_digest(user),
    )


def hasten() -> None:
    """Let this connection write without care: a fill that breaks off is begun again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -600000")
        else:
            cursor.execute("SET synchronous_commit = off")


def settle() -> None:
    """Leave the database as its own care would: on PostgreSQL vacuumed, on SQLite the log folded in."""
    with connection.cursor() as cursor:
        folded = "PRAGMA wal_checkpoint(TRUNCATE)"
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else folded)
