"""What points to an object, as the pages that delete or rename it say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext

from dlfportal.access.policy import Right, workspaces_with
from dlfportal.adminsite.access import BaseAdmin
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.elsewhere import far_users, words_for
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.references import Users, naming_page, users_page
from dlfportal.formats.kinds import Kind
from dlfportal.links import url_of

USERS_NAMED = 20


def users_of(
    target: CatalogueObject, reader: User | AnonymousUser
) -> tuple[list[tuple[CatalogueObject, str, str]], Total]:
    """Return the first objects that point to `target`, with their addresses, and how many more there are.

    Those of other workspaces are among them where `reader` may see them, with the name of theirs.
    """
    near = users_page(target, USERS_NAMED)
    far = _far_users(target, target.name, reader)
    rows = [*near.rows, *far.rows][:USERS_NAMED]
    more = Total(near.total.number + far.total.number - len(rows), near.total.is_more or far.total.is_more)
    named = [
        (user, url_of(user), "" if user.workspace_id == target.workspace_id else user.workspace.name)
        for user in rows
    ]
    return named, more


def _far_users(target: CatalogueObject, name: str, reader: User | AnonymousUser) -> Users:
    """Return the first jobs of other workspaces that `reader` may see and that wait for a job by `name`."""
    if target.kind != Kind.JOB:
        return Users([], Total(0, False))
    words = words_for(target.workspace, workspaces_with(reader, Right.VIEW))
    return far_users(name, words, USERS_NAMED + 1, target.pk)


def tell_users(
    page: BaseAdmin, request: HttpRequest, target: CatalogueObject, near: Sequence[CatalogueObject]
) -> None:
    """Warn of what still points to an object that was deleted: `near`, and jobs of other workspaces."""
    far = _far_users(target, target.name, request.user)
    total = Total(len(near) + far.total.number, far.total.is_more)
    if total.number:
        text = ngettext(
            "%(count)s object still points to what was deleted:",
            "%(count)s objects still point to what was deleted:",
            total.number,
        )
        _warn(page, request, text % {"count": total}, [*near, *far.rows])


def tell_renamed(
    page: BaseAdmin, request: HttpRequest, before: CatalogueObject, after: CatalogueObject
) -> None:
    """Warn of the objects that still point to the name, or the cluster, that an object had before."""
    if (before.name, before.cluster) == (after.name, after.cluster):
        return
    kind, size = Kind(before.kind), USERS_NAMED + 1
    near = naming_page(before.workspace_id, kind, before.name, before.cluster, size)
    far = _far_users(after, before.name, request.user)
    total = Total(near.total.number + far.total.number, near.total.is_more or far.total.is_more)
    if total.number:
        text = ngettext(
            "%(count)s object still points to the old name %(name)s:",
            "%(count)s objects still point to the old name %(name)s:",
            total.number,
        )
        name = f"{before.name} ({before.cluster})" if before.cluster else before.name
        _warn(page, request, text % {"count": total, "name": name}, [*near.rows, *far.rows])


def _warn(page: BaseAdmin, request: HttpRequest, text: str, users: Iterable[CatalogueObject]) -> None:
    """Show a warning that ends with the first of `users`, each a link to its page."""
    links = [(url_of(user), user.name) for user in islice(users, USERS_NAMED + 1)]
    named = format_html_join(", ", '<a href="{}">{}</a>', links[:USERS_NAMED])
    more = "…" if len(links) > USERS_NAMED else ""
    page.message_user(request, format_html("{} {}{}", text, named, more), messages.WARNING)
