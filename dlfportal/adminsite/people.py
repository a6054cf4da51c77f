"""Projects, workspaces, memberships and people in the admin: plain forms over the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Membership, Project, Workspace
from dlfportal.access.policy import Right
from dlfportal.access.services import (
    membership_remove,
    membership_set,
    project_delete,
    project_save,
    user_save,
    workspace_delete,
    workspace_save,
)
from dlfportal.adminsite.access import (
    FOR_SUPERUSERS,
    SUPERUSER,
    Needed,
    PortalAdmin,
    RefusableForm,
    actor_of,
    reach,
    workspace_label,
)
from dlfportal.adminsite.columns import time_column
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import PortalError

CREATED = time_column(Workspace, "created_at")
LAST_LOGIN = time_column(User, "last_login")


class ServiceAdmin(PortalAdmin):
    """Base: deletes go through a service whose refusal is told; Django's history page is not used."""

    show_facets = admin.ShowFacets.NEVER

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Delete, or show why not."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except PortalError as error:
            self.refuse(request, error_text(error))
        return HttpResponseRedirect(reverse(f"admin:access_{self.opts.model_name}_changelist"))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], list[str]]:
        """Say on the confirmation page already what keeps a row from being deleted."""
        rows = list(objs)
        named, counts, lacking, _protected = super().get_deleted_objects(rows, request)
        return named, counts, lacking, [text for row in rows if (text := self.kept_by(row))]

    def kept_by(self, row: Any) -> str:
        """Return what keeps `row` from being deleted, or ""."""
        return ""

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete row by row; what cannot be deleted is told, and the others go."""
        for row in queryset:
            try:
                self.delete_model(request, row)
            except PortalError as error:
                self.refuse(request, error_text(error))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Send people to the record, which has it all."""
        return HttpResponseRedirect(reverse("admin:audit_auditentry_changelist"))


class ProjectAdmin(ServiceAdmin):
    """Projects: superusers only."""

    rights: ClassVar[Mapping[str, Needed]] = FOR_SUPERUSERS
    list_display = ("name", "id", "enabled")
    search_fields = ("name", "id")
    fields = ("name", "id", "enabled")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The id is in every API call: it stays as it is."""
        return ("id",) if obj else ()

    def kept_by(self, row: Project) -> str:
        if not row.workspaces.exists():
            return ""
        return gettext("The project %(name)s has workspaces; delete them first.") % {"name": row.name}

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        project_save(actor=actor_of(request), project=obj)

    def delete_model(self, request: HttpRequest, obj: Project) -> None:
        project_delete(actor=actor_of(request), project=obj)


class WorkspaceAdmin(ServiceAdmin):
    """Workspaces: superusers make and delete them, their admins rename them."""

    rights: ClassVar[Mapping[str, Needed]] = FOR_SUPERUSERS | {"view": Right.MANAGE, "change": Right.MANAGE}
    workspace_lookup = "pk"
    list_display = ("name", "project", "id", CREATED)
    list_select_related = ("project",)
    search_fields = ("name", "id")
    fields = ("name", "project", "id", CREATED)
    ordering = ("name", "id")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Id and project stay as they are: packages and API calls rely on them."""
        return ("project", "id", CREATED) if obj else (CREATED,)

    def kept_by(self, row: Workspace) -> str:
        # Asked twice, since the objects that live and those that were deleted have indexes of their own.
        if not any(row.objects_held.filter(deleted_at__isnull=alive).exists() for alive in (True, False)):
            return ""
        text = gettext("The workspace %(name)s holds objects or their history; it cannot be deleted.")
        return text % {"name": row.name}

    def save_model(self, request: HttpRequest, obj: Workspace, form: Any, change: bool) -> None:
        workspace_save(actor=actor_of(request), workspace=obj)

    def delete_model(self, request: HttpRequest, obj: Workspace) -> None:
        workspace_delete(actor=actor_of(request), workspace=obj)


class MembershipForm(RefusableForm):
    """A membership; the person is typed by their exact user name, since nobody but superusers sees all."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("The exact name that the person signs in with."),
        widget=AdminTextInputWidget(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    class Meta:
        model = Membership
        fields = ("workspace", "role")

    def clean_username(self) -> str:
        """Find the person. A name that nobody has and one of somebody disabled get the same answer."""
        name: str = self.cleaned_data["username"]
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise forms.ValidationError(gettext("Nobody who may sign in has exactly this user name."))
        self.instance.user = user
        return name


class MembershipAdmin(ServiceAdmin):
    """Memberships: changed by the admins of the workspace."""

    rights: ClassVar[Mapping[str, Needed]] = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE)
    list_display = ("user", "place", "role")
    list_filter = ("role",)
    list_select_related = ("user", "workspace__project")
    search_fields = ("user__username",)
    ordering = ("workspace__name", "user__username", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A membership is of one person in one workspace; only the role changes."""
        return ("user", "workspace") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Ask for a name in a new membership; show the person of another."""
        return ("user" if obj else "username", "workspace", "role")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form that takes a name for a new membership, a form of the role for another."""
        if obj is None:
            kwargs["form"] = MembershipForm
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the workspaces the person manages."""
        if db_field.name == "workspace":
            managed = Workspace.objects.filter(pk__in=list(reach(request).managed))
            kwargs["queryset"] = managed.select_related("project")
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label_from_instance = workspace_label
        return field

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        saved = membership_set(actor=actor_of(request), workspace=obj.workspace, user=obj.user, role=obj.role)
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        membership_remove(actor=actor_of(request), membership=obj)

    @admin.display(description=_("workspace"))
    def place(self, obj: Membership) -> str:
        """The workspace with its project."""
        return workspace_label(obj.workspace)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person: the name to sign in with, whether they may, and a new password if one is typed."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
    )
    new_password_again = forms.CharField(
        label=_("New password again"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_active", "is_superuser")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["new_password"].help_text = _("Empty: the password stays as it is.")
        else:
            self.fields["new_password"].help_text = _("Empty: the person cannot sign in with a password.")

    def clean(self) -> dict[str, Any]:
        """Check that both passwords are the same and good enough."""
        cleaned = super().clean() or {}
        first, second = cleaned.get("new_password", ""), cleaned.get("new_password_again", "")
        if first != second:
            self.add_error("new_password_again", gettext("The two passwords are not the same."))
        elif first:
            try:
                password_validation.validate_password(first, self.instance)
            except forms.ValidationError as error:
                self.add_error("new_password", error)
        return cleaned


class UserAdmin(ServiceAdmin):
    """People: superusers only. They are switched off rather than deleted, so that history keeps its names."""

    rights: ClassVar[Mapping[str, Needed]] = dict.fromkeys(("view", "add", "change"), SUPERUSER)
    form = UserForm
    list_display = ("username", "first_name", "last_name", "is_active", "is_superuser", LAST_LOGIN)
    list_filter = ("is_active", "is_superuser")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", ("first_name", "last_name"), "email")}),
        (_("Rights"), {"fields": ("is_active", "is_superuser")}),
        (_("Password"), {"fields": ("new_password", "new_password_again")}),
    )

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Refuse: nobody is deleted."""
        raise PermissionDenied

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        password = form.cleaned_data["new_password"]
        if password:
            obj.set_password(password)
        elif not change:
            obj.set_unusable_password()
        changed = [name for name in form.changed_data if name != "new_password_again"]
        user_save(actor=actor_of(request), user=obj, changed=changed)
        if password and obj.pk == request.user.pk:
            update_session_auth_hash(request, obj)
        if password:
            self.message_user(request, gettext("The password was set."), messages.INFO)
