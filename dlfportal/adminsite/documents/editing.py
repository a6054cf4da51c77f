"""The page on which one object is made or changed: the form, the service, and what is said afterwards."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from dlfportal.adminsite.access import PortalAdmin, actor_of, reach
from dlfportal.adminsite.actions import tell_renamed
from dlfportal.adminsite.documents.forms import DocumentForm, workspace_field
from dlfportal.adminsite.documents.subject import Subject
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import ObjectMissing, document_of, revision_get
from dlfportal.catalogue.services import NameTaken, Saved, object_create, object_update
from dlfportal.catalogue.texts import error_text, problem_text
from dlfportal.errors import BadRequest, NotFound, StaleEdit, gettext_noop
from dlfportal.formats.documents import judge
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument, show_path
from dlfportal.links import admin_add_url, admin_url, job_export_url, url_of

WARNINGS_TOLD = 3
PATHS_TOLD = 10


class DocumentEditing(PortalAdmin):
    """Adding and changing an object by its document."""

    kind: ClassVar[Kind]
    document_form: ClassVar[type[DocumentForm]]
    change_form_template = "admin/document/change_form.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form; when it is sent, save, or show it again with all that was typed."""
        target = None
        if object_id is not None:
            target = self.get_object(request, unquote(object_id))
            if target is None:
                return self.gone(request, object_id)
        elif not self.has_add_permission(request):
            raise PermissionDenied
        form = self.form_of(request, target)
        if request.method == "POST":
            saved = self.save(request, form, target)
            if saved:
                self.tell(request, saved, target)
                return self.go_on(request, saved)
            if target:
                # Somebody may have saved meanwhile: the page speaks of the newest revision.
                target = self.get_object(request, str(target.pk))
        elif target:
            form.show(judge(self.kind, form.base))
        return self.page(request, form, target)

    def form_of(self, request: HttpRequest, target: CatalogueObject | None) -> DocumentForm:
        """Return the form, loaded from the revision the edit began from."""
        data = request.POST if request.method == "POST" else None
        if target is None:
            form = self.document_form(data, base=self.document_form.starting)
            chosen = request.GET.get("workspace", "")
            form.fields["workspace"] = workspace_field(reach(request).editable, chosen)
        else:
            revision = _base_revision(target, data)
            form = self.document_form(data, base=document_of(revision), expected=revision.number)
            if "cluster" in form.fields:
                form.fields["cluster"].initial = target.cluster
        return form

    def save(self, request: HttpRequest, form: DocumentForm, target: CatalogueObject | None) -> Saved | None:
        """Save through the service, or put into the form why not and return None."""
        if not form.is_valid():
            form.judge()
            return None
        try:
            return self.write(request, form, target)
        except InvalidDocument as error:
            form.refuse(error.problems)
        except NameTaken as error:
            form.add_error("name", error_text(error))
        except ObjectMissing as error:
            form.add_error(None, error_text(error))
        except StaleEdit:
            pass  # the page says who saved what, and asks
        return None

    def write(self, request: HttpRequest, form: DocumentForm, target: CatalogueObject | None) -> Saved:
        """Call the service."""
        values = form.cleaned_data
        cluster = values.get("cluster", "") if "cluster" in form.data else (target.cluster if target else "")
        if target is None:
            return object_create(
                actor=actor_of(request),
                workspace=reach(request).editable[values["workspace"]],
                kind=self.kind,
                document=form.document,
                cluster=cluster,
                reason=values["reason"],
            )
        return object_update(
            actor=actor_of(request),
            target=target,
            document=form.document,
            expected=form.replaced,
            cluster=cluster,
            reason=values["reason"],
        )

    def tell(self, request: HttpRequest, saved: Saved, before: CatalogueObject | None) -> None:
        """Say what was saved, what was left out of it, and what looks wrong in it."""
        changed = saved.changed or before is None or before.cluster != saved.object.cluster
        revision = saved.object.revision
        values = {"name": saved.object.name, "number": revision.number if revision else 0}
        if before is None:
            self.message_user(request, gettext("%(name)s was added.") % values, messages.SUCCESS)
        elif changed:
            text = gettext("%(name)s was saved as revision %(number)s.") % values
            self.message_user(request, text, messages.SUCCESS)
        else:
            text = gettext("Nothing changed: %(name)s is still at revision %(number)s.") % values
            self.message_user(request, text, messages.INFO)
        if before:
            tell_renamed(self, request, before, saved.object)
        if saved.emptied:
            self.message_user(request, _emptied_text(saved), messages.WARNING)
        if saved.warnings and changed:
            self.message_user(request, _warnings_text(saved), messages.WARNING)

    def go_on(self, request: HttpRequest, saved: Saved) -> HttpResponse:
        """Go where the button that was pressed leads; Save alone leads to the page of the object."""
        if "_continue" in request.POST:
            return HttpResponseRedirect(admin_url("change", saved.object))
        if "_addanother" in request.POST:
            return HttpResponseRedirect(admin_add_url(self.kind, saved.object.workspace_id))
        return HttpResponseRedirect(url_of(saved.object))

    def page(self, request: HttpRequest, form: DocumentForm, target: CatalogueObject | None) -> HttpResponse:
        """Show the form, with what is known of the object around it."""
        newest = target.revision if target else None
        began = form["expected"].value()
        about = self.about(form, target)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Edit %(name)s") % {"name": target.name} if target else about.page,
            "about": about,
            "opts": self.opts,
            "document_form": form,
            "original": target,
            "cancel_url": about.leave_url,
            "stale": newest if newest and form.is_bound and str(newest.number) != str(began) else None,
            "waiting": target and newest and _unsubmitted(target),
            **_links_of(target),
        }
        return TemplateResponse(request, self.change_form_template, context)

    def about(self, form: DocumentForm, target: CatalogueObject | None) -> Subject:
        """Return what the page is about; a new object's workspace may be chosen already."""
        if target:
            return Subject.of(target, gettext("Edit"))
        chosen = form["workspace"].value() or ""
        known = chosen in dict(cast(Any, form.fields["workspace"]).choices)
        page = gettext("Add %(kind)s") % {"kind": self.opts.verbose_name}
        return Subject(chosen if known else "", self.kind, None, page)


def _base_revision(target: CatalogueObject, data: Any) -> Any:
    """Return the revision that what was sent began from; when the form is first shown, the newest."""
    newest = target.revision.number if target.revision else 0
    text = data.get("expected", "") if data is not None else str(newest)
    try:
        return revision_get(target, int(text))
    except (ValueError, NotFound):
        message = gettext_noop("The form does not say which revision it began from; open the page again.")
        raise BadRequest(message) from None


def _links_of(target: CatalogueObject | None) -> dict[str, str]:
    """Return the addresses of the object's pages in the portal that the template offers."""
    if target is None or target.revision is None:
        return {}
    links = {"portal_url": url_of(target), "revision_url": url_of(target, target.revision.number)}
    if target.kind == Kind.JOB:
        links["export_url"] = job_export_url(target.workspace_id, target.name)
    return links


def _unsubmitted(target: CatalogueObject) -> bool:
    return target.version is None or target.version.revision_id != target.revision_id


def _emptied_text(saved: Saved) -> str:
    paths = [show_path(path) for path in saved.emptied]
    listed = ", ".join(paths[:PATHS_TOLD]) + ("…" if len(paths) > PATHS_TOLD else "")
    text = ngettext(
        "A secret is never kept; this place was emptied: %(paths)s.",
        "Secrets are never kept; these places were emptied: %(paths)s.",
        len(paths),
    )
    return text % {"paths": listed}


def _warnings_text(saved: Saved) -> str:
    told = [f"{problem.where}: {problem_text(problem)}" for problem in saved.warnings[:WARNINGS_TOLD]]
    count = len(saved.warnings)
    text = ngettext("%(count)s warning. %(told)s", "%(count)s warnings. %(told)s", count)
    return text % {"count": count, "told": " ".join(told) + (" …" if count > WARNINGS_TOLD else "")}
