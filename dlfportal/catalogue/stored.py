"""The tables that stand apart from the objects: stored selections, mapping profiles, the state of the index
of texts.

`models` imports it, so it knows no other table of the catalogue.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.formats.mapping import NameMap, mapping_read


class Selection(models.Model):
    """Objects of a workspace that a person chose: by name, as a query, or all of them; see `selections`.

    `chosen` says how, never which objects that are: it is resolved anew for each reader. `count` and
    `digest` are of the set as it was stored. One without a name goes some time after its last use.
    """

    id = models.CharField(max_length=32, primary_key=True, editable=False, help_text="that nobody can guess")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(_("name"), max_length=128, blank=True)
    chosen = models.JSONField()
    key = models.CharField(max_length=64, help_text="SHA-256 of `chosen`, by which an equal one is found")
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=32)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user", "key"], condition=Q(name=""), name="selection_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "user", "name"], condition=~Q(name=""), name="selection_named"
            ),
        ]
        indexes = [
            models.Index(fields=["used_at"], condition=Q(name=""), name="selection_unused"),
        ]

    def __str__(self) -> str:
        return self.name or self.id


class MappingProfile(models.Model):
    """What names of other places are called in a workspace: kept for the packages that come into it."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="mapping_profiles", db_index=False
    )
    name = models.CharField(_("name"), max_length=128)
    entries = models.JSONField(default=list, help_text="as `formats.mapping.mapping_write` returns them")
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    updated_by = models.CharField(_("updated by"), max_length=150)

    class Meta:
        verbose_name = _("mapping profile")
        verbose_name_plural = _("mapping profiles")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="mapping_profile_named")]

    def __str__(self) -> str:
        return self.name

    @property
    def mapping(self) -> NameMap:
        """The mapping itself."""
        return mapping_read(self.entries)


class ContentNames(models.Model):
    """What the document of a content names, and its folder, as `named` reads them.

    It says nothing that the content does not, so it may go at any time. `reader` says by which rules it was
    read: what other rules found is read again.
    """

    content = models.OneToOneField(
        "Content", on_delete=models.CASCADE, primary_key=True, related_name="names", db_index=False
    )
    kind = models.CharField(max_length=10)
    reader = models.CharField(max_length=16)
    directory = models.TextField(blank=True)
    uses = models.TextField()

    def __str__(self) -> str:
        return f"{self.kind} {self.content_id}"


class ComparedPair(models.Model):
    """What differs between the contents `here` and `there`, as documents of a kind looked at in one way.

    See `comparing`; `changes` are those of `formats.difference.changes`. It says nothing that its contents do
    not, so it may go at any time.
    """

    view = models.CharField(max_length=64)
    here = models.PositiveBigIntegerField()
    there = models.PositiveBigIntegerField()
    outcome = models.CharField(max_length=10)
    fields = models.PositiveIntegerField()
    changes = models.JSONField(default=list)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("compared pair")
        verbose_name_plural = _("compared pairs")
        constraints = [models.UniqueConstraint(fields=["view", "here", "there"], name="compared_pair_once")]
        indexes = [models.Index(fields=["read_at"], name="compared_pair_read_at")]

    def __str__(self) -> str:
        return f"{self.view} {self.here} {self.there}"


class Orphan(models.Model):
    """That no revision pointed to a content when a worker looked; who uses the content takes the mark away.

    See `orphans`: a content goes when it has kept its mark for longer than any import takes.
    """

    content = models.OneToOneField(
        "catalogue.Content", on_delete=models.CASCADE, related_name="orphan", primary_key=True, db_index=False
    )
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.pk} {self.since}"


class SearchIndex(models.Model):
    """The index of texts, of which there is one; its rows are in a table that only `search` knows."""

    times_built = models.PositiveIntegerField(default=0, help_text="how often it was built anew")

    def __str__(self) -> str:
        return f"{self.times_built}"


class HealthReport(models.Model):
    """What the checks of `health` found in a large workspace when a worker counted them last.

    `mark` is the newest entry of its record then, `seconds` is how long the counting took, and `groups` what
    `job_groups` found, {} before it looked.
    """

    workspace = models.OneToOneField(
        Workspace, on_delete=models.CASCADE, related_name="+", primary_key=True, db_index=False
    )
    mark = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0)
    counts = models.JSONField(default=dict)
    groups = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.workspace} {self.counted_at:%Y-%m-%d %H:%M}"
