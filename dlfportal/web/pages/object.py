"""The page of one object: what all four kinds show. What only one kind shows stands in its own module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.references import USERS_ORDERED, Users, names_left_behind, naming_page, users_page
from dlfportal.catalogue.selectors import (
    ObjectMissing,
    content_bytes,
    object_get,
    revision_get,
    revision_list,
)
from dlfportal.catalogue.texts import problem_text
from dlfportal.db.lookups import is_row_id
from dlfportal.formats.documents import find_references, judge
from dlfportal.formats.jsontext import locate, parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.shapes import items, part, shown
from dlfportal.links import admin_url, export_url, list_url, object_url, url_of
from dlfportal.transfer.imports.texts import revision_texts
from dlfportal.web.code import Code, code, lexer_for
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.pages.uses import SharedUse, Use, share, uses_of

SHOWN = 50
"""How many revisions and users of an object its page lists before `?all=1`; then all, of users a thousand."""

FORMER_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning about the document, with its place and its line in the JSON text."""

    path: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision in the list of them."""

    revision: Revision
    why: str
    url: str
    newest: bool


@dataclass(frozen=True, slots=True)
class UserRow:
    """One object that uses this one."""

    object: CatalogueObject
    url: str

    @property
    def tone(self) -> str:
        """The colour and icon of its kind."""
        return KINDS[Kind(self.object.kind)].tone


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that the object had before and nothing has now, with the objects that still point to it."""

    name: str
    cluster: str
    users: list[UserRow]
    more: bool


@dataclass(frozen=True)
class ObjectPage:
    """What the template of an object is given; parts are computed when it looks at them."""

    frame: Frame
    target: CatalogueObject
    revision: Revision
    show_all: bool = False
    users_after: int = 0

    @cached_property
    def text(self) -> str:
        """The document as canonical JSON text."""
        return content_bytes(self.revision.content).decode()

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document."""
        value: dict[str, Any] = parse(self.text)
        return value

    @property
    def kind(self) -> Kind:
        """The kind of the object."""
        return Kind(self.target.kind)

    @property
    def spec(self) -> KindSpec:
        """What is particular to the kind."""
        return KINDS[self.kind]

    @cached_property
    def json(self) -> Code:
        """The document, highlighted."""
        return code(self.text, "json", "json")

    @cached_property
    def uses(self) -> list[Use]:
        """What the document points to, place by place."""
        return uses_of(self.frame.workspace, find_references(self.kind, self.document))

    @cached_property
    def shared_uses(self) -> list[SharedUse]:
        """What the document points to, each thing once."""
        return share(self.uses)

    @cached_property
    def users(self) -> Users:
        """Some of the objects that point to this one."""
        return users_page(self.target, self._users_shown, self.users_after)

    @cached_property
    def user_rows(self) -> list[UserRow]:
        """Those objects with their addresses."""
        return [UserRow(row, url_of(row)) for row in self.users.rows]

    @property
    def more_users_url(self) -> str:
        """The address of the page with the users that follow, "" when all are shown."""
        return self._url_with(users=str(self.users.after)) if self.users.after else ""

    @cached_property
    def former_names(self) -> list[FormerName]:
        """The names it had before to which something still points, a few of many."""
        found = (self._former(*former) for former in names_left_behind(self.target))
        return list(islice((former for former in found if former.users), FORMER_SHOWN))

    def _former(self, name: str, cluster: str) -> FormerName:
        users = naming_page(self.target.workspace_id, self.kind, name, cluster, self._users_shown)
        rows = [UserRow(row, url_of(row)) for row in users.rows]
        return FormerName(name, cluster, rows, users.after is not None)

    @property
    def _users_shown(self) -> int:
        return USERS_ORDERED if self.show_all else SHOWN

    @cached_property
    def revisions(self) -> list[RevisionRow]:
        """The revisions, newest first; one more than is shown, when there are more."""
        found = revision_list(self.target)
        rows = list(found if self.show_all else found[: SHOWN + 1])
        why = revision_texts(rows)
        return [
            RevisionRow(row, why[row.pk], self.revision_url(row.number), row.pk == self.target.revision_id)
            for row in rows
        ]

    @property
    def cut(self) -> int | None:
        """How many rows of a list are shown; None for all."""
        return None if self.show_all else SHOWN

    @cached_property
    def warnings(self) -> list[Warned]:
        """What is unusual about the document but no reason to refuse it."""
        return [
            Warned(problem.where, self._line(problem.path), problem_text(problem))
            for problem in judge(self.kind, self.document)
        ]

    def _line(self, path: Any) -> int | None:
        position = None if self.json.plain else locate(self.text, path)
        return position.line if position else None

    @property
    def changed_since_submit(self) -> bool:
        """Whether the newest revision is newer than the newest version."""
        version = self.target.version
        return version is not None and version.revision_id != self.target.revision_id

    @property
    def url(self) -> str:
        """The address of the object's page."""
        return url_of(self.target)

    @property
    def all_url(self) -> str:
        """The address of the page with its lists in full."""
        return self._url_with(all="1")

    def _url_with(self, **params: str) -> str:
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(params)}"

    def revision_url(self, number: int) -> str:
        """Return the address of one of the object's revisions."""
        return url_of(self.target, number)

    @property
    def newest_url(self) -> str:
        """The address of the newest revision, which shows the whole document."""
        return self.revision_url(self.revision.number)

    @property
    def edit_url(self) -> str:
        """The address of the page that edits the object."""
        return admin_url("change", self.target)

    @property
    def export_url(self) -> str:
        """The address of the object's export."""
        target = self.target
        label = f"{target.cluster}/{target.name}" if target.cluster else target.name
        return export_url(self.frame.workspace.pk, **{str(self.kind): label})

    @property
    def directory_url(self) -> str:
        """The address of the list narrowed to the object's directory."""
        return list_url(self.frame.workspace.pk, self.kind, directory=self.target.directory)

    @property
    def owner_url(self) -> str:
        """The address of the list narrowed to the object's owner."""
        return list_url(self.frame.workspace.pk, self.kind, owner=self.target.owner)


class ScriptPage(ObjectPage):
    """A script: its source beside what every object shows."""

    @cached_property
    def source(self) -> Code:
        """The script's text, highlighted by its type."""
        return _source(self.document, self.target.type)

    @property
    def database(self) -> str:
        """The script's database; scripts that DataArts exports have it under another key."""
        return shown(self.document.get("database") or self.document.get("currentDatabase"))

    @property
    def configuration(self) -> list[tuple[str, str]]:
        """The script's settings as (name, value)."""
        return [(key, shown(value)) for key, value in part(self.document, "configuration").items()]


class ResourcePage(ObjectPage):
    """A resource: the files it depends on beside what every object shows."""

    @property
    def packages(self) -> list[tuple[str, Use | None, str]]:
        """The files it depends on, as (type, the resource a path names, the path)."""
        by_path = {use.reference.path[:2]: use for use in self.uses}
        rows = []
        for key in ("dependPackages", "dependFiles"):
            for place, item in enumerate(items(self.document, key)):
                kind, location = (
                    (item.get("type"), item.get("location")) if isinstance(item, dict) else ("", item)
                )
                rows.append((shown(kind), by_path.get((key, place)), shown(location)))
        return rows


class RevisionPage(ObjectPage):
    """One revision of an object, read only."""

    @cached_property
    def source(self) -> Code | None:
        """The text of a script as this revision has it."""
        return _source(self.document, shown(self.document.get("type"))) if self.kind is Kind.SCRIPT else None

    @cached_property
    def why(self) -> str:
        """Why the revision was made."""
        return revision_texts([self.revision])[self.revision.pk]

    @property
    def newest(self) -> bool:
        """Whether no later revision exists."""
        return self.revision.pk == self.target.revision_id

    @property
    def versions(self) -> list[Version]:
        """The versions that mark this revision."""
        return list(self.revision.versions.all())

    @property
    def older_url(self) -> str:
        """The address of the revision before this one, "" for the first."""
        return self.revision_url(self.revision.number - 1) if self.revision.number > 1 else ""

    @property
    def newer_url(self) -> str:
        """The address of the revision after this one, "" for the newest."""
        return "" if self.newest else self.revision_url(self.revision.number + 1)


def _source(document: dict[str, Any], script_type: str) -> Code:
    """Return the text of a script, highlighted by its type."""
    return code(shown(document.get("content")), lexer_for(script_type), "source")


Page = TypeVar("Page", bound=ObjectPage)


def object_page(make: type[Page], request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> Page:
    """Return the page of an object at its newest revision. Raises NotFound."""
    frame = frame_of(request, workspace_id, kind, (name, ""))
    target = object_get(frame.workspace, kind, name, request.GET.get("cluster"))
    if target.revision is None:  # only while it is being written
        raise ObjectMissing(kind, name)
    after = request.GET.get("users", "")
    users_after = int(after) if is_row_id(after) else 0
    return make(frame, target, target.revision, "all" in request.GET, users_after)


def revision_page(
    request: HttpRequest, workspace_id: str, kind: Kind, name: str, number: int
) -> RevisionPage:
    """Return the page of one revision of an object. Raises NotFound."""
    cluster = request.GET.get("cluster")
    url = object_url(workspace_id, kind, name, cluster or "")
    label = gettext("Revision %(number)s") % {"number": number}
    frame = frame_of(request, workspace_id, kind, (name, url), (label, ""))
    target = object_get(frame.workspace, kind, name, cluster)
    return RevisionPage(frame, target, revision_get(target, number))
