"""What the person of a request may touch in the admin, asked of the policy once a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, cast

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Media, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, edits_proposed, is_superuser, workspaces_with
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, Conflict

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
    BaseForm = ModelForm[Any]
else:
    BaseAdmin = admin.ModelAdmin
    BaseForm = ModelForm


SUPERUSER: Final = "superuser"
Needed = Literal[Right.EDIT, Right.CHANGE, Right.MANAGE, "superuser"]
"""What a page of the admin takes: a right in the workspace of its row, or to be a superuser."""

FOR_SUPERUSERS: dict[str, Needed] = dict.fromkeys(("view", "add", "change", "delete"), SUPERUSER)


class Reach:
    """The workspaces in which a person may edit, change objects directly, or manage, by id."""

    def __init__(self, user: User) -> None:
        self.user = user

    @property
    def everything(self) -> bool:
        """Whether the person is a superuser."""
        return is_superuser(self.user)

    @cached_property
    def editable(self) -> dict[str, Workspace]:
        """The workspaces whose objects the person may edit, be it by proposals only."""
        marked = self.workspaces.annotate(proposes=edits_proposed())
        return {workspace.pk: workspace for workspace in marked}

    @cached_property
    def changeable(self) -> dict[str, Workspace]:
        """Those of them whose objects the person may change directly."""
        return {pk: found for pk, found in self.editable.items() if not getattr(found, "proposes", False)}

    @cached_property
    def managed(self) -> dict[str, Workspace]:
        """The workspaces whose members the person may change."""
        if self.everything:
            return self.editable
        return {workspace.pk: workspace for workspace in workspaces_with(self.user, Right.MANAGE)}

    @property
    def workspaces(self) -> QuerySet[Workspace]:
        """The workspaces whose objects the person may edit, each with its project."""
        return workspaces_with(self.user, Right.EDIT)

    def where(self, needed: Needed) -> Mapping[str, Workspace]:
        """Return the workspaces in which the person may do what takes `needed`, by id."""
        if needed == SUPERUSER:
            return self.editable if self.everything else {}
        if needed is Right.MANAGE:
            return self.managed
        return self.changeable if needed is Right.CHANGE else self.editable

    def label(self, workspace: Workspace) -> str:
        """Return a workspace's name, with its project's when the person has workspaces of several."""
        return workspace_label(workspace) if self.has_projects else workspace.name

    @cached_property
    def has_projects(self) -> bool:
        """Whether the person's workspaces are of more than one project."""
        return len({workspace.project_id for workspace in self.editable.values()}) > 1

    @property
    def recorded(self) -> list[str]:
        """The workspaces whose objects may be spoken of to the person; "" is outside of any workspace."""
        return ["", *self.editable]


def reach(request: HttpRequest) -> Reach:
    """Return what the person of `request` may touch."""
    found = getattr(request, "admin_reach", None)
    if found is None:
        found = Reach(cast(User, request.user))
        request.admin_reach = found  # type: ignore[attr-defined]
    return cast(Reach, found)


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts, as the services want it."""
    return Actor(cast(User, request.user), Channel.ADMIN, getattr(request, "request_id", ""))


def workspace_label(workspace: Workspace) -> str:
    """Return a workspace's name with its project's: many projects have a workspace named `default`."""
    return f"{workspace.project.name} / {workspace.name}"


class RefusableForm(BaseForm):
    """A form that is shown again, with all that was typed, when a service refuses what it asks for."""

    refusal = ""

    def clean(self) -> dict[str, Any] | None:
        """Return the cleaned data. Raises ValidationError with what a service refused."""
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()


class PortalAdmin(BaseAdmin):
    """Base of every admin page: declared rights, our own record instead of Django's, refusals as messages.

    `rights` says what `view`, `add`, `change` and `delete` take; what it does not name nobody may do. A
    person sees the rows of the workspaces in which they may view; `workspace_lookup` finds these rows.
    """

    rights: ClassVar[Mapping[str, Needed]] = {}
    workspace_lookup: ClassVar[str] = "workspace_id"

    @property
    def media(self) -> Media:
        """No scripts but those of the fields: the list has its one, and forms open no windows."""
        return Media()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field as a plain choice: rows of other tables have pages of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def workspaces_of(self, obj: Any) -> Iterable[str]:
        """Return the ids of the workspaces that a row belongs to."""
        return [getattr(obj, self.workspace_lookup)]

    def allowed(self, request: HttpRequest, act: str, obj: Any = None) -> bool:
        """Return whether the person may do `act`: with `obj`, or somewhere at all when it is None."""
        needed = self.rights.get(act)
        if needed is None:
            return False
        mine = reach(request)
        if needed == SUPERUSER or (mine.everything and act != "add" and needed is not Right.CHANGE):
            return mine.everything
        where = mine.where(needed)
        return bool(where) if obj is None else any(pk in where for pk in self.workspaces_of(obj))

    def every_row(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of all workspaces, for what chooses those of the person itself."""
        return super().get_queryset(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that exist for the person."""
        rows = self.every_row(request)
        mine, needed = reach(request), self.rights["view"]
        if mine.everything:
            return rows
        if needed == SUPERUSER:
            return rows.none()
        return rows.filter(**{f"{self.workspace_lookup}__in": list(mine.where(needed))})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.allowed(request, "view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allowed(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.allowed(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allowed(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allowed(request, "delete", obj)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write nothing: the service has recorded it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write nothing: the service has recorded it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Write nothing: the service has recorded it."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what a service refuses after the form was found good, instead of failing."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (BadRequest, Conflict) as error:
            refusal = error_text(error)
        if issubclass(self.form, RefusableForm):
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)
        self.message_user(request, refusal, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, made for this request alone; it knows what a service refused in it."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if issubclass(form, RefusableForm):
            form.refusal = getattr(request, "refusal", "")
        return form

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], list[str]]:
        """Return what the confirmation page names: the rows, not all that hangs on them."""
        rows = list(objs)
        return [str(row) for row in rows], {self.opts.verbose_name_plural: len(rows)}, set(), []

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete row by row through `delete_model`, that is through the service."""
        for row in queryset:
            self.delete_model(request, row)

    def gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer for an object that does not exist, or not for this person: the same for both."""
        answer = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        return cast(HttpResponse, answer)

    def refuse(self, request: HttpRequest, text: str) -> None:
        """Show the person why something was not done."""
        self.message_user(request, text, messages.ERROR)
