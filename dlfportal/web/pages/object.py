"""The page of one object: what all four kinds show. What only one kind shows stands in its own module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.catalogue.elsewhere import Elsewhere, same_name_elsewhere
from dlfportal.catalogue.index import State as Standing
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.references import (
    USERS_ORDERED,
    Users,
    names_left_behind,
    naming_page,
    nodes_that_name,
    users_page,
)
from dlfportal.catalogue.selectors import ObjectMissing, content_bytes, object_get
from dlfportal.catalogue.texts import problem_text
from dlfportal.db.lookups import is_row_id
from dlfportal.formats.documents import find_references, judge
from dlfportal.formats.jsonplaces import locate
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Problem
from dlfportal.links import admin_url, compare_url, document_url, export_url, list_url, url_of
from dlfportal.web.code import Code, code
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.pages.history import RevisionRow, revision_rows
from dlfportal.web.pages.moving import moving_urls
from dlfportal.web.pages.tabs import TABS, ObjectTab, TabSpec
from dlfportal.web.pages.use_groups import NODES_SHOWN, UseGroup, use_groups
from dlfportal.web.pages.uses import SharedUse, State, Use, share, uses_of
from dlfportal.web.parts import state_badge
from dlfportal.web.words import object_type

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
class UserRow:
    """One object that uses this one."""

    object: CatalogueObject
    url: str
    nodes: Sequence[str] = ()

    @property
    def label(self) -> str:
        """The name of its kind, of several."""
        return KINDS[Kind(self.object.kind)].plural

    @property
    def first_nodes(self) -> Sequence[str]:
        """The nodes that are named at once."""
        return self.nodes[:NODES_SHOWN]

    @property
    def more_nodes(self) -> Sequence[str]:
        """The nodes that are folded."""
        return self.nodes[NODES_SHOWN:]


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that the object had before and nothing has now, with the objects that still point to it."""

    name: str
    cluster: str
    users: list[UserRow]
    more: bool


@dataclass(frozen=True)
class ObjectPage:
    """What the template of an object is given; parts are computed when it looks at them.

    `asked` is what its address asks for: a tab may read what it alone understands.
    """

    frame: Frame
    target: CatalogueObject
    revision: Revision
    reader: User | AnonymousUser = field(default_factory=AnonymousUser)
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def show_all(self) -> bool:
        """Whether lists are asked for in full."""
        return "all" in self.asked

    @property
    def users_after(self) -> int:
        """The user before the page of users that is asked for, 0 for the first page."""
        after = self.asked.get("users", "")
        return int(after) if is_row_id(after) else 0

    @cached_property
    def tab(self) -> TabSpec:
        """The tab that is shown: the one asked for, else the first."""
        offered, wanted = self._offered, self.asked.get("tab", "")
        return next((spec for spec in offered if spec.key == wanted), offered[0])

    @property
    def tabs(self) -> list[ObjectTab]:
        """All tabs with their addresses."""
        return [
            ObjectTab(
                spec,
                self._url_with(tab=spec.key),
                getattr(self, spec.count) if spec.count else None,
                spec is self.tab,
            )
            for spec in self._offered
        ]

    @property
    def _offered(self) -> list[TabSpec]:
        return [spec for spec in TABS[self.kind] if not spec.when or getattr(self, spec.when)]

    @property
    def uses_url(self) -> str:
        """The address of the tab that shows what it uses."""
        return self._url_with(tab="uses")

    @property
    def history_url(self) -> str:
        """The address of the tab that shows its revisions."""
        return self._url_with(tab="history")

    @property
    def json_url(self) -> str:
        """The address of the tab that shows the document."""
        return self._url_with(tab="json")

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

    @property
    def type_word(self) -> str:
        """Its type in the reader's words."""
        return object_type(self.kind, self.target.type)

    @cached_property
    def json(self) -> Code:
        """The document, highlighted."""
        return code(self.text, "json", "json")

    @cached_property
    def uses(self) -> list[Use]:
        """What the document points to, place by place."""
        return uses_of(self.frame.workspace, find_references(self.kind, self.document), self._visible)

    @cached_property
    def shared_uses(self) -> list[SharedUse]:
        """What the document points to, each thing once."""
        return share(self.uses)

    @cached_property
    def missing(self) -> list[SharedUse]:
        """What it names that the workspace does not have, each once."""
        return [entry for entry in self.shared_uses if entry.use.state is State.MISSING]

    @property
    def use_counts(self) -> str:
        """How many things it uses, and how many use it."""
        return f"{len(self.shared_uses)} / {self.users.total}"

    @cached_property
    def users(self) -> Users:
        """Some of the objects that point to this one."""
        return users_page(self.target, self._users_shown, self.users_after)

    @cached_property
    def user_rows(self) -> list[UserRow]:
        """Those objects with their addresses."""
        nodes = nodes_that_name(self.target, self.users.rows)
        return [UserRow(row, url_of(row), nodes.get(row.pk, ())) for row in self.users.rows]

    @cached_property
    def use_groups(self) -> list[UseGroup]:
        """What it uses, by kind, with what the reader may see of other workspaces."""
        return use_groups(self.frame.workspace, self.shared_uses, self.target.pk)

    @cached_property
    def elsewhere(self) -> list[Elsewhere]:
        """What has its name in other workspaces that the reader may see."""
        return same_name_elsewhere(self.target, self._visible)

    @property
    def _visible(self) -> QuerySet[Workspace]:
        return workspaces_with(self.reader, Right.VIEW)

    @property
    def more_users_url(self) -> str:
        """The address of the page with the users that follow, "" when all are shown."""
        return self._url_with(tab="uses", users=str(self.users.after)) if self.users.after else ""

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

    @property
    def revision_count(self) -> int:
        """How many revisions it has."""
        return self.target.revision.number if self.target.revision else 0

    @cached_property
    def revisions(self) -> list[RevisionRow]:
        """The revisions, newest first; one more than is shown, when there are more."""
        return revision_rows(self.target, None if self.show_all else SHOWN + 1)

    @property
    def cut(self) -> int | None:
        """How many rows of a list are shown; None for all."""
        return None if self.show_all else SHOWN

    @cached_property
    def problems(self) -> list[Problem]:
        """What is unusual about the document but no reason to refuse it."""
        return list(judge(self.kind, self.document))

    @property
    def warnings(self) -> list[Warned]:
        """The same in words, each with its line in the JSON text."""
        return [
            Warned(problem.where, self._line(problem.path), problem_text(problem))
            for problem in self.problems
        ]

    def _line(self, path: Any) -> int | None:
        position = None if self.json.plain else locate(self.text, path)
        return position.line if position else None

    @property
    def revisions_since(self) -> int:
        """How many revisions were made since the newest version was submitted."""
        version = self.target.version
        if version is None or not self.waiting:
            return 0
        return self.revision_count - version.revision.number

    @property
    def state(self) -> SafeString:
        """Whether it is submitted, as a badge."""
        version = self.target.version
        return state_badge(version.number if version else 0, self.revisions_since)

    @property
    def changes_url(self) -> str:
        """The address of what changed since it was submitted, "" where nothing did."""
        version = self.target.version
        if version is None or not self.waiting:
            return ""
        return compare_url(self.target, version.revision.number, self.revision.number)

    @property
    def compare_url(self) -> str:
        """Where two of its revisions are compared."""
        return compare_url(self.target, None, None)

    @property
    def waiting(self) -> bool:
        """Whether there is something in its newest revision that is not submitted."""
        return self.target.state != Standing.SUBMITTED

    @property
    def url(self) -> str:
        """The address of the object's page."""
        return url_of(self.target)

    @property
    def all_url(self) -> str:
        """The address of the tab with its lists in full."""
        return self._url_with(tab=self.tab.key, all="1")

    def _url_with(self, **params: str) -> str:
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(params)}"

    def revision_url(self, number: int) -> str:
        """Return the address of one of the object's revisions."""
        return url_of(self.target, number)

    @property
    def document_url(self) -> str:
        """The address that downloads the document."""
        return document_url(self.target)

    @property
    def edit_url(self) -> str:
        """The address of the page that edits the object."""
        return admin_url("change", self.target)

    @property
    def submit_url(self) -> str:
        """The address that takes the form which submits the object."""
        return admin_url("submit", self.target)

    @property
    def moving_urls(self) -> dict[str, str]:
        """The addresses of the pages that rename, copy and move it, by these words."""
        return moving_urls(self.target)

    @property
    def delete_url(self) -> str:
        """The address of the page that deletes the object."""
        return admin_url("delete", self.target)

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


Page = TypeVar("Page", bound=ObjectPage)


def object_page(make: type[Page], request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> Page:
    """Return the page of an object at its newest revision. Raises NotFound."""
    frame = frame_of(request, workspace_id, kind, (name, ""))
    target = object_get(frame.workspace, kind, name, request.GET.get("cluster"))
    if target.revision is None:  # only while it is being written
        raise ObjectMissing(kind, name)
    return make(frame, target, target.revision, request.user, request.GET)
