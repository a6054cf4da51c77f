"""The palette: where the words of a reader may lead from the page they are on, a few ways at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from urllib.parse import unquote

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, may_enter_admin, rights_in, workspaces_with
from dlfportal.catalogue.everywhere import Hit, find_everywhere, words_of
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.search.finding import is_findable
from dlfportal.catalogue.search.grams import fold
from dlfportal.catalogue.selectors import object_get
from dlfportal.errors import NotFound
from dlfportal.formats.graph.queries import Wanted
from dlfportal.formats.kinds import Kind
from dlfportal.links import (
    admin_add_url,
    admin_url,
    export_url,
    import_url,
    job_export_url,
    job_graph_url,
    object_comparing_url,
    object_url,
)
from dlfportal.web.pages.frame import PLACES

ENTRIES_AT_MOST = 20
RECENT_AT_MOST = 8
WORKSPACES_AT_MOST = 4
OF_A_KIND = 4
LONGEST = 255

PAGES: tuple[tuple[str, Promise, str], ...] = (
    ("web:home", gettext_lazy("Workspaces"), "folder"),
    ("web:activity", gettext_lazy("Activity of everything I may see"), "history"),
    ("web:access-keys", gettext_lazy("My access keys"), "key"),
    ("web:preferences", gettext_lazy("Preferences"), "gear"),
    ("web:help", gettext_lazy("Help"), "info"),
    ("password_change", gettext_lazy("Change password"), "edit"),
    ("api-docs", gettext_lazy("API documentation"), "info"),
)
"""The pages that are in no workspace: route, name, icon."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One way of the palette: a link, or with a `language` a form that posts it."""

    label: str
    url: str
    icon: str
    note: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    title: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class GoPage:
    """What the fragment of the palette is given; `next` is the page one is on, to which a form returns."""

    text: str
    groups: list[Group]
    next: str

    @property
    def count(self) -> int:
        """How many ways there are."""
        return sum(len(group.entries) for group in self.groups)


@dataclass(frozen=True)
class Where:
    """The page that the palette was opened on, and whom the reader may be there."""

    user: User | AnonymousUser
    language: tuple[str, str]
    workspaces: Mapping[str, Workspace]
    match: ResolverMatch | None
    cluster: str | None

    @property
    def workspace(self) -> Workspace | None:
        """The workspace of the page, if the reader may see it."""
        return self.workspaces.get(self.match.kwargs.get("workspace_id", "")) if self.match else None

    @cached_property
    def rights(self) -> frozenset[Right]:
        """What the reader may do in the workspace of the page."""
        return rights_in(self.user, self.workspace) if self.workspace else frozenset()


def go_page(request: HttpRequest, language: tuple[str, str]) -> GoPage:
    """Return the ways for the words `q` from the page `at`; `recent` are addresses that one has been to.

    `language` is the code and the own name of the language to switch to.
    """
    text, at = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("at", "/")
    workspaces = {found.pk: found for found in workspaces_with(request.user, Right.VIEW)}
    where = Where(request.user, language, workspaces, _match(at), _cluster(at))
    words = [fold(word) for word in words_of(text)]
    groups = _narrowed(where, words) if words else _opening(where, request.GET.getlist("recent"))
    return GoPage(text, _cut(groups), at if where.match else "/")


def _opening(where: Where, recent: Sequence[str]) -> Iterator[Group]:
    """Yield what the palette shows before anything was typed."""
    yield Group(_("Recent"), list(_recent(where, recent)))
    yield Group(_("Actions"), list(_actions(where)))
    yield Group(_("Pages of the portal"), list(_pages(where)))


def _narrowed(where: Where, words: Sequence[str]) -> Iterator[Group]:
    """Yield what has all of the words."""
    yield Group(_("Workspaces"), list(_workspaces(where, words)))
    for spec in KINDS.values():
        hits = find_everywhere(words, spec.kind, where.workspaces, names_only=True).hits
        yield Group(spec.plural, [_of_hit(where, hit, spec.tone) for hit in _nearest(where, hits)])
    for title, entries in ((_("Actions"), _actions(where)), (_("Pages of the portal"), _pages(where))):
        yield Group(title, [entry for entry in entries if _has(entry.label, words)])


def _nearest(where: Where, hits: Sequence[Hit]) -> list[Hit]:
    """Return the first hits, of those that are equally good the ones of this workspace before others."""
    here = where.workspace.pk if where.workspace else ""
    return sorted(hits[: 5 * OF_A_KIND], key=lambda hit: hit.workspace_id != here)[:OF_A_KIND]


def _cut(groups: Iterator[Group]) -> list[Group]:
    """Return the groups that have entries, without those beyond the most that are shown."""
    left, kept = ENTRIES_AT_MOST, []
    for group in groups:
        entries = group.entries[:left]
        left -= len(entries)
        if entries:
            kept.append(Group(group.title, entries))
    return kept


def _recent(where: Where, paths: Sequence[str]) -> Iterator[Entry]:
    """Yield the objects that one has been to, of workspaces that one may see."""
    for path in paths[:RECENT_AT_MOST]:
        match = _match(path)
        if match is None or match.view_name != "web:object":
            continue
        workspace = where.workspaces.get(match.kwargs["workspace_id"])
        if workspace:
            kind = KINDS[match.kwargs["kind"]]
            yield Entry(match.kwargs["name"], path, kind.tone, workspace.name)


def _workspaces(where: Where, words: Sequence[str]) -> Iterator[Entry]:
    found = (one for one in where.workspaces.values() if _has(one.name, words))
    for workspace in islice(found, WORKSPACES_AT_MOST):
        yield Entry(
            workspace.name, reverse("web:workspace", args=[workspace.pk]), "folder", workspace.project.name
        )


def _of_hit(where: Where, hit: Hit, tone: str) -> Entry:
    url = object_url(hit.workspace_id, Kind(hit.kind), hit.name, hit.cluster)
    return Entry(hit.name, url, tone, where.workspaces[hit.workspace_id].name)


def _pages(where: Where) -> Iterator[Entry]:
    """Yield the pages of this workspace, then those that are in none."""
    workspace = where.workspace
    if workspace:
        for place in PLACES:
            yield Entry(place.heading, place.url(workspace.pk), place.icon, workspace.name)
        yield Entry(_("Graph of jobs"), job_graph_url(workspace.pk), "job", workspace.name)
    for route, label, icon in PAGES:
        yield Entry(str(label), reverse(route), icon)
    if may_enter_admin(where.user):
        yield Entry(_("Administration"), reverse("admin:index"), "gear")


def _actions(where: Where) -> Iterator[Entry]:
    """Yield what may be done here: each opens the page or the form that does it."""
    yield from chain.from_iterable(action(where) for action in ACTIONS)


def _export_this(where: Where) -> Iterator[Entry]:
    if where.workspace and _is_at(where, Kind.JOB) and where.match:
        name = where.match.kwargs["name"]
        yield Entry(_("Export this job"), job_export_url(where.workspace.pk, name), "download", name)


def _export_some(where: Where) -> Iterator[Entry]:
    if where.workspace:
        yield Entry(_("New export"), export_url(where.workspace.pk), "download", where.workspace.name)


def _show_around_this(where: Where) -> Iterator[Entry]:
    if where.workspace and _is_at(where, Kind.JOB) and where.match:
        name = where.match.kwargs["name"]
        url = job_graph_url(where.workspace.pk, str(Wanted(name)))
        yield Entry(_("This job in the graph of jobs"), url, "job", name)


def _compare_this(where: Where) -> Iterator[Entry]:
    match, workspace = where.match, where.workspace
    if match and workspace and match.view_name == "web:object":
        url = object_comparing_url(workspace.pk, match.kwargs["kind"], match.kwargs["name"])
        yield Entry(_("Compare this with another workspace"), url, "compare", match.kwargs["name"])


def _edit_this(where: Where) -> Iterator[Entry]:
    match, workspace = where.match, where.workspace
    is_object = bool(match and match.view_name == "web:object")
    if not (match and workspace and is_object and Right.CHANGE in where.rights):
        return
    with suppress(NotFound):
        target = object_get(workspace, match.kwargs["kind"], match.kwargs["name"], where.cluster)
        label = _("Edit this %(kind)s") % {"kind": KINDS[match.kwargs["kind"]].model._meta.verbose_name}
        yield Entry(label, admin_url("change", target), "edit", target.name)


def _make_new(where: Where) -> Iterator[Entry]:
    workspace = where.workspace
    if workspace and Right.CHANGE in where.rights:
        for spec in KINDS.values():
            label = _("New %(kind)s") % {"kind": spec.model._meta.verbose_name}
            yield Entry(label, admin_add_url(spec.kind, workspace.pk), "plus", workspace.name)


def _import(where: Where) -> Iterator[Entry]:
    workspace = where.workspace
    if workspace and Right.EDIT in where.rights:
        yield Entry(_("Import a package"), import_url(workspace.pk), "upload", workspace.name)


def _switch_language(where: Where) -> Iterator[Entry]:
    code, name = where.language
    label = _("Switch to %(language)s") % {"language": name}
    yield Entry(label, reverse("set_language"), "globe", language=code)


ACTIONS: tuple[Callable[[Where], Iterator[Entry]], ...] = (
    _export_this,
    _export_some,
    _show_around_this,
    _compare_this,
    _edit_this,
    _make_new,
    _import,
    _switch_language,
)


def _is_at(where: Where, kind: Kind) -> bool:
    match = where.match
    return bool(match and match.view_name == "web:object" and match.kwargs["kind"] is kind)


def _has(text: str, words: Sequence[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _cluster(address: str) -> str | None:
    """Return the cluster that the address of a CDM job names."""
    found = QueryDict(address.partition("?")[2].encode("utf-8", "replace")).get("cluster")
    return found if found is None or is_findable(found) else None


def _match(address: str) -> ResolverMatch | None:
    """Return what a page's address stands for; None for one that is none of the portal's own."""
    path = unquote(address.partition("?")[0])
    if not path.startswith("/") or not is_findable(path):
        return None
    try:
        return resolve(path)
    except Resolver404:
        return None
