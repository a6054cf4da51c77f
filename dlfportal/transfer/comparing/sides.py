"""The sides of a comparison as addresses and commands name them: workspaces, and packages that left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When

from dlfportal.access.models import Workspace
from dlfportal.access.policy import NO_WORKSPACE, Right, workspace_get
from dlfportal.catalogue.comparing.sides import Identity, Row, Side, revision_rows, side_of
from dlfportal.catalogue.models import Content, Revision
from dlfportal.errors import Conflict, NotFound, gettext_noop
from dlfportal.transfer.exports.packed import entries_unpack
from dlfportal.transfer.models import Export, ImportItem, ImportRun, RunStatus

ID = re.compile(r"[0-9a-f]{32}")
EXPORT, IMPORT = "export:", "import:"
UNLABELLED = Value(None, output_field=IntegerField())


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


@dataclass(frozen=True, slots=True)
class PlanSide:
    """The package of a plan that people review, as it would be written: with its mapping and new names."""

    run: ImportRun
    is_fixed: bool = False

    @property
    def workspace(self) -> Workspace:
        """The workspace that it is to come into."""
        return self.run.workspace

    @property
    def text(self) -> str:
        """Its name in addresses."""
        return f"{IMPORT}{self.run.pk}"

    def rows(self) -> Iterable[Row]:
        """Return everything that it holds; what is invalid beyond reading is left out."""
        return map(Row._make, self._rows().iterator(chunk_size=5000))

    def find(self, identity: Identity) -> Row | None:
        """Return what it holds under an identity."""
        found = self._rows().filter(kind=identity.kind, cluster=identity.cluster, called=identity.name)[:1]
        return next(map(Row._make, found), None)

    @property
    def is_forgotten(self) -> bool:
        """Whether some of its documents are not kept any more, as those that were left out."""
        return bool(self._items().filter(content__isnull=True).exists())

    def _items(self) -> QuerySet[Any, Any]:
        content = Content.objects.filter(sha256=OuterRef("sha256")).values("pk")[:1]
        known = ImportItem.objects.filter(run=self.run).exclude(sha256="").order_by()
        return known.annotate(content=Subquery(content))

    def _rows(self) -> QuerySet[Any, Any]:
        called = Case(When(new_name="", then=F("name")), default=F("new_name"))
        found = self._items().annotate(called=called).filter(content__isnull=False)
        nothing = {"revision": UNLABELLED, "number": UNLABELLED, "key": Value(0), "gone": UNLABELLED}
        columns = ("kind", "cluster", "called", "content", "revision", "number", "directory", "key", "gone")
        rows: QuerySet[Any, Any] = found.annotate(**nothing).values_list(*columns)
        return rows


def side_read(user: User | AnonymousUser, text: str) -> Side:
    """Return the side that a text names.

    `ID`, `ID@submitted` or `ID@2026-11-26T11:16:00Z` is a workspace, `export:ID` the package of an export,
    `import:ID` that of a plan. Raises NotFound for what is not there or not the person's, BadRequest for a
    state that is none, Conflict for a package of which it is not known what it holds.
    """
    if text.startswith(IMPORT):
        return _plan(user, text.removeprefix(IMPORT))
    if text.startswith(EXPORT):
        return _export(user, text.removeprefix(EXPORT))
    pk, _at, state = text.partition("@")
    plain = pk.replace("-", "")
    if not ID.fullmatch(plain):
        raise NotFound(NO_WORKSPACE)
    return side_of(workspace_get(user, plain, Right.VIEW), state)


def _plan(user: User | AnonymousUser, pk: str) -> PlanSide:
    runs = ImportRun.objects.select_related("workspace__project")
    run = runs.filter(pk=pk).first() if ID.fullmatch(pk) else None
    missing = NotFound(gettext_noop("The import does not exist."))
    if run is None:
        raise missing
    _let_in(user, run.workspace_id, missing)
    if not run.plan_digest:
        message = gettext_noop("What the package %(name)s holds is not known, as it has no plan (yet).")
        raise Conflict(message, name=run.source)
    side = PlanSide(run)
    if run.status == RunStatus.DISCARDED or side.is_forgotten:
        message = gettext_noop("What the package %(name)s held is not kept any more.")
        raise Conflict(message, name=run.source)
    return side


def _let_in(user: User | AnonymousUser, workspace_id: str, missing: NotFound) -> None:
    """Let a member pass. Raises `missing` for a stranger."""
    try:
        workspace_get(user, workspace_id, Right.VIEW)
    except NotFound:
        raise missing from None


def _export(user: User | AnonymousUser, pk: str) -> ExportSide:
    missing = NotFound(gettext_noop("The export does not exist."))
    export = (
        Export.objects.select_related("workspace__project").filter(pk=pk).first()
        if ID.fullmatch(pk)
        else None
    )
    if export is None:
        raise missing
    _let_in(user, export.workspace_id, missing)
    if not export.contents:
        message = gettext_noop(
            "What the export %(name)s held is not known: it broke off before that was noted."
        )
        raise Conflict(message, name=export.name)
    return ExportSide(export)
