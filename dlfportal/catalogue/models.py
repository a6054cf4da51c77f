"""The tables of the catalogue.

One table holds the objects of all four kinds, so that one write path, one history and one index of
references serve them; `Job`, `Script`, `Resource` and `CdmJob` are its rows of one kind.
"""

from __future__ import annotations

import uuid
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import FAR_JOB
from dlfportal.catalogue.index import TAG_BYTES, State
from dlfportal.catalogue.stored import ComparedPair as ComparedPair
from dlfportal.catalogue.stored import ContentNames as ContentNames
from dlfportal.catalogue.stored import HealthReport as HealthReport
from dlfportal.catalogue.stored import MappingProfile as MappingProfile
from dlfportal.catalogue.stored import Orphan as Orphan
from dlfportal.catalogue.stored import SearchIndex as SearchIndex
from dlfportal.catalogue.stored import Selection as Selection
from dlfportal.db import lookups  # noqa: F401 - makes `within` known
from dlfportal.db.append_only import AppendOnlyModel
from dlfportal.db.fields import CodePointField
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import EXPRESSIONS, Target

KIND_LABELS = {
    Kind.JOB: _("job"),
    Kind.SCRIPT: _("script"),
    Kind.RESOURCE: _("resource"),
    Kind.CDM_JOB: _("CDM job"),
}
ALIVE = Q(deleted_at__isnull=True)
DYNAMIC = reduce(
    or_, (Q(**{f"{column}__contains": sign}) for column in ("name", "cluster") for sign in EXPRESSIONS)
)
"""That an expression names what a reference points to: nothing answers to it."""
SCHEDULED = ("schedule", "cron", "cron_zone")
OF_A_WEEK = ("cron", "cron_zone", "schedule", "runs_from", "runs_until")
REFERENCED = (*(target.value for target in Target), FAR_JOB)
SORTED_ALONE: dict[Kind, tuple[str, ...]] = {
    Kind.JOB: ("schedule", "-node_count"),
    Kind.SCRIPT: ("-size",),
    Kind.RESOURCE: ("location",),
    Kind.CDM_JOB: ("cluster", "description"),
}
"""The columns that the list of one kind alone sorts by: their indexes hold no object of another kind."""


def _list_index(column: str, field: str, kind: Kind | None = None) -> models.Index:
    """Return the index that serves the lists of a workspace sorted, or narrowed, by a column.

    Its rows are in the order of `web.pages.columns`: numbers and times begin with the largest, and what is
    equal in the column goes by name and cluster.
    """
    rest = [name for name in ("name", "cluster") if name != column]
    alive = ALIVE & Q(kind=kind.value) if kind else ALIVE
    return models.Index(fields=["workspace", "kind", field, *rest], condition=alive, name=f"object_{column}")


class Content(AppendOnlyModel):
    """The canonical bytes of a document, kept once per SHA-256 as the raw-deflate stream of an export."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField(help_text="bytes of the document")
    crc32 = models.PositiveBigIntegerField()
    stored = models.PositiveIntegerField(help_text="bytes of the raw-deflate stream")
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256


class CatalogueObject(models.Model):
    """A job, script, resource or CDM job of a workspace.

    (workspace, kind, cluster, name) identifies it. It points at its newest revision, whose document
    is the truth; the columns below `cluster` are an index derived from that document on every write.
    A deleted object keeps its row and history; an object created with its name takes them up.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace,
        verbose_name=_("workspace"),
        on_delete=models.PROTECT,
        related_name="objects_held",
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=10, choices=list(KIND_LABELS.items()))
    cluster = models.CharField(_("cluster"), max_length=255, blank=True)
    name = models.CharField(_("name"), max_length=255)

    directory = models.CharField(_("directory"), max_length=1500, default="/")
    type = models.CharField(_("type"), max_length=64, blank=True)
    owner = models.CharField(_("owner"), max_length=255, blank=True)
    description = models.CharField(_("description"), max_length=255, blank=True)
    schedule = models.CharField(_("schedule"), max_length=64, blank=True)
    cron = models.CharField(max_length=255, blank=True, help_text="the expression of a schedule by time")
    cron_zone = models.CharField(max_length=64, blank=True, help_text="its zone, as the document writes it")
    event = models.CharField(max_length=255, blank=True, help_text="what an event comes from: `DIS clicks`")
    runs_from = models.PositiveBigIntegerField(default=0, help_text="seconds since 1970, 0 for no begin")
    runs_until = models.PositiveBigIntegerField(default=0, help_text="seconds since 1970, 0 for no end")
    node_count = models.PositiveIntegerField(_("nodes"), default=0)
    tags = models.TextField(blank=True, help_text="each between line breaks")
    location = models.CharField(_("location"), max_length=1100, blank=True)
    size = models.PositiveIntegerField(_("size"), default=0)
    folded_name = models.CharField(max_length=255, blank=True, help_text="without case, for search")
    folded_description = models.CharField(max_length=255, blank=True, help_text="without case, for search")
    content_key = models.PositiveBigIntegerField(default=0, help_text="what does the same has the same, or 0")
    has_credential = models.BooleanField(default=False, help_text="some text looks like a credential")

    revision = models.ForeignKey(
        "Revision",
        verbose_name=_("revision"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    version = models.ForeignKey(
        "Version",
        verbose_name=_("version"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    version_number = models.PositiveIntegerField(
        _("version"), default=0, help_text="of `version`; 0 while nothing is submitted"
    )
    state = models.CharField(
        _("state"), max_length=9, default=State.DRAFT, help_text="what `index.state_of` says"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    created_by = models.CharField(_("created by"), max_length=150)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    updated_by = models.CharField(_("updated by"), max_length=150)
    deleted_at = models.DateTimeField(_("deleted"), null=True)

    class Meta:
        verbose_name = _("object")
        verbose_name_plural = _("objects")
        ordering = ["name", "cluster", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "name", "cluster"], condition=ALIVE, name="object_identity"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="object_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="object_named"),
        ]
        indexes = [
            *(_list_index(column, column) for column in ("directory", "type", "owner", "state")),
            _list_index("updated_at", "-updated_at"),
            *(
                _list_index(field.strip("-"), field, kind)
                for kind, fields in SORTED_ALONE.items()
                for field in fields
            ),
            # All that the week of a workspace is made of and asked by: it is summed up from the index alone.
            models.Index(
                fields=["workspace", "kind", *OF_A_WEEK, "deleted_at"],
                condition=ALIVE & Q(kind=Kind.JOB.value),
                name="object_cron",
            ),
            # Which schedules have ended, and which have not begun: of these alone, from the index alone.
            models.Index(
                fields=["workspace", "kind", "runs_until", *SCHEDULED, "deleted_at"],
                condition=ALIVE & Q(kind=Kind.JOB.value, runs_until__gt=0),
                name="object_ends",
            ),
            models.Index(
                fields=["workspace", "kind", "runs_from", *SCHEDULED, "runs_until", "deleted_at"],
                condition=ALIVE & Q(kind=Kind.JOB.value),
                name="object_begins",
            ),
            models.Index(
                fields=["workspace", "kind", "content_key", "deleted_at"],
                condition=ALIVE & Q(content_key__gt=0),
                name="object_content_key",
            ),
            models.Index(
                fields=["workspace", "kind", "deleted_at", "has_credential"],
                condition=ALIVE & Q(has_credential=True),
                name="object_has_credential",
            ),
            models.Index(
                fields=["workspace", "kind", "name", "cluster"],
                condition=Q(deleted_at__isnull=False),
                name="object_deleted",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KindManager(models.Manager[Any]):
    """The living objects of the proxy model's kind."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(ALIVE, kind=self.model.KIND)


class Job(CatalogueObject):
    """A job: nodes, the order they run in, a schedule and parameters."""

    KIND = Kind.JOB
    objects: ClassVar[KindManager] = KindManager()

    class Meta:
        proxy = True
        verbose_name = KIND_LABELS[Kind.JOB]
        verbose_name_plural = _("jobs")


class Script(CatalogueObject):
    """A script: SQL, shell or Python text that nodes run."""

    KIND = Kind.SCRIPT
    objects: ClassVar[KindManager] = KindManager()

    class Meta:
        proxy = True
        verbose_name = KIND_LABELS[Kind.SCRIPT]
        verbose_name_plural = _("scripts")


class Resource(CatalogueObject):
    """A resource: a jar, an archive or a file in object storage that nodes use."""

    KIND = Kind.RESOURCE
    objects: ClassVar[KindManager] = KindManager()

    class Meta:
        proxy = True
        verbose_name = KIND_LABELS[Kind.RESOURCE]
        verbose_name_plural = _("resources")


class CdmJob(CatalogueObject):
    """A CDM job: a data migration of one CDM cluster."""

    KIND = Kind.CDM_JOB
    objects: ClassVar[KindManager] = KindManager()

    class Meta:
        proxy = True
        verbose_name = KIND_LABELS[Kind.CDM_JOB]
        verbose_name_plural = _("CDM jobs")


class Origin(models.TextChoices):
    """What made a revision; its `origin_id` says which one, where there are several.

    `import`: the id of the import task. `restore`: the number of the revision whose document it is.
    `rename`: the uid of the object whose rename it follows, none for the renamed one. `copy`: the uid of the
    object that was copied. `undo`: the id of the import task that was undone.
    """

    EDIT = "edit", _("edit")
    RENAME = "rename", _("rename")
    RESTORE = "restore", _("restore")
    COPY = "copy", _("copy")
    IMPORT = "import", _("import")
    UNDO = "undo", _("undo")
    SAMPLE = "sample", _("sample catalogue")


class Revision(AppendOnlyModel):
    """One state of an object: its document, name and cluster; who wrote it, when and why. It never changes.

    `reason` is what a person wrote. With the deletions this is the whole history: at any moment an
    object exists if its newest revision until then has no deletion until then.
    """

    object = models.ForeignKey(
        CatalogueObject, on_delete=models.PROTECT, related_name="revisions", db_index=False
    )
    number = models.PositiveIntegerField(_("revision"))
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="+", db_index=False)
    cluster = models.CharField(_("cluster"), max_length=255, blank=True)
    name = models.CharField(_("name"), max_length=255)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    author_name = models.CharField(_("author"), max_length=150)
    created_at = models.DateTimeField(_("time"), default=timezone.now)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.EDIT)
    origin_id = models.CharField(max_length=36, blank=True)
    reason = models.CharField(_("reason"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["object", "number"], name="revision_number")]

    def __str__(self) -> str:
        return f"{self.number}"


class Version(AppendOnlyModel):
    """A submit: it marks the revision that `exportStatus` SUBMIT exports until the next one."""

    object = models.ForeignKey(
        CatalogueObject, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField(_("version"))
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="versions")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    author_name = models.CharField(_("author"), max_length=150)
    created_at = models.DateTimeField(_("time"), default=timezone.now)
    comment = models.CharField(_("comment"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["object", "number"], name="version_number")]

    def __str__(self) -> str:
        return f"{self.number}"


class Deletion(AppendOnlyModel):
    """That an object was deleted, at its newest revision then. One that takes it up again writes the next."""

    object = models.ForeignKey(
        CatalogueObject, on_delete=models.PROTECT, related_name="deletions", db_index=False
    )
    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="deletion")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    author_name = models.CharField(_("author"), max_length=150)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.object} {self.at:%Y-%m-%d %H:%M:%S}"


class Reference(models.Model):
    """One thing an object's newest document points to, by name: the index behind "used by".

    `soft` marks a path that names a resource only if one answers to it (by name, location or id). `waits`
    marks a job that is waited for; one that is a sub-job too has a row of each. See `FAR_JOB`. The database
    itself says of each whether an expression names the object (`dynamic`).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.ForeignKey(
        CatalogueObject, on_delete=models.CASCADE, related_name="references", db_index=False
    )
    target = models.CharField(max_length=10, choices=[(one, one) for one in REFERENCED])
    cluster = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=1100)
    soft = models.BooleanField(default=False)
    waits = models.BooleanField(default=False)
    dynamic = models.GeneratedField(
        expression=DYNAMIC,  # type: ignore[arg-type]  # the types know no conditions here
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["target", "cluster", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "cluster", "name", "soft", "waits"], name="reference_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "target", "name", "cluster", "source"], name="reference_used_by"
            ),
            models.Index(fields=["workspace", "target"], condition=Q(dynamic=True), name="reference_dynamic"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target} {self.name}"


class KeptCount(models.Model):
    """A signed part of how many living objects of a workspace count under one value: see `counts`.

    `facet` names what is counted by, "" the objects of a kind at all. Only sums mean something; a write
    adds rows and changes none, so that no writer waits for another one. `folded`: a sum of
    such rows.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=list(KIND_LABELS.items()))
    facet = models.CharField(max_length=10, blank=True)
    value = CodePointField(blank=True)
    amount = models.IntegerField()
    folded = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "facet", "kind", "value", "amount"], name="count_sum"),
            models.Index(fields=["id"], condition=Q(folded=False), name="count_unfolded"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.facet} {self.value}: {self.amount:+}"


class ObjectTag(models.Model):
    """A tag of a living job: the index behind a list narrowed to tags, derived from the column `tags`.

    Name and type are the job's own, so that a list of a tag that many jobs have comes in its order.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    object = models.ForeignKey(
        CatalogueObject, on_delete=models.CASCADE, related_name="tag_rows", db_index=False
    )
    tag = models.CharField(max_length=TAG_BYTES)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object", "tag"], name="tag_once")]
        indexes = [models.Index(fields=["workspace", "tag", "name", "type", "object"], name="tag_objects")]

    def __str__(self) -> str:
        return self.tag
