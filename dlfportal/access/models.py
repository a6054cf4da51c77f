"""Projects, workspaces, memberships, and the tokens and access keys of the API."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DEFAULT_WORKSPACE = "default"

wire_id = RegexValidator(r"\A[0-9a-f]{32}\Z", _("An ID has 32 digits from 0 to 9 and a to f."))


def new_wire_id() -> str:
    """Return a new id as DLF writes them: 32 lower-case hex digits."""
    return uuid.uuid4().hex


class Project(models.Model):
    """A cloud project: the id in the path of every API call. It holds workspaces."""

    id = models.CharField(
        _("project ID"), max_length=32, primary_key=True, default=new_wire_id, validators=[wire_id]
    )
    name = models.CharField(_("name"), max_length=128, unique=True)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Workspace(models.Model):
    """A place that holds jobs, scripts, resources and CDM jobs; people are members of it.

    The workspace named `default` answers API calls of its project that name no workspace.
    """

    id = models.CharField(
        _("workspace ID"), max_length=32, primary_key=True, default=new_wire_id, validators=[wire_id]
    )
    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="workspaces"
    )
    name = models.CharField(_("name"), max_length=128)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("workspace")
        verbose_name_plural = _("workspaces")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="workspace_name_in_project",
                violation_error_message=_("The project has a workspace of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do; each role includes the ones above it in this list."""

    VIEWER = "viewer", _("viewer")
    DEVELOPER = "developer", _("developer")
    ADMIN = "admin", _("admin")


class Membership(models.Model):
    """A person's role in a workspace."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="memberships"
    )
    workspace = models.ForeignKey(
        Workspace, verbose_name=_("workspace"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.VIEWER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["workspace", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace"],
                name="one_membership_a_workspace",
                violation_error_message=_("This person is a member of the workspace already."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.workspace} · {self.get_role_display()}"


class Covered(models.TextChoices):
    """What a workspace may want a second person for: imports with their undos, and every other change."""

    IMPORTS = "imports"
    EDITS = "edits"


class SecondPerson(models.Model):
    """What needs a second person in a workspace; in one without a row nothing does.

    Edits do only where imports do, since whoever may import alone may change everything. `wanted` is the
    change of `setting` that an admin has asked for and another has not confirmed yet, null for none.
    """

    workspace = models.OneToOneField(
        Workspace, primary_key=True, on_delete=models.CASCADE, related_name="second_person"
    )
    imports = models.BooleanField(default=False)
    edits = models.BooleanField(default=False)
    setting = models.CharField(max_length=7, choices=Covered.choices, default=Covered.IMPORTS)
    wanted = models.BooleanField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    asked_name = models.CharField(max_length=150, blank=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(edits=False) | models.Q(imports=True), name="second_person_edits_imports"
            )
        ]

    def __str__(self) -> str:
        return f"{self.workspace} · {self.imports} · {self.edits}"


class AuthToken(models.Model):
    """A token of the API. Only its digest is kept: the database alone lets nobody in.

    `password_digest` is derived from the password that the person had: with another, the token has ended.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    password_digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.user} · {self.expires_at:%Y-%m-%d %H:%M}"


class KnownAddress(models.Model):
    """A network from which a person has signed in: see `access.throttle`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    network = models.GenericIPAddressField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "network"], name="known_address_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.network}"


class AccessKey(models.Model):
    """A key that signs API requests. Its secret is derived and not kept here (see `access.keys`)."""

    access_key = models.CharField(_("access key"), max_length=20, primary_key=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="access_keys",
    )
    description = models.CharField(_("description"), max_length=128, blank=True)
    salt = models.CharField(max_length=32, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False, db_index=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.access_key


class Theme(models.TextChoices):
    """The colours of the pages."""

    AUTO = "auto", _("as the system")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class Density(models.TextChoices):
    """How high the rows of lists are."""

    COMPACT = "compact", _("compact")
    COMFORTABLE = "comfortable", _("comfortable")


class Preference(models.Model):
    """How a person wants the pages. An empty language or zone is the browser's."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(max_length=16, blank=True)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)
    zone = models.CharField(max_length=64, blank=True)
    density = models.CharField(max_length=16, choices=Density, default=Density.COMPACT)
    single_keys = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.user)
