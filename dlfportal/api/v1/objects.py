"""What the endpoints of jobs, scripts and resources have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.access.policy import Right
from dlfportal.api.base import WorkspaceView
from dlfportal.api.errors import WireError, refused_document
from dlfportal.api.v1.params import DEVELOPMENT, LIMIT, OFFSET, wants_version
from dlfportal.catalogue.drafts import draft_make
from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.selectors import document_of, object_get, page_of, version_get
from dlfportal.catalogue.services import Saved, object_create, object_delete, object_update
from dlfportal.errors import StaleEdit
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument

Merge = Callable[[dict[str, Any]], dict[str, Any]]

ATTEMPTS = 10
"""So often a change is tried while others write the same object."""


class ObjectsView(WorkspaceView):
    """An endpoint for objects of one kind: reading needs the right to view, all else to edit.

    Create and update judge strictly: clients are promised the documents' codes (design, rule 6).
    """

    kind: Kind

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.right = Right.VIEW if request.method == "GET" else Right.EDIT
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """Give a refused document the code of this kind and operation."""
        if isinstance(exc, InvalidDocument):
            exc = refused_document(self.kind, exc, changing=self.request.method == "PUT")
        return super().handle_exception(exc)

    def named(self, name: str) -> CatalogueObject:
        """Return the object of this name. Raises NotFound."""
        return object_get(self.workspace, self.kind, name)

    def create(self, document: dict[str, Any]) -> Saved:
        """Create an object of this kind."""
        return object_create(
            actor=self.actor,
            workspace=self.workspace,
            kind=self.kind,
            document=document,
            submit=self._submits(document),
            strict=True,
        )

    def change(self, find: Callable[[], CatalogueObject], merge: Merge) -> Response:
        """Replace what `find` returns by what `merge` makes of its document.

        Fields that were not sent keep their values; so when somebody wrote meanwhile, it is done anew.
        Raises NotFound, InvalidDocument, NameTaken, or StaleEdit when others always come first.
        """
        for left in reversed(range(ATTEMPTS)):
            target = find()
            revision = cast(Revision, target.revision)
            document = merge(document_of(revision))
            submit = self._submits(document)
            try:
                object_update(
                    actor=self.actor,
                    target=target,
                    document=document,
                    expected=revision.number,
                    submit=submit,
                    strict=True,
                )
                break
            except StaleEdit:
                if not left:
                    raise
        return Response(status=204)

    def _submits(self, document: dict[str, Any]) -> bool:
        """Tell whether `targetStatus` asks for a version. What is wrong with the document is told first."""
        try:
            return wants_version(document)
        except WireError:
            draft_make(self.kind, document, strict=True)
            raise

    def delete_object(self, target: CatalogueObject) -> Response:
        """Delete an object; that others use it is no obstacle."""
        object_delete(actor=self.actor, target=target)
        return Response(status=204)

    def page(
        self,
        request: Request,
        key: str,
        objects: QuerySet[CatalogueObject],
        show: Callable[[CatalogueObject], dict[str, Any]],
    ) -> Response:
        """Answer with the page of `objects` that `offset` and `limit` ask for, as a list called `key`."""
        total, rows = page_of(objects, OFFSET.read(request), LIMIT.read(request))
        return Response({"total": total, key: [show(row) for row in rows]})


def version_shown(target: CatalogueObject, number: int, newest_submitted: bool) -> Version | None:
    """Return the version to show: the newest submitted one, the one of this number, or None for the
    development copy. Raises VersionMissing.
    """
    if newest_submitted:
        return version_get(target, None)
    return None if number == DEVELOPMENT else version_get(target, number)
