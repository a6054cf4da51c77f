"""What the record says of changes of one object, as sentences in the reader's language; see `acts`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dlfportal.audit.models import AuditEntry
from dlfportal.errors import gettext_noop


def created_said(entry: AuditEntry) -> str:
    """Return that an object was created, and by what."""
    by_origin = CREATED_BY.get(str(entry.detail.get("origin", "")))
    return _(by_origin) if by_origin else _("%(who)s created the %(kind)s %(name)s")


def updated_said(entry: AuditEntry) -> str:
    """Return that an object was changed, and by what."""
    by_origin = UPDATED_BY.get(str(entry.detail.get("origin", "")))
    if by_origin:
        return _(by_origin)
    if "renamed_from" in entry.detail:
        return _("%(who)s renamed %(renamed_from)s to %(name)s (revision %(revision)s)")
    if entry.detail.get("origin") == "rename" and entry.detail.get("origin_id"):
        return _("%(who)s changed a name in %(name)s (revision %(revision)s)")
    if "cluster_from" in entry.detail:
        return _("%(who)s moved %(name)s away from the cluster %(cluster_from)s")
    return _("%(who)s changed %(name)s (revision %(revision)s)")


def deleted_said(entry: AuditEntry) -> str:
    """Return that an object was deleted."""
    if entry.detail.get("origin") == "undo":
        return _("%(who)s deleted the %(kind)s %(name)s by an undo")
    return _("%(who)s deleted the %(kind)s %(name)s")


CREATED_BY: dict[str, str] = {
    "import": gettext_noop("%(who)s created %(name)s by an import"),
    "copy": gettext_noop("%(who)s created %(name)s as a copy"),
    "restore": gettext_noop("%(who)s restored the deleted %(kind)s %(name)s (revision %(revision)s)"),
    "undo": gettext_noop("%(who)s brought %(name)s back by an undo"),
    "sample": gettext_noop("%(who)s created %(name)s from the sample catalogue"),
}
UPDATED_BY: dict[str, str] = {
    "restore": gettext_noop("%(who)s restored %(name)s to revision %(origin_id)s (now %(revision)s)"),
    "import": gettext_noop("%(who)s changed %(name)s by an import (revision %(revision)s)"),
    "undo": gettext_noop("%(who)s put %(name)s back by an undo (revision %(revision)s)"),
    "sample": gettext_noop("%(who)s changed %(name)s from the sample catalogue (revision %(revision)s)"),
}
