"""The admin pages of jobs, scripts, resources and CDM jobs: one base, four declarations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right, require
from dlfportal.adminsite import actions
from dlfportal.adminsite.access import Needed, actor_of, reach, workspace_label
from dlfportal.adminsite.bounded import BoundedAdmin, BoundedChangeList, Listing
from dlfportal.adminsite.changelist import (
    ObjectChangeList,
    OwnerFilter,
    ScheduleFilter,
    TypeFilter,
    WorkspaceFilter,
    words_sought,
)
from dlfportal.adminsite.documents.editing import DocumentEditing
from dlfportal.adminsite.documents.kind_forms import CdmJobForm, JobForm, ResourceForm, ScriptForm
from dlfportal.adminsite.documents.subject import Subject
from dlfportal.adminsite.history import DocumentHistory
from dlfportal.adminsite.pointing import tell_users, users_of
from dlfportal.catalogue.acting.asked import BulkVerb
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.search.finding import holding
from dlfportal.catalogue.selections import selections_own
from dlfportal.catalogue.services import object_delete
from dlfportal.catalogue.texts import error_text
from dlfportal.db.lookups import is_row_id
from dlfportal.errors import NotFound, StaleEdit, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.links import admin_url, list_url, revive_url, selection_act_url, url_of
from dlfportal.times import moment


class DocumentAdmin(DocumentHistory, DocumentEditing, BoundedAdmin):
    """Base of the four: columns, rights, deleting. Everything that writes is in the services.

    Editing is what the admin is for: who may not edit an object does not see it here. Where edits need a
    second person, its form is there to be read.
    """

    rights: ClassVar[Mapping[str, Needed]] = {
        "view": Right.EDIT, "add": Right.CHANGE, "change": Right.CHANGE, "delete": Right.CHANGE,
    }  # fmt: skip
    actions: Any = (actions.submit_selected, actions.move_selected, actions.delete_selected)
    list_filter: ClassVar[Any] = (WorkspaceFilter, TypeFilter, OwnerFilter, "updated_at")
    search_fields = ("name", "description")
    search_help_text = _("Search in names and descriptions")
    list_select_related = ("workspace__project", "revision", "version")
    list_per_page = 50
    list_max_show_all = 500
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ("name", "updated")
    ordering = ("name", "cluster")
    save_on_top = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        """Return the list of objects."""
        return ObjectChangeList

    def listing(self, request: HttpRequest, page: Any) -> Listing:
        """Return the objects that the list shows."""
        all_there_are = reach(request).everything and not request.GET.get("workspace")
        workspaces = self.workspaces_listed(request)
        return page.listing(workspaces, self.kind, all_there_are=all_there_are)  # type: ignore[no-any-return]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Return the rows that have each of the words in name or description, without case."""
        for word in words_sought(search_term):
            queryset = queryset.filter(holding(word))
        return queryset, False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns; a workspace is named without its project where there is only one."""
        plain = {} if reach(request).has_projects else {"place": "workspace"}
        return [plain.get(str(column), column) for column in self.list_display]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the object with all that its pages show, or None."""
        if not is_row_id(object_id):
            return None
        related = ("workspace__project", "revision", "version")
        return self.get_queryset(request).select_related(*related).filter(pk=object_id).first()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list; ids that cannot be any row's are refused before the database is asked."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME) if request.method == "POST" else []
        if not all(map(is_row_id, chosen)):
            self.refuse(request, gettext("What was chosen cannot be understood; choose again."))
            return HttpResponseRedirect(request.get_full_path())
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_urls(self) -> list[Any]:
        """Add the address of an act on objects of several workspaces."""
        route = f"{self.opts.app_label}_{self.opts.model_name}_acts"
        return [path("acts/", self.admin_site.admin_view(self.acts_view), name=route), *super().get_urls()]

    def acts_view(self, request: HttpRequest) -> HttpResponse:
        """Show a way to the page of an act for each of the workspaces in which something was chosen."""
        if not self.allowed(request, "view"):
            raise PermissionDenied
        word = request.GET.get("act", "")
        stored = selections_own(actor=actor_of(request), ids=request.GET.getlist("s"))
        if word not in list(BulkVerb) or not stored:
            raise NotFound(gettext_noop("There is no such act."))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("One workspace after the other"),
            "opts": self.opts,
            "parts": [
                (one, workspace_label(one.workspace), selection_act_url(one.workspace_id, one.pk, word))
                for one in stored
            ],
            "verb": actions.VERBS[BulkVerb(word)],
        }
        return TemplateResponse(request, "admin/document/acts.html", context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what still points to the object; then delete it through the service."""
        target = self.get_object(request, unquote(object_id))
        if target is None:
            return self.gone(request, object_id)
        require(request.user, target.workspace, Right.CHANGE)
        if request.method == "POST":
            return self.delete_confirmed(request, target)
        users, more = users_of(target, request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Delete %(name)s?") % {"name": target.name},
            "about": Subject.of(target, gettext("Delete")),
            "portal_url": url_of(target),
            "opts": self.opts,
            "object": target,
            "users": users,
            "more": more,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/document/delete.html", context)

    def delete_confirmed(self, request: HttpRequest, target: CatalogueObject) -> HttpResponse:
        """Delete the object unless it was saved anew since the question was asked."""
        expected = request.POST.get("expected", "")
        try:
            users = object_delete(
                actor=actor_of(request),
                target=target,
                expected=int(expected) if is_row_id(expected) else None,
            )
        except StaleEdit as error:
            self.refuse(request, error_text(error))
            return HttpResponseRedirect(admin_url("change", target))
        text = gettext("%(name)s was deleted. Its history stays, and its name is free again.")
        said = (text % {"name": target.name}, revive_url(target), gettext("Restore it"))
        self.message_user(request, format_html('{} <a href="{}">{}</a>', *said), messages.SUCCESS)
        tell_users(self, request, target, users)
        return HttpResponseRedirect(list_url(target.workspace_id, self.kind))

    def delete_model(self, request: HttpRequest, obj: CatalogueObject) -> None:
        """Delete one through the service."""
        object_delete(actor=actor_of(request), target=obj)

    @admin.display(description=_("workspace"))
    def place(self, obj: CatalogueObject) -> str:
        """The workspace with its project."""
        return workspace_label(obj.workspace)

    @admin.display(description=_("size"))
    def bytes(self, obj: CatalogueObject) -> str:
        """The size of the document."""
        return filesizeformat(obj.size)

    @admin.display(description=_("revision"), empty_value="—")
    def newest(self, obj: CatalogueObject) -> int | None:
        """The number of the newest revision."""
        return obj.revision.number if obj.revision else None

    @admin.display(description=_("version"), empty_value="—")
    def submitted(self, obj: CatalogueObject) -> int | None:
        """The number of the newest submitted version."""
        return obj.version.number if obj.version else None

    @admin.display(description=_("updated"), ordering="updated_at")
    def updated(self, obj: CatalogueObject) -> SafeString:
        """When the newest revision was made."""
        return moment(obj.updated_at)


class JobAdmin(DocumentAdmin):
    """Jobs."""

    kind = Kind.JOB
    document_form = JobForm
    actions = (
        actions.export_selected,
        actions.submit_selected,
        actions.tag_selected,
        actions.move_selected,
        actions.delete_selected,
    )
    list_display = (
        "name", "place", "type", "directory", "owner", "node_count", "schedule",
        "newest", "submitted", "updated", "updated_by",
    )  # fmt: skip
    list_filter = (WorkspaceFilter, TypeFilter, ScheduleFilter, OwnerFilter, "updated_at")


class ScriptAdmin(DocumentAdmin):
    """Scripts."""

    kind = Kind.SCRIPT
    document_form = ScriptForm
    list_display = (
        "name", "place", "type", "directory", "owner", "bytes",
        "newest", "submitted", "updated", "updated_by",
    )  # fmt: skip


class ResourceAdmin(DocumentAdmin):
    """Resources."""

    kind = Kind.RESOURCE
    document_form = ResourceForm
    list_display = (
        "name", "place", "type", "directory", "location", "newest", "submitted", "updated", "updated_by",
    )  # fmt: skip


class CdmJobAdmin(DocumentAdmin):
    """CDM jobs."""

    kind = Kind.CDM_JOB
    document_form = CdmJobForm
    actions = (actions.submit_selected, actions.delete_selected)
    list_display = (
        "name", "cluster", "place", "type", "description", "newest", "submitted", "updated", "updated_by",
    )  # fmt: skip
