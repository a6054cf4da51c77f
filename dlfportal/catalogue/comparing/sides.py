"""The sides of a comparison: what stands there under which name, and the content of each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, QuerySet, Value, When

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Deletion, Revision
from dlfportal.errors import BadRequest, gettext_noop

SUBMITTED = "submitted"
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class Identity(NamedTuple):
    """What one thing on a side is known by; `cluster` is "" but for CDM jobs."""

    kind: str
    cluster: str
    name: str


class Row(NamedTuple):
    """One thing on a side: its identity, the id of its content, and the revision that this is.

    `directory` is that of the object now, also where an earlier state is shown. `key` is shared by what does
    the same under other names, 0 where that is not known. `deleted_at` is None for an object that lives.
    """

    kind: str
    cluster: str
    name: str
    content: int
    revision: int | None
    number: int | None
    directory: str
    key: int
    deleted_at: datetime | None

    @property
    def identity(self) -> Identity:
        """What it is known by."""
        return Identity(self.kind, self.cluster, self.name)

    @property
    def label(self) -> str:
        """Its name, of a CDM job after its cluster: as selections name it."""
        return f"{self.cluster}/{self.name}" if self.cluster else self.name


class Side(Protocol):
    """One side of a comparison. `text` names it in addresses, `workspace` is the one that it belongs to.

    `is_fixed` says that it is the same at any time.
    """

    @property
    def workspace(self) -> Workspace: ...

    @property
    def text(self) -> str: ...

    @property
    def is_fixed(self) -> bool: ...

    def rows(self) -> Iterable[Row]:
        """Return everything on this side, in no order, by one query."""

    def find(self, identity: Identity) -> Row | None:
        """Return what has this identity."""


@dataclass(frozen=True, slots=True)
class WorkspaceSide:
    """A workspace that the policy let the caller into: as it is, as it is submitted, or as it was once."""

    workspace: Workspace
    submitted: bool = False
    moment: datetime | None = None

    @property
    def text(self) -> str:
        """Its name in addresses: the id, with `@submitted` or `@` and a moment."""
        return f"{self.workspace.pk}@{self.state}" if self.state else self.workspace.pk

    @property
    def state(self) -> str:
        """What comes after the `@`."""
        if self.submitted:
            return SUBMITTED
        return moment_text(self.moment) if self.moment else ""

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same at any time: a moment that is past is."""
        return self.moment is not None and self.moment < datetime.now(UTC)

    def rows(self) -> Iterable[Row]:
        """Return everything on this side."""
        parts = self._parts()
        found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        return map(Row._make, found.iterator(chunk_size=5000))

    def find(self, identity: Identity) -> Row | None:
        """Return what has this identity."""
        prefix = "object__" if self.moment else ""
        wanted = {f"{prefix}kind": identity.kind}
        own = "version__revision__" if self.submitted else ""
        wanted |= {f"{own}cluster": identity.cluster, f"{own}name": identity.name}
        found = (row for part in self._parts() for row in part.filter(**wanted)[:1])
        return next(map(Row._make, found), None)

    def _parts(self) -> list[QuerySet[Any, Any]]:
        if self.moment:
            until = _until(self.workspace, self.moment)
            # Two parts, as each of the two kinds of objects has an index of its own.
            parts = [
                until.filter(object__deleted_at__isnull=True),
                until.filter(object__deleted_at__gt=self.moment),
            ]
            return [revision_rows(part) for part in parts]
        objects = CatalogueObject.objects.filter(ALIVE, workspace=self.workspace).order_by()
        if self.submitted:
            return [_submitted_rows(objects.filter(version__isnull=False))]
        columns = ("kind", "cluster", "name", "revision__content_id", "revision_id", "revision__number")
        return [objects.values_list(*columns, "directory", "content_key", "deleted_at")]


def side_of(workspace: Workspace, state: str) -> WorkspaceSide:
    """Return a workspace in a state: "" the newest, `submitted`, or a moment with its distance from UTC.

    Raises BadRequest.
    """
    if state == SUBMITTED:
        return WorkspaceSide(workspace, submitted=True)
    return WorkspaceSide(workspace, moment=moment_read(state) if state else None)


def moment_read(text: str) -> datetime:
    """Return the moment that a text in ISO 8601 names. Raises BadRequest."""
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = gettext_noop("%(text)s is no moment; one is written as %(example)s.")
        raise BadRequest(message, text=text[:40], example="2026-11-26T19:16:00+08:00") from error


def moment_text(moment: datetime) -> str:
    """Return a moment as addresses name it, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def revision_rows(revisions: QuerySet[Revision]) -> QuerySet[Any, Any]:
    """Return rows of these revisions, for `Row`."""
    columns = ("object__kind", "cluster", "name", "content_id", "pk", "number", "object__directory")
    return revisions.order_by().values_list(*columns, _key("object__", F("pk")), "object__deleted_at")


def _until(workspace: Workspace, moment: datetime) -> QuerySet[Revision]:
    """Return the revision of each object that was its newest at a moment, where it was not deleted then."""
    until = Revision.objects.filter(created_at__lte=moment)
    later = until.filter(object=OuterRef("object"), number__gt=OuterRef("number"))
    ended = Deletion.objects.filter(revision=OuterRef("pk"), at__lte=moment)
    return until.filter(~Exists(later), ~Exists(ended), object__workspace=workspace)


def _submitted_rows(objects: QuerySet[CatalogueObject]) -> QuerySet[Any, Any]:
    own = "version__revision__"
    columns = (f"{own}cluster", f"{own}name", f"{own}content_id", "version__revision_id", f"{own}number")
    key = _key("", F("version__revision_id"))
    return objects.values_list("kind", *columns, "directory", key, "deleted_at")


def _key(to_object: str, revision: F) -> Case:
    """Return the key of an object's content where a revision is its newest; else 0, as it is not known."""
    newest = When(**{f"{to_object}revision_id": revision}, then=F(f"{to_object}content_key"))
    return Case(newest, default=Value(0), output_field=BigIntegerField())
