"""The sides of a comparison as addresses and commands name them: workspaces, and packages that left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from dlfportal.access.models import Workspace
from dlfportal.access.policy import NO_WORKSPACE, Right, workspace_get
from dlfportal.catalogue.comparing.sides import Identity, Row, Side, revision_rows, side_of
from dlfportal.catalogue.models import Revision
from dlfportal.errors import Conflict, NotFound, gettext_noop
from dlfportal.transfer.exports.packed import entries_unpack
from dlfportal.transfer.models import Export

ID = re.compile(r"[0-9a-f]{32}")
EXPORT = "export:"


@dataclass(frozen=True, slots=True)
class ExportSide:
    """The package of an export that left: what it held never changes."""

    export: Export
    is_fixed: bool = True

    @property
    def workspace(self) -> Workspace:
        """The workspace that it left."""
        return self.export.workspace

    @property
    def text(self) -> str:
        """Its name in addresses."""
        return f"{EXPORT}{self.export.pk}"

    def rows(self) -> Iterable[Row]:
        """Return everything that it held."""
        ids = sorted({entry.revision_id for entry in entries_unpack(bytes(self.export.contents))})
        return map(
            Row._make, revision_rows(Revision.objects.filter(pk__within=ids)).iterator(chunk_size=5000)
        )

    def find(self, identity: Identity) -> Row | None:
        """Return what it held under an identity."""
        return next((row for row in self.rows() if row.identity == identity), None)


def side_read(user: User | AnonymousUser, text: str) -> Side:
    """Return the side that a text names: `ID`, `ID@submitted`, `ID@2026-11-26T11:16:00Z` or `export:ID`.

    Raises NotFound for what is not there or not the person's, BadRequest for a state that is none, Conflict
    for an export that left without a list of what it held.
    """
    if text.startswith(EXPORT):
        return _export(user, text.removeprefix(EXPORT))
    pk, _at, state = text.partition("@")
    plain = pk.replace("-", "")
    if not ID.fullmatch(plain):
        raise NotFound(NO_WORKSPACE)
    return side_of(workspace_get(user, plain, Right.VIEW), state)


def _export(user: User | AnonymousUser, pk: str) -> ExportSide:
    missing = NotFound(gettext_noop("The export does not exist."))
    export = (
        Export.objects.select_related("workspace__project").filter(pk=pk).first()
        if ID.fullmatch(pk)
        else None
    )
    if export is None:
        raise missing
    try:
        workspace_get(user, export.workspace_id, Right.VIEW)
    except NotFound:
        raise missing from None
    if not export.contents:
        message = gettext_noop(
            "What the export %(name)s held is not known: it broke off before that was noted."
        )
        raise Conflict(message, name=export.name)
    return ExportSide(export)
