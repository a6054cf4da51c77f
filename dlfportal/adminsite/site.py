"""The admin site: who may enter, where people sign in, and what its front page shows."""

from __future__ import annotations

from functools import partial, update_wrapper
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from dlfportal.access.forms import OwnPasswordForm
from dlfportal.access.policy import may_enter_admin
from dlfportal.access.sessions import sign_out
from dlfportal.adminsite.access import actor_of, reach
from dlfportal.audit.actions import Action
from dlfportal.audit.models import AuditEntry

RECENT = 10
LOOKED_AT = 300
"""So many of one's last acts are looked at to find them: some do nothing but sign in."""

COMING_AND_GOING = [
    Action.SIGN_IN,
    Action.SIGN_IN_REFUSE,
    Action.SIGN_OUT,
    Action.TOKEN_ISSUE,
    Action.TOKEN_REFUSE,
]
"""What the list of one's last acts leaves out: programs sign in all day."""

SECTIONS: dict[str, Promise] = {
    "catalogue": _("Catalogue"),
    "transfer": _("Packages"),
    "access": _("Workspaces and members"),
    "auth": _("People"),
    "audit": _("Record"),
}
"""The sections of the front page and the side bar, in their order, by app."""


class PortalAdminSite(admin.AdminSite):
    """The Django admin, opened by roles: Django's `is_staff` and model permissions are unused."""

    site_title = cast(str, _("DLF Portal"))
    site_header = cast(str, _("DLF Portal"))
    index_title = cast(str, _("Administration"))

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in whom the policy lets in; asked once a request."""
        allowed = getattr(request, "may_enter_admin", None)
        if allowed is None:
            allowed = may_enter_admin(request.user)
            request.may_enter_admin = allowed  # type: ignore[attr-defined]
        return bool(allowed)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Refuse people who are signed in and may not enter; Django would send them to sign in again."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the portal's own sign-in page, and those who are signed in where they wanted."""
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            wanted = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(wanted, resolve_url("login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """End the session, and record it."""
        if request.method == "POST" and request.user.is_authenticated:
            sign_out(actor=actor_of(request), request=request)
        return super().logout(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Change one's own password, as Django's own view does, but through the service."""
        request.current_app = self.name
        view = PasswordChangeView.as_view(
            form_class=partial(OwnPasswordForm, actor_of(request)),
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return what this person may touch, in the order of `SECTIONS`; asked once a request."""
        cache: dict[str | None, list[Any]] = request.__dict__.setdefault("admin_sections", {})
        if app_label not in cache:
            found = self._build_app_dict(request, app_label)
            sections = list(found.values())
            for section in sections:
                section["name"] = SECTIONS.get(section["app_label"], section["name"])
            places = list(SECTIONS)
            cache[app_label] = sorted(sections, key=lambda section: places.index(section["app_label"]))
        return cache[app_label]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the front page with what the person did last, from our own record."""
        return super().index(request, {"recent": _recent(request), **(extra_context or {})})

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Return nothing: Django's own log is not written."""
        return ()


def _recent(request: HttpRequest) -> list[AuditEntry]:
    """Return what the person did last, newest first, where that may be spoken of to the person.

    Two look-ups by an index, whatever others do: what is not of interest is passed over here, not there.
    """
    # What belongs to a larger act, such as an import, would fill the list.
    acts = AuditEntry.objects.filter(user=request.user.pk, part_of=None).order_by("-at", "-id")
    recorded = set(reach(request).recorded)
    newest = acts.values_list("pk", "action", "workspace_id")[:LOOKED_AT]
    shown = [
        pk
        for pk, action, workspace_id in newest
        if action not in COMING_AND_GOING and workspace_id in recorded
    ][:RECENT]
    found = AuditEntry.objects.in_bulk(shown)
    return [found[pk] for pk in shown]


site: PortalAdminSite = cast(PortalAdminSite, admin.site)
