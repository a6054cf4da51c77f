"""What the endpoints of jobs, scripts and resources have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.access.policy import Right
from dlfportal.api.base import WorkspaceView
from dlfportal.api.errors import WireError, refused_document
from dlfportal.api.params import Whole
from dlfportal.api.v1.params import DEVELOPMENT, LARGEST, LIMIT, OFFSET, wants_version
from dlfportal.api.v1.writeback import is_as_shown, same, unshown
from dlfportal.catalogue.drafts import draft_make
from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.paging import page_of
from dlfportal.catalogue.selectors import ListFilter, VersionMissing, document_of, object_get, version_get
from dlfportal.catalogue.services import Saved, object_create, object_delete, object_update
from dlfportal.errors import StaleEdit
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument

Merge = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""From what a client asks for and the document as it is stored to the document to store."""

DIGITS = re.compile(r"[0-9]{1,10}\Z")
ATTEMPTS = 10
"""So often a change is tried while others write the same object."""


class ObjectsView(WorkspaceView):
    """An endpoint for objects of one kind: reading needs the right to view, all else the one in `acting`.

    Create and update judge strictly: clients are promised the documents' codes (design, rule 6).
    """

    kind: Kind
    acting = Right.CHANGE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.right = Right.VIEW if request.method == "GET" else self.acting
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
            submit=self._submits(document, document),
            strict=True,
        )

    def shown(self, target: CatalogueObject, asked: Version | None) -> dict[str, Any]:
        """Return an object as GET shows it: the version asked for, or the development copy."""
        raise NotImplementedError

    def change(self, find: Callable[[], CatalogueObject], body: dict[str, Any], merge: Merge) -> Response:
        """Replace what `find` returns by what `merge` makes of `body` and its document.

        What `body` says only because GET added it is taken back first (design, rule 1 d). Fields that
        were not sent keep their values. Raises as `replace`.
        """

        def make(target: CatalogueObject, current: dict[str, Any]) -> dict[str, Any]:
            merged = merge(self._taken_back(target, current, body), current)
            return current if same(merged, current) else merged

        self.replace(find, make, body)
        return Response(status=204)

    def replace(
        self,
        find: Callable[[], CatalogueObject],
        make: Callable[[CatalogueObject, dict[str, Any]], dict[str, Any]],
        body: dict[str, Any] | None = None,
        strict: bool = True,
    ) -> None:
        """Replace the document of what `find` returns by what `make` makes of it.

        `targetStatus` in `body` may ask for a version; `strict` is as in `object_update`, for a document
        that `make` does not return as it was. When somebody wrote meanwhile, it is done anew. Raises
        NotFound, InvalidDocument, NameTaken, or StaleEdit when others always come first.
        """
        for left in reversed(range(ATTEMPTS)):
            target = find()
            revision = cast(Revision, target.revision)
            current = document_of(revision)
            document = make(target, current)
            submit = self._submits(document, body or {})
            try:
                object_update(
                    actor=self.actor,
                    target=target,
                    document=document,
                    expected=revision.number,
                    submit=submit,
                    # What changes nothing is not judged: an import took documents that v1 would not.
                    strict=strict and document is not current,
                )
                return
            except StaleEdit:
                if not left:
                    raise

    def _taken_back(
        self, target: CatalogueObject, current: dict[str, Any], body: dict[str, Any]
    ) -> dict[str, Any]:
        """Return `body` without what GET added, be it to the development copy or to an older version.

        An older version sent back as it was shown is the document of that version. The number of a
        version is GET's own, also in an answer that was read before the newest version was submitted.
        """
        shown = self.shown(target, None)
        if older := _version_named(target, body.get("version"), shown.get("version")):
            if is_as_shown(body, self.shown(target, older)):
                return document_of(older.revision)
            body = {**body, "version": shown["version"]}
        return unshown(body, current, shown)

    def _submits(self, document: dict[str, Any], body: dict[str, Any]) -> bool:
        """Return whether `targetStatus` asks for a version. What is wrong with the document is told first."""
        try:
            return wants_version(body)
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
        chosen: ListFilter,
        show: Callable[[CatalogueObject], dict[str, Any]],
        limit: Whole = LIMIT,
    ) -> Response:
        """Answer with the page of the list that `offset` and `limit` ask for, as a list called `key`."""
        number, size = OFFSET.read(request), limit.read(request)
        total, rows = page_of(self.workspace, self.kind, chosen, number, size)
        return Response({"total": total, key: [show(row) for row in rows]})


def _version_named(target: CatalogueObject, sent: Any, shown: Any) -> Version | None:
    """Return the submitted version that the field `version` of a body names, unless it is the one shown."""
    number = sent if type(sent) is int else int(sent) if isinstance(sent, str) and DIGITS.match(sent) else 0
    if target.version is None or sent == shown or not 0 < number <= LARGEST:
        return None
    try:
        return version_get(target, number)
    except VersionMissing:
        return None


def version_shown(target: CatalogueObject, number: int, newest_submitted: bool) -> Version | None:
    """Return the version to show: the newest submitted one, the one of this number, or None for the
    development copy. Raises VersionMissing.
    """
    if newest_submitted:
        return version_get(target, None)
    return None if number == DEVELOPMENT else version_get(target, number)
