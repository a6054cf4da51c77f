"""What acts on the history of an object: restoring a revision, and submitting the newest one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext

from dlfportal.access.policy import Right, require
from dlfportal.adminsite.access import PortalAdmin, actor_of
from dlfportal.adminsite.documents.subject import Subject
from dlfportal.adminsite.pointing import tell_renamed
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import revision_get
from dlfportal.catalogue.services import revision_restore, version_submit
from dlfportal.catalogue.texts import error_text
from dlfportal.db.lookups import is_row_id
from dlfportal.errors import Conflict, StaleEdit
from dlfportal.formats.problems import InvalidDocument
from dlfportal.links import admin_url, history_url, url_of
from dlfportal.transfer.imports.texts import revision_texts

COMMENT_CHARACTERS = 128


class DocumentHistory(PortalAdmin):
    """The two buttons that act on revisions: restore and submit."""

    def get_urls(self) -> list[Any]:
        """Add the addresses of the buttons."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/restore/", view(self.restore_view), name=f"{name}_restore"),
            path("<path:object_id>/submit/", view(self.submit_view), name=f"{name}_submit"),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the history on the page of the object."""
        target = self.get_object(request, unquote(object_id))
        return HttpResponseRedirect(history_url(target)) if target else self.gone(request, object_id)

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what restoring an older revision undoes; then make that one the newest again."""
        target = self.get_object(request, unquote(object_id))
        if target is None:
            return self.gone(request, object_id)
        require(request.user, target.workspace, Right.CHANGE)
        if request.method != "POST":
            return self.restore_question(request, target)
        number, expected = _number(request, "number"), _number(request, "expected")
        shown = target
        try:
            saved = revision_restore(actor=actor_of(request), target=target, number=number, expected=expected)
        except (Conflict, InvalidDocument) as error:
            self.refuse(request, error_text(error))
        else:
            values = {"name": target.name, "number": number}
            if saved.changed:
                text = gettext("%(name)s is as in revision %(number)s again.") % values
            else:
                text = gettext("Nothing changed: %(name)s is as in revision %(number)s already.") % values
            self.message_user(request, text, messages.SUCCESS if saved.changed else messages.INFO)
            tell_renamed(self, request, target, saved.object)
            shown = saved.object
        return HttpResponseRedirect(url_of(shown))

    def restore_question(self, request: HttpRequest, target: CatalogueObject) -> HttpResponse:
        """Show what differs between the newest revision and the one that was chosen."""
        number = request.GET.get("number", "")
        revision = revision_get(target, int(number) if is_row_id(number) else 0)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Restore revision %(number)s of %(name)s?")
            % {"number": revision.number, "name": target.name},
            "about": Subject.of(target, gettext("Restore")),
            "portal_url": url_of(target),
            "opts": self.opts,
            "object": target,
            "revision": revision,
            "why": revision_texts([revision])[revision.pk],
        }
        return TemplateResponse(request, "admin/document/restore.html", context)

    def submit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Submit the newest revision as a version."""
        target = self._target(request, object_id)
        if isinstance(target, HttpResponse):
            return target
        comment = request.POST.get("comment", "").replace("\x00", "").strip()
        if len(comment) > COMMENT_CHARACTERS:
            text = gettext("The comment has %(length)s characters; %(limit)s are allowed.")
            self.refuse(request, text % {"length": len(comment), "limit": COMMENT_CHARACTERS})
            return HttpResponseRedirect(admin_url("change", target))
        before = target.version_id
        try:
            version = version_submit(
                actor=actor_of(request), target=target, comment=comment, expected=_number(request, "expected")
            )
        except StaleEdit as error:
            self.refuse(request, error_text(error))
        else:
            values = {"name": target.name, "number": version.number}
            if version.pk == before:
                text = gettext("Nothing to submit: %(name)s is at version %(number)s already.") % values
            else:
                text = gettext("%(name)s was submitted as version %(number)s.") % values
            self.message_user(request, text, messages.INFO if version.pk == before else messages.SUCCESS)
        return HttpResponseRedirect(admin_url("change", target))

    def _target(self, request: HttpRequest, object_id: str) -> CatalogueObject | HttpResponse:
        """Return the object a button was pressed for, or the answer to a request that is none."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        target: CatalogueObject | None = self.get_object(request, unquote(object_id))
        if target is None:
            return self.gone(request, object_id)
        return target


def _number(request: HttpRequest, name: str) -> int:
    """Return a revision number that was sent; 0, which no revision has, for anything else."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
