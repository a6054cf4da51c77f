"""What a workspace holds, for tests of undos: all of it but ids, times, and the numbers of revisions."""

from __future__ import annotations

from typing import Any

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.index import BESIDE
from dlfportal.catalogue.models import ALIVE, CatalogueObject, ObjectTag, Reference
from dlfportal.catalogue.reindex import reindex
from dlfportal.transfer.imports.undo import undo_request
from dlfportal.transfer.imports.undo_look import undo_look
from dlfportal.transfer.models import ImportRun
from tests.factories import operator

KEY = ("source__kind", "source__cluster", "source__name", "target", "cluster", "name", "soft", "waits")


def standing(workspace: Workspace) -> dict[str, Any]:
    """Return what is alive, with its document, its submitted document and all that is derived of both."""
    objects = CatalogueObject.objects.filter(ALIVE, workspace=workspace)
    identity = ("kind", "cluster", "name")
    documents = ("revision__content__sha256", "version__revision__content__sha256", "version__number")
    return {
        "objects": sorted(objects.values_list("uid", *identity, *documents, *BESIDE)),
        "references": sorted(Reference.objects.filter(workspace=workspace).values_list(*KEY)),
        "tags": sorted(ObjectTag.objects.filter(workspace=workspace).values_list("object__name", "tag")),
    }


def assert_right(workspace: Workspace) -> None:
    """Assert that nothing which is kept beside documents is wrong: `reindex` finds nothing to mend."""
    steps = list(reindex(actor=operator(), workspace=workspace))
    assert [one for step in steps for one in step.mended] == []
    assert [one for step in steps for one in step.recounted] == []


def undone(run: ImportRun, *, rest: bool = False, actor: Actor | None = None) -> ImportRun:
    """Undo an import as it would be undone now, and return the undo."""
    run = ImportRun.objects.select_related("workspace").get(pk=run.pk)
    actor = actor or operator()
    digest = undo_look(actor=actor, run=run).digest
    return undo_request(actor=actor, run=run, digest=digest, rest=rest)
