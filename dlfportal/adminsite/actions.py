"""What can be done with the objects ticked in a list: the pages of the portal do it, and ask before."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.adminsite.access import actor_of, reach
from dlfportal.adminsite.choices import choices_of
from dlfportal.adminsite.documents.editing import DocumentEditing
from dlfportal.catalogue.acting.asked import BulkVerb
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selections import selection_store
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import PortalError
from dlfportal.links import admin_acts_url, selection_act_url
from dlfportal.transfer.exports.delivery import package_response
from dlfportal.transfer.exports.package import export_jobs

Chosen = QuerySet[CatalogueObject]

VERBS = {
    BulkVerb.SUBMIT: _("Submit"),
    BulkVerb.TAG: _("Tag"),
    BulkVerb.MOVE: _("Move to folder"),
    BulkVerb.DELETE: _("Delete"),
}
"""The acts as buttons say them."""


@admin.action(description=_("Export selected jobs"), permissions=["view"])
def export_selected(page: DocumentEditing, request: HttpRequest, chosen: Chosen) -> HttpResponseBase | None:
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
def submit_selected(page: DocumentEditing, request: HttpRequest, chosen: Chosen) -> HttpResponse | None:
    """Lead to the page that submits the newest revision of each chosen object."""
    return _lead(page, request, chosen, BulkVerb.SUBMIT)


@admin.action(description=_("Tag selected"), permissions=["change"])
def tag_selected(page: DocumentEditing, request: HttpRequest, chosen: Chosen) -> HttpResponse | None:
    """Lead to the page that changes the tags of the chosen jobs."""
    return _lead(page, request, chosen, BulkVerb.TAG)


@admin.action(description=_("Move selected to a folder"), permissions=["change"])
def move_selected(page: DocumentEditing, request: HttpRequest, chosen: Chosen) -> HttpResponse | None:
    """Lead to the page that puts the chosen objects into a folder."""
    return _lead(page, request, chosen, BulkVerb.MOVE)


@admin.action(description=_("Delete selected"), permissions=["delete"])
def delete_selected(page: DocumentEditing, request: HttpRequest, chosen: Chosen) -> HttpResponse | None:
    """Lead to the page that deletes the chosen objects, and says before what still points to them."""
    return _lead(page, request, chosen, BulkVerb.DELETE)


def _lead(page: DocumentEditing, request: HttpRequest, chosen: Chosen, verb: BulkVerb) -> HttpResponse | None:
    """Store what is ticked, and lead to the page of the act; one act is of one workspace.

    Of several workspaces, lead to a page with a link for each.
    """
    try:
        choices = choices_of(page.kind, request, chosen)
        stored = [
            selection_store(actor=actor_of(request), workspace=reach(request).editable[pk], choice=choice)
            for pk, choice in choices.items()
        ]
    except PortalError as error:
        page.refuse(request, error_text(error))
        return None
    if not stored:
        page.refuse(request, gettext("Nothing is chosen. Tick objects in a list first."))
        return None
    if len(stored) > 1:
        return HttpResponseRedirect(admin_acts_url(page.kind, verb, [one.pk for one in stored]))
    return HttpResponseRedirect(selection_act_url(stored[0].workspace_id, stored[0].pk, verb))
