"""The addresses of objects and of the pages around them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

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
