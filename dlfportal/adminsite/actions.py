"""What can be done with the objects ticked in a list."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right, workspaces_with
from dlfportal.adminsite.access import BaseAdmin, PortalAdmin, actor_of
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.elsewhere import far_users, words_for
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.references import Users, naming_page, users_page
from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.catalogue.services import object_delete, version_submit
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import PortalError
from dlfportal.formats.kinds import Kind
from dlfportal.links import url_of
from dlfportal.transfer.exports.delivery import package_response
from dlfportal.transfer.exports.package import export_jobs

Chosen = QuerySet[CatalogueObject]

AT_ONCE = 500
"""So many objects are submitted or deleted in one go: one request must not hold the database for minutes."""

USERS_NAMED = 20


@admin.action(description=_("Export selected jobs"), permissions=["view"])
def export_selected(page: PortalAdmin, request: HttpRequest, chosen: Chosen) -> HttpResponseBase | None:
    """Answer `jobs.zip` with the chosen jobs of one workspace and all they use."""
    workspaces = list(chosen.order_by().values_list("workspace", flat=True).distinct()[:2])
    if len(workspaces) > 1:
        page.refuse(request, gettext("A package holds jobs of one workspace: choose jobs of one at a time."))
        return None
    first = chosen.select_related("workspace").first()
    if first is None:
        return None
    try:
        package = export_jobs(actor=actor_of(request), workspace=first.workspace, jobs=chosen)
    except PortalError as error:
        page.refuse(request, error_text(error))
        return None
    return package_response(package)


@admin.action(description=_("Submit selected"), permissions=["change"])
def submit_selected(page: PortalAdmin, request: HttpRequest, chosen: Chosen) -> None:
    """Submit the newest revision of each chosen object."""
    if _too_many(page, request, chosen):
        return
    before = dict(chosen.order_by().values_list("pk", "version"))
    made = 0
    with transaction.atomic():
        for target in list(chosen.select_related("workspace")):
            version = version_submit(actor=actor_of(request), target=target)
            made += version.pk != before.get(target.pk)
    text = ngettext("%(count)s was submitted.", "%(count)s were submitted.", made) % {"count": made}
    if kept := len(before) - made:
        text += " " + ngettext(
            "%(count)s was submitted already.", "%(count)s were submitted already.", kept
        ) % {"count": kept}
    page.message_user(request, text, messages.SUCCESS)


@admin.action(description=_("Delete selected"), permissions=["delete"])
def delete_selected(page: PortalAdmin, request: HttpRequest, chosen: Chosen) -> HttpResponseBase | None:
    """Show what is to be deleted and what still points to it; then delete through the service."""
    if _too_many(page, request, chosen):
        return None
    if request.POST.get("post"):
        page.delete_queryset(request, chosen)
        return None
    going = list(chosen.select_related("workspace"))
    context = {
        **page.admin_site.each_context(request),
        "title": gettext("Delete the selected objects?"),
        "opts": page.opts,
        "media": page.media,
        "going": [(target, users_of(target, request.user)) for target in going],
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/document/delete_selected.html", context)


def delete_all(page: PortalAdmin, request: HttpRequest, chosen: Chosen) -> None:
    """Delete objects through the service, all or none, and name what still points to them."""
    gone: list[CatalogueObject] = []
    users: dict[int, CatalogueObject] = {}
    with transaction.atomic():
        for target in list(chosen.select_related("workspace")):
            try:
                left = object_delete(actor=actor_of(request), target=target)
            except ObjectMissing:
                continue  # somebody else deleted it a moment ago
            gone.append(target)
            users.update((user.pk, user) for user in left)
    for target in gone:
        users.pop(target.pk, None)
    text = ngettext("%(count)s was deleted.", "%(count)s were deleted.", len(gone)) % {"count": len(gone)}
    page.message_user(request, text, messages.SUCCESS)
    tell_users(page, request, list(users.values()))


def users_of(
    target: CatalogueObject, reader: User | AnonymousUser
) -> tuple[list[tuple[CatalogueObject, str]], Total]:
    """Return the first objects that point to `target` with their addresses, and how many more there are.

    Those of other workspaces are among them where `reader` may see them.
    """
    near = users_page(target, USERS_NAMED)
    far = _far_users(target, target.name, reader)
    rows = [*near.rows, *far.rows][:USERS_NAMED]
    more = Total(near.total.number + far.total.number - len(rows), near.total.is_more or far.total.is_more)
    return [(user, url_of(user)) for user in rows], more


def _far_users(target: CatalogueObject, name: str, reader: User | AnonymousUser) -> Users:
    """Return the first jobs of other workspaces that `reader` may see and that wait for a job by `name`."""
    if target.kind != Kind.JOB:
        return Users([], Total(0, False))
    words = words_for(target.workspace, workspaces_with(reader, Right.VIEW))
    return far_users(name, words, USERS_NAMED + 1, target.pk)


def tell_users(page: BaseAdmin, request: HttpRequest, users: list[CatalogueObject]) -> None:
    """Warn of the objects that still point to something deleted."""
    if not users:
        return
    text = ngettext(
        "%(count)s object still points to what was deleted:",
        "%(count)s objects still point to what was deleted:",
        len(users),
    )
    _warn(page, request, text % {"count": len(users)}, users)


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


def _too_many(page: PortalAdmin, request: HttpRequest, chosen: Chosen) -> bool:
    if chosen.order_by().values("pk")[: AT_ONCE + 1].count() <= AT_ONCE:
        return False
    page.refuse(request, gettext("At most %(limit)s objects at once; narrow the list.") % {"limit": AT_ONCE})
    return True
