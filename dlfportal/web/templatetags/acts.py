"""Template tags of the record. The administration has them too: it imports nothing of the pages."""

from __future__ import annotations

from django import template
from django.urls import reverse

from dlfportal.audit.models import AuditEntry
from dlfportal.audit.selectors import entries_of
from dlfportal.audit.texts import CHANNELS
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.links import with_query
from dlfportal.web.acts import Act, act_of, acts_of

register = template.Library()

ENTRIES_SHOWN = 100


@register.simple_tag
def act_told(entry: AuditEntry) -> Act:
    """Return an entry of the record as people read it, without links."""
    return act_of(entry, linked=False)


@register.filter
def channel_name(channel: str) -> str:
    """Return the channel somebody used, in words."""
    return str(CHANNELS.get(channel, channel))


@register.inclusion_tag("activity/_record.html")
def record_of(target: CatalogueObject) -> dict[str, object]:
    """Show what the record says of an object, under its former names too."""
    entries = entries_of(target.workspace_id, target.kind, target.name, ENTRIES_SHOWN)
    all_of_it = reverse("web:activity", args=[target.workspace_id])
    return {
        "acts": acts_of(entries, ()),
        "activity_url": with_query(all_of_it, {"kind": target.kind, "object": target.name}),
        "workspace_id": target.workspace_id,
    }
