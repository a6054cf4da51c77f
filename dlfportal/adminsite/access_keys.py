"""Access keys in the admin: superusers see all of them, revoke them, and make one for anybody."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.keys import IssuedKey, access_key_create, access_key_revoke
from dlfportal.access.models import AccessKey
from dlfportal.adminsite.access import actor_of
from dlfportal.adminsite.people import SuperuserAdmin


class AccessKeyAdmin(SuperuserAdmin):
    """A key never changes: it is made, which shows its secret once, and revoked. No row is deleted."""

    list_display = ("access_key", "user", "description", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("access_key", "description", "user__username")
    ordering = ("-created_at",)
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Superusers revoke."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the person and the purpose; show everything but the salt of a key that exists."""
        return self.list_display if obj else ("user", "description")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer people who may sign in."""
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.queryset = field.queryset.filter(is_active=True).order_by("username")
        return field

    def save_model(self, request: HttpRequest, obj: AccessKey, form: Any, change: bool) -> None:
        issued = access_key_create(actor=actor_of(request), user=obj.user, description=obj.description)
        obj.pk = issued.row.pk
        request.issued_key = issued  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: AccessKey, post_url_continue: Any = None
    ) -> HttpResponse:
        """Answer with the secret, this once; there is no redirect that could carry it."""
        issued: IssuedKey = request.issued_key  # type: ignore[attr-defined]
        context = {**self.admin_site.each_context(request), "opts": self.opts, "issued": issued}
        context["title"] = gettext("The new access key")
        response = TemplateResponse(request, "admin/access/accesskey/issued.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description=_("Revoke the selected access keys"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[AccessKey]) -> None:
        """Revoke the chosen keys."""
        keys = list(queryset.select_related("user").filter(revoked_at=None))
        for key in keys:
            access_key_revoke(actor=actor_of(request), key=key)
        text = ngettext("%(count)s access key is revoked.", "%(count)s access keys are revoked.", len(keys))
        self.message_user(request, text % {"count": len(keys)}, messages.SUCCESS)
