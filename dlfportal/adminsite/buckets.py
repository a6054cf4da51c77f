"""Buckets of the object store in the admin: whose they are, and the files in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO, Any, ClassVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.access.uploads import UploadRule, takes_upload
from dlfportal.adminsite.access import (
    SUPERUSER,
    Needed,
    PortalAdmin,
    RefusableForm,
    actor_of,
    reach,
    workspace_label,
)
from dlfportal.adminsite.columns import time_column
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import PortalError
from dlfportal.transfer.models import Bucket, bucket_name
from dlfportal.transfer.store.buckets import (
    FILES_SHOWN,
    bucket_give,
    bucket_take,
    file_fetch,
    file_list,
    file_put,
    file_remove,
)
from dlfportal.transfer.store.paths import ObsPath, obs_file
from dlfportal.transfer.store.storage import ObsFile


class BucketAdmin(PortalAdmin):
    """Superusers give buckets to workspaces; developers see theirs, put files in and take them out."""

    # A bucket that no workspace has belongs to no one, and its files stay where they are: none is deleted.
    rights: ClassVar[Mapping[str, Needed]] = {"view": Right.EDIT, "add": SUPERUSER, "change": SUPERUSER}
    workspace_lookup = "workspaces"
    form = RefusableForm
    list_display = ("name", "owners", time_column(Bucket, "created_at"))
    fields = ("name", "workspaces")
    search_fields = ("name",)
    ordering = ("name",)
    actions = None
    change_form_template = "admin/transfer/bucket/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bucket]:
        """Return the buckets of the person's workspaces, each with no other workspaces than these."""
        theirs = Prefetch("workspaces", queryset=reach(request).workspaces)
        return super().get_queryset(request).prefetch_related(theirs).distinct()

    def workspaces_of(self, obj: Bucket) -> list[str]:
        return [workspace.pk for workspace in obj.workspaces.all()]

    def get_urls(self) -> list[Any]:
        """Add the addresses of the files of a bucket."""
        name = "transfer_bucket_"
        wrap = self.admin_site.admin_view
        rule = UploadRule(lambda: settings.DLF_IMPORT_LIMITS["package_bytes"], self._workspace_of)
        return [
            path(
                "<str:bucket>/files/put/", wrap(takes_upload(require_POST(self.put), rule)), name=f"{name}put"
            ),
            path("<str:bucket>/files/get/", wrap(require_GET(self.get)), name=f"{name}get"),
            path("<str:bucket>/files/remove/", wrap(require_POST(self.remove)), name=f"{name}remove"),
            *super().get_urls(),
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the workspaces as the list does to those who cannot give the bucket away."""
        return self.fields if reach(request).everything else ("name", "owners")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "owners") if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer all workspaces, each with its project: many projects have one named `default`."""
        if db_field.name != "workspaces":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        workspaces = reach(request).workspaces.order_by("project__name", "name", "id")
        kwargs |= {"widget": CheckboxSelectMultiple, "queryset": workspaces}
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        field.label_from_instance = workspace_label
        return field

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A new bucket is given to somebody; one that exists may be taken from all."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("workspaces"):
            field.required = obj is None
        if field := form.base_fields.get("name"):
            field.help_text = bucket_name.message
        return form

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Refuse: the record has what was done with a bucket."""
        raise PermissionDenied

    def save_model(self, request: HttpRequest, obj: Bucket, form: Any, change: bool) -> None:
        """Write nothing yet: `save_related` knows the workspaces."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give the bucket to the chosen workspaces and take it from the others, through the services."""
        actor, bucket = actor_of(request), form.instance
        wanted = set(form.cleaned_data["workspaces"])
        before = set(bucket.workspaces.all()) if change else set()
        for workspace in sorted(wanted - before, key=lambda one: one.pk):
            bucket_give(actor=actor, name=bucket.pk, workspace=workspace)
        for workspace in sorted(before - wanted, key=lambda one: one.pk):
            bucket_take(actor=actor, bucket=bucket, workspace=workspace)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show the files beside the form, those of one folder if `?folder=` asks for it."""
        bucket = kwargs.get("obj")
        workspace = self._workspace(request, bucket) if bucket else None
        if bucket and workspace:
            folder = _folder(request)
            files = self._files(request, workspace, ObsPath(bucket.pk, folder))
            more = len(files) > FILES_SHOWN
            context.update(
                bucket=bucket, files=files[:FILES_SHOWN], more=more, folder=folder, shown=FILES_SHOWN
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def _files(self, request: HttpRequest, workspace: Workspace, folder: ObsPath) -> list[ObsFile]:
        """Return the files below a folder, one more than is shown if there are more; show what fails."""
        try:
            return file_list(
                actor=actor_of(request), workspace=workspace, folder=folder, most=FILES_SHOWN + 1
            )
        except PortalError as error:
            self.refuse(request, error_text(error))
            return []

    def put(self, request: HttpRequest, bucket: str) -> HttpResponseBase:
        """Take an uploaded file into the bucket, under its own name below the folder given."""
        upload = request.FILES.get("file")
        if upload is None:
            return self._back(request, bucket, gettext("Choose a file first."), messages.ERROR)
        if not upload.size:
            return self._back(request, bucket, gettext("The file is empty."), messages.ERROR)
        parts = [part.strip() for part in request.POST.get("folder", "").strip("/ ").split("/")]
        if "://" in request.POST.get("folder", ""):
            text = gettext("Give the folder below the bucket only, such as in/2026.")
            return self._back(request, bucket, text, messages.ERROR)
        key = "/".join([*(parts if any(parts) else ()), str(upload.name)])
        return self._do(request, bucket, key, _put, upload)

    def remove(self, request: HttpRequest, bucket: str) -> HttpResponseBase:
        """Delete a file of the bucket."""
        return self._do(request, bucket, request.POST.get("key", ""), _remove)

    def get(self, request: HttpRequest, bucket: str) -> HttpResponseBase:
        """Answer a file of the bucket as a download."""
        workspace = self._workspace_of(request, bucket)
        try:
            file_path = obs_file(f"obs://{bucket}/{request.GET.get('key', '')}")
            file = file_fetch(actor=actor_of(request), workspace=workspace, path=file_path)
        except PortalError as error:
            return self._back(request, bucket, error_text(error), messages.ERROR)
        name = file_path.key.rpartition("/")[2]
        binary = "application/octet-stream"
        answer = FileResponse(file, as_attachment=True, filename=name, content_type=binary)
        answer["Cache-Control"] = "no-store"
        return answer

    @admin.display(description=_("workspaces"))
    def owners(self, obj: Bucket) -> str:
        """The person's workspaces that have the bucket."""
        return ", ".join(workspace_label(workspace) for workspace in obj.workspaces.all())

    def _do(
        self, request: HttpRequest, bucket: str, key: str, act: Callable[..., str], *content: Any
    ) -> HttpResponse:
        """Do something with a file, and go back with what is to be told of it."""
        workspace = self._workspace_of(request, bucket)
        try:
            path = obs_file(f"obs://{bucket}/{key}")
            told = act(actor_of(request), workspace, path, *content)
        except PortalError as error:
            return self._back(request, bucket, error_text(error), messages.ERROR)
        return self._back(request, bucket, told % {"path": path}, messages.SUCCESS)

    def _back(self, request: HttpRequest, bucket: str, text: str, level: int) -> HttpResponse:
        """Show `text` on the page of the bucket, which shows the folder that it showed before."""
        self.message_user(request, text, level)
        folder = _folder(request)
        query = f"?{urlencode({'folder': folder})}" if folder else ""
        return HttpResponseRedirect(reverse("admin:transfer_bucket_change", args=[bucket]) + query)

    def _workspace_of(self, request: HttpRequest, bucket: str) -> Workspace:
        found = self.get_queryset(request).filter(pk=bucket).first()
        workspace = self._workspace(request, found) if found else None
        if workspace is None:
            raise PermissionDenied
        return workspace

    def _workspace(self, request: HttpRequest, bucket: Bucket) -> Workspace | None:
        """Return a workspace that has the bucket and in which the person may edit."""
        mine = reach(request).editable
        found = (mine[workspace.pk] for workspace in bucket.workspaces.all() if workspace.pk in mine)
        return next(cast(Any, found), None)


def _folder(request: HttpRequest) -> str:
    """Return the folder whose files are shown, "" for the whole bucket."""
    return request.GET.get("folder", "").strip("/ ")


def _put(actor: Actor, workspace: Workspace, path: ObsPath, content: IO[bytes]) -> str:
    """Put a file in. The texts do not begin with the path: the admin would write `Obs://`."""
    replaced = file_put(actor=actor, workspace=workspace, path=path, content=content)
    return gettext("Replaced: %(path)s") if replaced else gettext("Put into the bucket: %(path)s")


def _remove(actor: Actor, workspace: Workspace, path: ObsPath) -> str:
    file_remove(actor=actor, workspace=workspace, path=path)
    return gettext("Deleted: %(path)s")
