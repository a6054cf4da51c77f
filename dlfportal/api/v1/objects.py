"""What the endpoints of jobs, scripts and resources have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.access.policy import Right
from dlfportal.api.base import WorkspaceView
from dlfportal.api.errors import refused_document
from dlfportal.api.v1.params import DEVELOPMENT, LIMIT, OFFSET
from dlfportal.catalogue.models import CatalogueObject, Version
from dlfportal.catalogue.selectors import object_get, page_of, version_get
from dlfportal.catalogue.services import Saved, object_create, object_delete, object_update
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument


class ObjectsView(WorkspaceView):
    """An endpoint for objects of one kind: reading needs the right to view, all else to edit."""

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

    def create(self, document: dict[str, Any], submit: bool = False) -> Saved:
        """Create an object of this kind."""
        return object_create(
            actor=self.actor, workspace=self.workspace, kind=self.kind, document=document, submit=submit
        )

    def replace(self, target: CatalogueObject, document: dict[str, Any], submit: bool = False) -> Response:
        """Replace whatever is there by `document`."""
        object_update(actor=self.actor, target=target, document=document, submit=submit)
        return Response(status=204)

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
