"""The tables of the transfer: buckets, exports, imports with their subtasks, acts on many objects, and the
processes that do imports and such acts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace, new_wire_id
from dlfportal.audit.models import ActedModel
from dlfportal.catalogue.models import KIND_LABELS, CatalogueObject, Revision, Version
from dlfportal.db.append_only import AppendOnlyModel, AppendOnlyQuerySet
from dlfportal.db.rows import row_change
from dlfportal.transfer.states import NO_TASKS as NO_TASKS
from dlfportal.transfer.states import Choice as Choice
from dlfportal.transfer.states import Outcome as Outcome
from dlfportal.transfer.states import RunPhase as RunPhase
from dlfportal.transfer.states import RunStatus as RunStatus
from dlfportal.transfer.states import Undone as Undone

BUCKET_NAME = r"\A(?![0-9]+(?:\.[0-9]+){3}\Z)[a-z0-9](?:[a-z0-9]|[.-](?![.-])){2,62}(?<![.-])\Z"
"""As OBS has them: 3 to 63 lower-case letters, digits, dots and hyphens, no two of the latter together, and
nothing that looks like an address."""

bucket_name = RegexValidator(
    BUCKET_NAME,
    _(
        "A bucket has 3 to 63 lower-case letters, digits, dots and hyphens in its name. It begins and ends "
        "with a letter or digit, no two dots or hyphens stand together, and it is no IP address."
    ),
)

EXPORT_DEAD_AFTER = timedelta(minutes=10)
"""A running export notes every half minute that it lives, unless its client stands still."""


class Bucket(models.Model):
    """A bucket of the object store and the workspaces an operator gave it to."""

    name = models.CharField(_("name"), max_length=63, primary_key=True, validators=[bucket_name])
    workspaces = models.ManyToManyField(
        Workspace, verbose_name=_("workspaces"), related_name="buckets", blank=True
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("bucket")
        verbose_name_plural = _("buckets")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ExportState(models.TextChoices):
    """Where an export stands; one that is running without a sign of life is shown as broken off."""

    RUNNING = "running", _("running")
    COMPLETE = "complete", _("complete")
    BROKEN_OFF = "broken", _("broken off")


class ExportQuerySet(AppendOnlyQuerySet):
    """Rows of exports change in three ways only, and only until the export has ended."""

    def beat(self, pk: str) -> None:
        """Note that a running export lives."""
        self._running(pk).update(seen_at=timezone.now())

    def claim(self, pk: str, folder: str) -> None:
        """Note the folder that a running export writes to. Raises IntegrityError when it is another's."""
        self._running(pk).update(seen_at=timezone.now(), folder=folder)

    def end(self, pk: str, **facts: Any) -> None:
        """Complete the row of a running export."""
        now = timezone.now()
        changes = {"seen_at": now, "ended_at": now, **facts}
        row_change(self.model, changes, id=pk, state=ExportState.RUNNING)

    def _running(self, pk: str) -> models.QuerySet[Export]:
        return models.QuerySet(Export, using=self.db).filter(pk=pk, state=ExportState.RUNNING)


ExportManager = models.Manager.from_queryset(ExportQuerySet)


class Export(AppendOnlyModel, ActedModel):
    """One export: who took what. Written before the first byte leaves, and completed after the last.

    `digest`, `size`, `entries`, `missing` and `contents` describe the package; of more than 100 jobs
    they are known at the end only, or not at all. `sent` counts the bytes that left. `contents` keeps
    each entry's path and revision, so that the same package can be made again.
    """

    id = models.CharField(_("export ID"), max_length=32, primary_key=True, default=new_wire_id)
    workspace = models.ForeignKey(
        Workspace,
        verbose_name=_("workspace"),
        on_delete=models.CASCADE,
        related_name="exports",
        db_index=False,
    )
    name = models.CharField(_("package"), max_length=270)
    selection = models.JSONField(_("selection"), default=dict, help_text="how the objects were chosen")
    options = models.JSONField(_("options"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.RUNNING)
    digest = models.CharField(_("package digest"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("bytes of the package"), null=True)
    entries = models.PositiveIntegerField(_("entries"), null=True)
    missing = models.JSONField(_("missing"), default=list)
    contents = models.BinaryField(default=b"")
    sent = models.PositiveBigIntegerField(_("bytes sent"), default=0)
    folder = models.CharField(
        max_length=1200, blank=True, help_text="the folder of the object store that is this export's alone"
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar[ExportManager[Any]] = ExportManager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.UniqueConstraint(fields=["folder"], condition=~Q(folder=""), name="export_folder"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-started_at"], name="export_by_time"),
            models.Index(
                fields=["workspace", "name", "-started_at"],
                opclasses=["varchar_ops", "varchar_pattern_ops", "timestamptz_ops"],
                name="export_by_name",
            ),
            models.Index(fields=["workspace", "user_name", "-started_at"], name="export_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ← {self.workspace}"

    @property
    def shown_state(self) -> ExportState:
        """The state as people see it: what gives no sign of life any more has broken off."""
        if self.state == ExportState.RUNNING and timezone.now() - self.seen_at > EXPORT_DEAD_AFTER:
            return ExportState.BROKEN_OFF
        return ExportState(self.state)


class Runner(models.Model):
    """A process that runs imports: it says every few seconds until when to take it for alive.

    See `transfer.imports.liveness`.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_wire_id)
    queued = models.BooleanField(help_text="takes the imports that are waiting, not only one of its own")
    alive_until = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["alive_until"]

    def __str__(self) -> str:
        return self.id


class ImportRun(ActedModel):
    """One import: a task on the wire. A workspace has one at a time that is running or waiting.

    `message` and `params` are an English template and its values, translated when shown; `notes` are
    such pairs too, what a person should know of the package as a whole. `options` names parameters
    without their values, which may be secret: these are in `sealed`, only until the import ends.

    Who does it: the worker that claimed the task `queue_id` of the queue, or `runner`, the process that
    was asked. Whether it still does is for `transfer.imports.deaths` to say.

    A planned import holds nothing of the workspace: any number may wait to be applied. Its `package` is
    where the file it was made of is kept, an `obs://` path, for as long as the plan can be applied; a
    package of a bucket is read where `source` says, and `digest` shows whether it is still the same.
    `plan_digest` is of all that a plan says and of what people chose, "" before it is made: who acts on a
    plan gives the one that was shown. `mapping` is as `formats.mapping` writes it, `profile` the name of the
    profile it came from; `phase`, `done` and `total` say how far the work is.
    `changed_by` made the plan or changed it last; `proposed_by` is who proposed what another person applied.
    `brings` says which objects of another workspace its package is made of, `{}` for none.

    An undo of an import is one too: it `undoes` that, has its `source`, and is no task on the wire. Its
    `digest` is of what the person saw before, its items say what it found and left: it can be undone.
    """

    id = models.CharField(_("task ID"), max_length=32, primary_key=True, default=new_wire_id)
    workspace = models.ForeignKey(
        Workspace, verbose_name=_("workspace"), on_delete=models.CASCADE, related_name="imports"
    )
    undoes = models.ForeignKey(
        "self", verbose_name=_("undoes"), null=True, on_delete=models.CASCADE, related_name="undone_by"
    )
    source = models.CharField(_("package"), max_length=1200)
    options = models.JSONField(_("options"), default=dict)
    sealed = models.TextField(blank=True)
    digest = models.CharField(_("package digest"), max_length=64, blank=True)
    package = models.CharField(_("kept package"), max_length=1200, blank=True)
    mapping = models.JSONField(_("mapping"), default=list)
    profile = models.CharField(_("mapping profile"), max_length=128, blank=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    comment = models.CharField(_("comment"), max_length=255, blank=True)
    brings = models.JSONField(default=dict)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    proposed_by = models.CharField(_("proposed by"), max_length=150, blank=True, db_default="")
    phase = models.CharField(_("phase"), max_length=10, choices=RunPhase, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    queue_id = models.CharField(max_length=64, blank=True)
    runner = models.CharField(max_length=32, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=RunStatus, default=RunStatus.RUNNING)
    message = models.TextField(_("message"), blank=True)
    params = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    begun_at = models.DateTimeField(default=timezone.now, null=True)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("import task")
        verbose_name_plural = _("import tasks")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(status="RUNNING"), name="one_import_a_workspace"
            ),
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="import_status_known"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at"], name="import_by_time"),
            models.Index(fields=["status", "workspace", "-created_at"], name="import_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.workspace}"

    @property
    def is_reviewed(self) -> bool:
        """Whether it came as a plan that a person looks at before it is applied."""
        return self.expires_at is not None

    @property
    def is_expired(self) -> bool:
        """Whether it is a plan that was left alone for too long."""
        return self.status == RunStatus.PLANNED and bool(
            self.expires_at and self.expires_at <= timezone.now()
        )


class Proposal(ActedModel):
    """What somebody asks another to do: apply the plan `run`, or undo the import, or only the `rest` of it.

    It is void when what stands has another `digest`. `standing` objects stood as an import left them then.
    """

    run = models.OneToOneField(
        ImportRun, on_delete=models.CASCADE, related_name="proposal", primary_key=True, db_index=False
    )
    is_undo = models.BooleanField()
    digest = models.CharField(max_length=64)
    rest = models.BooleanField(default=False)
    standing = models.PositiveIntegerField(db_default=0)
    comment = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.run)


class PlanFacts(models.Model):
    """What a plan knows beside its rows.

    `uses` is what the package names, as [kind, name, objects, whether the workspace uses it]; `needs` says by
    the position of an object the positions of those that it uses.
    """

    run = models.OneToOneField(
        ImportRun, on_delete=models.CASCADE, related_name="facts", primary_key=True, db_index=False
    )
    uses = models.JSONField(default=list)
    needs = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.run)


def _written(model: type[Revision] | type[Version]) -> Any:
    """Return a key to a row that is never deleted: the database need not prove it for every item."""
    kept: dict[str, Any] = {"null": True, "related_name": "+", "db_index": False, "db_constraint": False}
    return models.ForeignKey(model, on_delete=models.DO_NOTHING, **kept)


class ImportItem(models.Model):
    """One object of an import: a subtask on the wire. `messages` are pairs of template and values; `refused`
    says that some are about what DataArts would refuse.

    `sha256` is that of the content which the package brings. `object` and what is called "before" say
    what the plan found under the name, `was_deleted` whether that was deleted; what is called "after"
    is what the import made the newest revision and the submitted version, both null where it wrote none.

    Of a plan that people look at, `sha256` is that of the document as it would be written, which is stored.
    `base` is the revision that both sides come from, where it is known, and `both_changed` whether both have
    changed since; `mapped` are [kind, old name, new name, place] that the mapping changed, `followed` how
    many references follow the new name.
    The items of an undo have an outcome of `Undone`.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=list(KIND_LABELS.items()))
    cluster = models.CharField(_("cluster"), max_length=255, blank=True)
    name = models.CharField(_("name"), max_length=255)
    outcome = models.CharField(_("plan"), max_length=10, choices=[*Outcome.choices, *Undone.choices])
    choice = models.CharField(_("choice"), max_length=10, choices=Choice, default=Choice.TAKE)
    new_name = models.CharField(_("new name"), max_length=255, blank=True)
    messages = models.JSONField(_("messages"), default=list)
    refused = models.BooleanField(db_default=False)
    sha256 = models.CharField(max_length=64, blank=True)
    object = models.ForeignKey(
        CatalogueObject, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    was_deleted = models.BooleanField(default=False)
    revision_before = _written(Revision)
    revision_after = _written(Revision)
    version_before = _written(Version)
    version_after = _written(Version)
    directory = models.CharField(_("directory"), max_length=1500, blank=True, db_default="")
    base = _written(Revision)
    both_changed = models.BooleanField(db_default=False)
    mapped = models.JSONField(null=True)
    followed = models.PositiveIntegerField(db_default=0)

    class Meta:
        verbose_name = _("object of an import")
        verbose_name_plural = _("objects of an import")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="import_item_position"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="import_choice_known"),
            models.CheckConstraint(
                condition=Q(choice=Choice.RENAME) ^ Q(new_name=""), name="import_item_renamed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.kind} {self.name}"


class BulkRun(ActedModel):
    """An act on so many objects that a worker does it: all of it, or nothing.

    `asked` is what to do and `chosen` with what, as `catalogue.acting` and `catalogue.selections` write
    them; `count` and `digest` are of the set that the person saw, and no other one is acted on. `result` says
    how many changed; `message` and `params` why nothing did, an English template and its values.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_wire_id)
    workspace = models.ForeignKey(
        Workspace, verbose_name=_("workspace"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    asked = models.JSONField()
    chosen = models.JSONField()
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=32)
    queue_id = models.CharField(max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=RunStatus, default=RunStatus.RUNNING)
    result = models.JSONField(default=dict)
    message = models.TextField(_("message"), blank=True)
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("act on many objects")
        verbose_name_plural = _("acts on many objects")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="bulk_status_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status=RunStatus.RUNNING.value), name="bulk_running"),
        ]

    def __str__(self) -> str:
        return f"{self.asked} {self.workspace}"
