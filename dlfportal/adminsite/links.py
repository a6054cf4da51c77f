"""Addresses in the portal's pages, by name: the admin does not import them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from dlfportal.catalogue.models import CatalogueObject
from dlfportal.formats.kinds import Kind

PREFIX = {Kind.JOB: "job", Kind.SCRIPT: "script", Kind.RESOURCE: "resource", Kind.CDM_JOB: "cdm-job"}


def portal_url(step: str, target: CatalogueObject, *more: Any) -> str:
    """Return the address of a portal page about an object, "" when there is no such page.

    `step` is `detail`, `export` or `revision`. A CDM job's page is also given its cluster.
    """
    name = f"web:{PREFIX[Kind(target.kind)]}-{step}"
    try:
        url = reverse(name, args=[target.workspace_id, target.name, *more])
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode({'cluster': target.cluster})}" if target.cluster else url


def admin_url(page: str, target: CatalogueObject) -> str:
    """Return the address of an admin page about an object: `change`, `history`, `delete`, ..."""
    model = str(target.kind).replace("_", "")
    return reverse(f"admin:catalogue_{model}_{page}", args=[target.pk])
