"""Access keys in the admin: superusers see all of them, revoke them, and make one for anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.keys import KEYS_AT_MOST, IssuedKey, access_key_create, access_key_revoke
from dlfportal.access.models import AccessKey
from dlfportal.adminsite.access import SUPERUSER, Needed, RefusableForm, actor_of
from dlfportal.adminsite.columns import time_column
from dlfportal.adminsite.people import ServiceAdmin

DESCRIPTION_SHOWN = 60
TIMES: Any = tuple(time_column(AccessKey, field) for field in ("created_at", "last_used_at", "revoked_at"))


class StateFilter(admin.SimpleListFilter):
    """Keys that work, or those that were revoked."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("working", _("working")), ("revoked", _("revoked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AccessKey]) -> QuerySet[AccessKey]:
        wanted = self.value()
        return queryset.filter(revoked_at__isnull=wanted == "working") if wanted else queryset


class AccessKeyAdmin(ServiceAdmin):
    """A key never changes: it is made, which shows its secret once, and revoked. No row is deleted."""

    rights: ClassVar[Mapping[str, Needed]] = dict.fromkeys(("view", "add"), SUPERUSER)
    form = RefusableForm
    list_display = ("access_key", "state", "user", "purpose", *TIMES[:2])
    list_filter = (StateFilter,)
    list_select_related = ("user",)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("access_key", "description", "user__username")
    ordering = ("-created_at",)
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the person and the purpose; show everything but the salt of a key that exists."""
        shown = ("access_key", "state", "user", "description", *TIMES)
        return shown if obj else ("user", "description")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return ("state", *TIMES)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Say beforehand what making a key means."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("description"):
            text = gettext(
                "What the key is for. The secret key is shown once; a person has at most %(limit)s keys."
            )
            field.help_text = text % {"limit": KEYS_AT_MOST}
        return form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Offer one way to save: the answer shows the secret."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

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

    @admin.display(description=_("state"))
    def state(self, obj: AccessKey) -> str:
        """Whether the key works."""
        return gettext("revoked") if obj.revoked_at else gettext("working")

    @admin.display(description=_("description"))
    def purpose(self, obj: AccessKey) -> str:
        """What the key is for, in short."""
        text = obj.description
        return text if len(text) <= DESCRIPTION_SHOWN else f"{text[: DESCRIPTION_SHOWN - 1]}…"

    @admin.action(description=_("Revoke the selected access keys"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[AccessKey]) -> HttpResponse | None:
        """Revoke the chosen keys, after asking."""
        keys = list(queryset.select_related("user").filter(revoked_at=None))
        if not keys:
            self.message_user(request, gettext("They were revoked already."), messages.WARNING)
            return None
        if "post" not in request.POST:
            context = {**self.admin_site.each_context(request), "opts": self.opts, "keys": keys}
            context |= {"title": gettext("Revoke access keys"), "action_checkbox_name": ACTION_CHECKBOX_NAME}
            return TemplateResponse(request, "admin/access/accesskey/revoke.html", context)
        for key in keys:
            access_key_revoke(actor=actor_of(request), key=key)
        text = ngettext("%(count)s access key is revoked.", "%(count)s access keys are revoked.", len(keys))
        self.message_user(request, text % {"count": len(keys)}, messages.SUCCESS)
        return None
