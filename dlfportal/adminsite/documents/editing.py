"""The page on which one object is made or changed: the form, the service, and what is said afterwards."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from dlfportal.access.kept_forms import OWNER, form_take, owner_sign
from dlfportal.access.policy import EditsProposed
from dlfportal.adminsite.access import PortalAdmin, actor_of, reach
from dlfportal.adminsite.documents.forms import DocumentForm, workspace_field
from dlfportal.adminsite.documents.stale import StaleForm
from dlfportal.adminsite.documents.subject import Subject
from dlfportal.adminsite.pointing import tell_renamed
from dlfportal.catalogue.index import State
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import ObjectMissing, document_of, object_ever, revision_get
from dlfportal.catalogue.services import NameTaken, Saved, object_create, object_update
from dlfportal.catalogue.texts import error_text, problem_text
from dlfportal.db.lookups import is_row_id
from dlfportal.errors import BadRequest, NotFound, StaleEdit, gettext_noop
from dlfportal.formats.documents import judge
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument, show_path
from dlfportal.links import (
    admin_add_url,
    admin_url,
    history_url,
    job_export_url,
    moving_url,
    url_of,
    with_query,
)

WARNINGS_TOLD = 3
PATHS_TOLD = 10

BEGAN_UNKNOWN = gettext_noop("The form does not say which revision it began from; open the page again.")

DRAFT_SAVED = "draft_saved"
"""The cookie that says which drafts in the browser are saved and can go, with dots between them.

What was typed about an object that was deleted meanwhile is a new object's when it is saved, and its own.
"""
DRAFT_AGE = 7 * 24 * 60 * 60


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
        data = request.POST if request.method == "POST" else self.kept(request)
        target = None
        if object_id is not None:
            target = self.get_object(request, unquote(object_id))
            if target is None:
                return self.deleted(request, unquote(object_id), data) or self.gone(request, object_id)
        else:
            self.refuse_new(request)
        form = self.form_of(request, target, data)
        if request.method == "POST":
            saved = self.save(request, form, target)
            if saved:
                self.tell(request, saved, target)
                answer = self.go_on(request, saved)
                ended = {self.draft_of(target), self.draft_of(saved.object)}
                answer.set_cookie(DRAFT_SAVED, ".".join(sorted(ended)), max_age=DRAFT_AGE, samesite="Lax")
                return answer
            if target:
                # Somebody may have saved meanwhile: the page speaks of the newest revision.
                pk = str(target.pk)
                target = self.get_object(request, pk)
                if target is None:
                    return self.deleted(request, pk, data) or self.gone(request, pk)
        elif data is not None:
            form.is_valid()
            form.judge()
        elif target:
            form.show(judge(self.kind, form.base))
        return self.page(request, form, target)

    def refuse_new(self, request: HttpRequest) -> None:
        """Raise unless the person may add an object in the workspace of the address, or without one anywhere.

        A form that was sent is the service's to refuse, so that what was typed stays.
        """
        mine, asked = reach(request), request.GET.get("workspace", "")
        if not mine.editable:
            raise PermissionDenied
        wanted = mine.editable.get(asked)
        if request.method != "POST" and asked not in mine.changeable and (wanted or not mine.changeable):
            raise EditsProposed(wanted or next(iter(mine.editable.values())))

    def kept(self, request: HttpRequest) -> QueryDict | None:
        """Return what was typed into this form before the session ended, and say that it is not saved."""
        found = form_take(request)
        if found is None:
            return None
        text = gettext("Your session had ended. This is what you typed; it is not saved yet.")
        self.message_user(request, text, messages.WARNING)
        return QueryDict(found.data)

    def form_of(
        self, request: HttpRequest, target: CatalogueObject | None, data: QueryDict | None
    ) -> DocumentForm:
        """Return the form, with what was typed if anything was, upon the revision the edit began from."""
        if target is None:
            return self.new_form(request, data)
        revision = _base_revision(target, request.GET.get("began"), data)
        form = self.document_form(data, base=document_of(revision), expected=revision.number)
        form.began = revision
        if "cluster" in form.fields:
            form.fields["cluster"].initial = target.cluster
        return form

    def new_form(self, request: HttpRequest, data: QueryDict | None) -> DocumentForm:
        """Return the form of a new object."""
        form = self.document_form(data, base=self.document_form.starting)
        mine = reach(request)
        offered = mine.changeable if data is None else mine.editable
        form.fields["workspace"] = workspace_field(offered, request.GET.get("workspace", ""))
        return form

    def deleted(self, request: HttpRequest, pk: str, data: QueryDict | None) -> HttpResponse | None:
        """Show what was typed about an object that was deleted meanwhile, for a new one of its name.

        Returns None where nothing was typed, or the person may not know that there was such an object.
        """
        if data is None or not is_row_id(pk):
            return None
        gone = object_ever(list(reach(request).editable), self.kind, int(pk))
        if gone is None:
            return None
        form = self.form_of(request, gone, data)
        form.is_valid()
        typed = data.copy()
        typed["workspace"] = gone.workspace_id
        if isinstance(form.document, dict):  # with the fields in it, so that they cannot differ from it
            typed["json"] = canonical(form.document).decode()
        typed.pop("expected", None)
        lost = StaleForm(form, gone, gone.revision) if gone.revision else None
        return self.page(request, self.new_form(request, typed), None, lost)

    def save(self, request: HttpRequest, form: DocumentForm, target: CatalogueObject | None) -> Saved | None:
        """Save through the service, or put into the form why not and return None."""
        if not form.is_valid():
            form.judge()
            return None
        try:
            stale = self.stale_of(form, target)
            if stale and "look" in request.POST:
                return None
            if stale and request.POST.get("merge") == str(stale.newest.number):
                return self.save_merged(request, form, stale)
            return self.write(request, form, target)
        except InvalidDocument as error:
            form.refuse(error.problems)
        except NameTaken as error:
            form.add_error("name", error_text(error))
        except ObjectMissing as error:
            form.add_error(None, error_text(error))
        except EditsProposed as error:  # since the form was opened
            form.add_error(None, error_text(error))
            form.status = 403
        except StaleEdit:
            pass  # the page says who saved what, and asks
        return None

    def stale_of(self, form: DocumentForm, target: CatalogueObject | None) -> StaleForm | None:
        """Return the sent form beside the revision that somebody saved since it was opened, if one did."""
        if target is None or form.began is None or not form.is_bound:
            return None
        return StaleForm(form, target, form.began) if target.revision != form.began else None

    def save_merged(self, request: HttpRequest, form: DocumentForm, stale: StaleForm) -> Saved | None:
        """Save what was typed together with what somebody saved meanwhile; each clash has to be decided."""
        if stale.merged is None or not stale.is_settled:
            form.add_error(None, gettext("Choose mine or theirs at each place that both changed."))
            return None
        return object_update(
            actor=actor_of(request),
            target=stale.target,
            document=stale.merged.document,
            expected=stale.newest.number,
            cluster=stale.cluster,
            reason=form.cleaned_data["reason"],
        )

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

    def page(
        self,
        request: HttpRequest,
        form: DocumentForm,
        target: CatalogueObject | None,
        lost: StaleForm | None = None,
    ) -> HttpResponse:
        """Show the form, with what is known of the object around it; that of `lost` was deleted meanwhile."""
        about = self.about(form, target)
        locked = bool(target and not form.is_bound and not self.has_change_permission(request, target))
        if locked:
            form.lock()
        context = {
            **self.admin_site.each_context(request),
            "title": _title(target, locked) or about.page,
            "about": about,
            "opts": self.opts,
            "document_form": form,
            "original": target,
            "lost": lost,
            "draft": self.draft_of(target),
            "locked": locked,
            "older": _is_older(form, target),
            "form_url": self.form_url(request, target),
            "cancel_url": about.leave_url,
            "stale": self.stale_of(form, target),
            "waiting": target and target.revision and _unsubmitted(target),
            **_links_of(target),
        }
        return TemplateResponse(request, self.change_form_template, context, status=form.status)

    def draft_of(self, target: CatalogueObject | None) -> str:
        """Return which of a person's drafts in the browser are of this form: `drafts.js` keeps them."""
        return f"{self.kind}-{target.pk if target else 'new'}"

    def form_url(self, request: HttpRequest, target: CatalogueObject | None) -> str:
        """Return where the form is sent to; the address says whose it is, for when the session has ended."""
        url = admin_url("change", target) if target else admin_add_url(self.kind, "")
        return with_query(url, {OWNER: owner_sign(cast(User, request.user))})

    def about(self, form: DocumentForm, target: CatalogueObject | None) -> Subject:
        """Return what the page is about; a new object's workspace may be chosen already."""
        if target:
            return Subject.of(target, gettext("Edit"))
        chosen = form["workspace"].value() or ""
        known = chosen in dict(cast(Any, form.fields["workspace"]).choices)
        page = gettext("Add %(kind)s") % {"kind": self.opts.verbose_name}
        return Subject(chosen if known else "", self.kind, None, page)


def _title(target: CatalogueObject | None, locked: bool) -> str:
    """Return the heading of the form of an object that exists; "" for that of a new one."""
    if target is None:
        return ""
    return target.name if locked else gettext("Edit %(name)s") % {"name": target.name}


def _base_revision(target: CatalogueObject, began: str | None, data: Any) -> Revision:
    """Return the revision that what was sent began from.

    When the form is first shown, it is the one the address asks for, else the newest.
    """
    newest = str(target.revision.number if target.revision else 0)
    text = (began or newest) if data is None else data.get("expected", "")
    if not is_row_id(text):
        raise BadRequest(BEGAN_UNKNOWN)
    try:
        return revision_get(target, int(text))
    except NotFound:
        raise BadRequest(BEGAN_UNKNOWN) from None


def _is_older(form: DocumentForm, target: CatalogueObject | None) -> bool:
    """Return whether the form was opened upon an older revision than the newest, for a draft of then."""
    began = form.began
    return bool(target and began and not form.is_bound and target.revision_id != began.pk)


def _links_of(target: CatalogueObject | None) -> dict[str, str]:
    """Return the addresses of the object's pages in the portal that the template offers."""
    if target is None or target.revision is None:
        return {}
    links = {
        "portal_url": url_of(target),
        "history_url": history_url(target),
        "revision_url": url_of(target, target.revision.number),
        "rename_url": moving_url("rename", target),
    }
    if target.kind == Kind.JOB:
        links["export_url"] = job_export_url(target.workspace_id, target.name)
    return links


def _unsubmitted(target: CatalogueObject) -> bool:
    return target.state != State.SUBMITTED


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
