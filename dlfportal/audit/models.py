"""The audit record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dlfportal.db.append_only import AppendOnlyModel


class ActedModel(models.Model):
    """Base of what keeps who did it: the name is copied as text, so the row outlives the person."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    user_name = models.CharField(_("user name"), max_length=150)
    channel = models.CharField(_("channel"), max_length=10)
    request_id = models.CharField(_("request ID"), max_length=32, blank=True)

    class Meta:
        abstract = True


class AuditEntry(AppendOnlyModel, ActedModel):
    """One thing somebody did. Names are copied as text, so the entry outlives what it names."""

    at = models.DateTimeField(_("time"), default=timezone.now)
    action = models.CharField(_("action"), max_length=40)
    workspace_id = models.CharField(_("workspace ID"), max_length=32, blank=True)
    workspace_name = models.CharField(_("workspace"), max_length=128, blank=True)
    kind = models.CharField(_("kind"), max_length=10, blank=True)
    object_name = models.CharField(_("name"), max_length=255, blank=True)
    detail = models.JSONField(_("details"), default=dict)
    part_of = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        on_delete=models.PROTECT,
        related_name="parts",
        db_index=False,
        help_text="the entry of the act that this one belongs to, such as an import's",
    )

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["workspace_id", "channel", "-at", "-id"], name="audit_by_time"),
            models.Index(
                fields=["workspace_id", "kind", "object_name", "-id"],
                opclasses=["varchar_ops", "varchar_ops", "varchar_pattern_ops", "int8_ops"],
                name="audit_by_object",
            ),
            # By time, not by id: PostgreSQL would walk back the primary key through what others did since.
            models.Index(
                fields=["user", "-at", "-id"],
                condition=models.Q(part_of__isnull=True),
                name="audit_acts_of_user",
            ),
            *(
                models.Index(
                    fields=["workspace_id", column, "-at", "-id"],
                    condition=models.Q(part_of__isnull=True),
                    name=f"audit_acts_by_{column}",
                )
                for column in ("user_name", "action")
            ),
            models.Index(
                fields=["workspace_id", "-at", "-id"],
                condition=models.Q(part_of__isnull=True),
                name="audit_acts",
            ),
            models.Index(
                fields=["part_of", "id"], condition=models.Q(part_of__isnull=False), name="audit_parts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.user_name} {self.action} {self.object_name}"
