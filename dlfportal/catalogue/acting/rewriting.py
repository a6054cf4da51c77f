"""Moving many objects to a folder, and changing the tags of many jobs: their documents are written anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.acting.asked import Asked, BulkVerb
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.contents import contents_store
from dlfportal.catalogue.drafts import Draft, Identity, LightDraft, draft_lighten, draft_make
from dlfportal.catalogue.existing import Existing
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument, Problem
from dlfportal.formats.renaming import moved
from dlfportal.formats.tagging import tagged
from dlfportal.formats.zip.writer import Deflated, deflate

DOCUMENTS_A_READ = 100
"""So many documents are held at once."""
WARNINGS_TOLD = 3
COLUMNS = ("pk", "kind", "cluster", "name", "revision", "revision__number", "revision__content__sha256")
PLACES = {BulkVerb.MOVE: ("directory",), BulkVerb.TAG: ("basicConfig", "tags")}
"""What of a document each of them changes."""


class DocumentRefused(BadRequest):
    """The document of one of the objects cannot be written so."""


@dataclass(slots=True)
class Rewriting:
    """The write that puts the new documents in place, and what DLF may not like of them."""

    write: BulkWrite
    warnings: list[Problem] = field(default_factory=list)


def rewriting_plan(actor: Actor, workspace: Workspace, asked: Asked, ids: Sequence[int]) -> Rewriting:
    """Store the new documents of those of the objects that change, and return the write of them.

    Contents are inert until it. Raises DocumentRefused with the name of the first object that cannot.
    """
    drafts: list[LightDraft] = []
    planned: dict[Identity, Existing | None] = {}
    warnings: dict[str, Problem] = {}

    def contents() -> Iterator[Deflated]:
        for identity, existing, document in _documents(ids):
            planned[identity] = existing
            draft = _draft(identity, asked, document)
            content = deflate(draft.data)
            if content.sha256 == existing.sha256:
                continue
            drafts.append(draft_lighten(draft, content.sha256))
            warnings.update((one.message, one) for one in _told(draft, asked))
            yield content

    contents_store(contents())
    write = BulkWrite(actor, workspace, drafts, planned, Cause(), submit=False)
    return Rewriting(write, list(warnings.values())[:WARNINGS_TOLD])


def _documents(ids: Sequence[int]) -> Iterator[tuple[Identity, Existing, dict[str, Any]]]:
    """Yield the identity, state and newest document of each object that lives, some at a time."""
    for start in range(0, len(ids), DOCUMENTS_A_READ):
        chunk = ids[start : start + DOCUMENTS_A_READ]
        objects = CatalogueObject.objects.filter(ALIVE, pk__within=chunk).order_by("pk")
        rows = list(objects.values_list(*COLUMNS))
        newest = [row[4] for row in rows]
        revisions = Revision.objects.filter(pk__within=newest).select_related("content").in_bulk()
        for pk, kind, cluster, name, revision, number, sha256 in rows:
            identity = Identity(Kind(kind), cluster, name)
            yield identity, Existing(pk, True, revision, number, sha256), document_of(revisions[revision])


def _draft(identity: Identity, asked: Asked, document: dict[str, Any]) -> Draft:
    if asked.verb is BulkVerb.MOVE:
        document = moved(document, asked.folder)
    else:
        document = tagged(document, asked.add, asked.remove)
    try:
        return draft_make(identity.kind, document, identity.cluster)
    except InvalidDocument as error:
        raise DocumentRefused(
            gettext_noop("%(name)s cannot be written so: %(reason)s Nothing was changed."),
            name=identity.name,
            reason=str(error),
        ) from error


def _told(draft: Draft, asked: Asked) -> list[Problem]:
    """Return what DLF may not like of what is changed."""
    place = PLACES[asked.verb]
    return [one for one in draft.warnings if one.path[: len(place)] == place]
