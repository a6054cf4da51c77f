"""The addresses of objects and of the pages around them, by route name: delivery rooms import no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from dlfportal.catalogue.models import CatalogueObject
from dlfportal.formats.kinds import Kind

LIST_ROUTES = {
    Kind.JOB: "web:job-list",
    Kind.SCRIPT: "web:script-list",
    Kind.RESOURCE: "web:resource-list",
    Kind.CDM_JOB: "web:cdm-job-list",
}
DETAIL_ROUTES = {
    Kind.JOB: "web:job-detail",
    Kind.SCRIPT: "web:script-detail",
    Kind.RESOURCE: "web:resource-detail",
    Kind.CDM_JOB: "web:cdm-job-detail",
}
REVISION_ROUTES = {
    Kind.JOB: "web:job-revision",
    Kind.SCRIPT: "web:script-revision",
    Kind.RESOURCE: "web:resource-revision",
    Kind.CDM_JOB: "web:cdm-job-revision",
}
PREFIX = {Kind.JOB: "job", Kind.SCRIPT: "script", Kind.RESOURCE: "resource", Kind.CDM_JOB: "cdm-job"}
TONES = {Kind.JOB: "job", Kind.SCRIPT: "script", Kind.RESOURCE: "resource", Kind.CDM_JOB: "cdm"}
"""The word in `badge-...` and the name of the icon that each kind has on every page."""


def list_url(workspace_id: str, kind: Kind, **params: str) -> str:
    """Return the address of a list, narrowed by `params`."""
    return with_query(reverse(LIST_ROUTES[kind], args=[workspace_id]), params)


def object_url(workspace_id: str, kind: Kind, name: str, cluster: str = "") -> str:
    """Return the address of an object's page; a CDM job's says its cluster."""
    return with_query(reverse(DETAIL_ROUTES[kind], args=[workspace_id, name]), {"cluster": cluster})


def revision_url(workspace_id: str, kind: Kind, name: str, cluster: str, number: int) -> str:
    """Return the address of one revision of an object."""
    return with_query(reverse(REVISION_ROUTES[kind], args=[workspace_id, name, number]), {"cluster": cluster})


def export_url(workspace_id: str, **params: str) -> str:
    """Return the address of the export of several jobs."""
    return with_query(reverse("web:export", args=[workspace_id]), params)


def edit_route(kind: Kind, action: str) -> str:
    """Return the route of a page of the Django admin, such as `admin:catalogue_job_change`."""
    return f"admin:catalogue_{kind.value.replace('_', '')}_{action}"


def with_query(path: str, params: Mapping[str, str]) -> str:
    """Return `path` with the parameters that are not empty."""
    filled = {key: value for key, value in params.items() if value}
    return f"{path}?{urlencode(filled)}" if filled else path


def portal_url(step: str, target: CatalogueObject, *more: Any) -> str:
    """Return the address of a portal page about an object, "" when there is no such page.

    `step` is `detail`, `export` or `revision`. A CDM job's page is also given its cluster.
    """
    name = f"web:{PREFIX[Kind(target.kind)]}-{step}"
    try:
        url = reverse(name, args=[target.workspace_id, target.name, *more])
    except NoReverseMatch:
        return ""
    return with_query(url, {"cluster": target.cluster})


def admin_url(page: str, target: CatalogueObject) -> str:
    """Return the address of an admin page about an object: `change`, `history`, `delete`, ..."""
    return reverse(edit_route(Kind(target.kind), page), args=[target.pk])
