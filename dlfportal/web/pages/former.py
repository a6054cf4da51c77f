"""Where the address of an object under a former name leads to."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from dlfportal.catalogue.former import former_find
from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.formats.kinds import Kind
from dlfportal.web.requests import workspace_of


def former_url(request: HttpRequest, missing: ObjectMissing) -> str:
    """Return the address that was asked for, of the object that had its name before, or raise `missing`.

    What is asked for below the name, and the query, stay as they are.
    """
    match = request.resolver_match
    if match is None or match.kwargs.get("name") != missing.name:
        raise missing
    asked = request.GET.copy()
    cluster = asked.pop("cluster", [None])[-1]
    space = workspace_of(request, match.kwargs["workspace_id"])
    found = former_find(space, Kind(missing.kind), missing.name, cluster)
    if found is None or (found.name, found.cluster) == (missing.name, cluster or found.cluster):
        raise missing  # an object that is called so is not what was missing
    if found.cluster:
        asked["cluster"] = found.cluster
    url = reverse(match.view_name, kwargs=match.kwargs | {"name": found.name})
    return f"{url}?{asked.urlencode()}" if asked else url
