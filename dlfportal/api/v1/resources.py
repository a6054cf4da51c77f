"""Resources, addressed by id (reference: wire API, section 5)."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.api.base import json_body
from dlfportal.api.params import Text
from dlfportal.api.schema import NO_CONTENT, json_answer, operation
from dlfportal.api.v1.objects import ObjectsView
from dlfportal.api.v1.params import LIMIT, OFFSET, with_kept
from dlfportal.api.v1.serializers import resource_row, resource_shown
from dlfportal.catalogue.models import CatalogueObject, Version
from dlfportal.catalogue.references import used_by
from dlfportal.catalogue.selectors import ListFilter, resource_get
from dlfportal.formats.kinds import Kind

RESOURCE_NAME = Text("resourceName", "A part of the name, in any case.")


class ResourcesView(ObjectsView):
    """`/v1/{project_id}/resources`"""

    kind = Kind.RESOURCE

    @operation("CreateResource", "Create a resource", body="Resource", answers=json_answer("ResourceId"))
    def post(self, request: Request, project_id: str) -> Response:
        """Names are unique in the workspace. `depend_packages` is taken for `dependPackages`.

        `targetStatus` SUBMITTED or PRODUCTION submits a version, as exports with `exportStatus` need.
        """
        saved = self.create(json_body(request))
        return Response({"resourceId": str(saved.object.uid)})

    @operation(
        "ListResources",
        "List resources by name",
        query=(RESOURCE_NAME, OFFSET, LIMIT),
        answers=json_answer("ResourceList"),
    )
    def get(self, request: Request, project_id: str) -> Response:
        chosen = ListFilter(name=RESOURCE_NAME.read(request))
        return self.page(request, "resources", chosen, resource_row)


class ResourceView(ObjectsView):
    """`/v1/{project_id}/resources/{resource_id}`"""

    kind = Kind.RESOURCE

    @operation("ShowResource", "Show a resource", answers=json_answer("ResourceShown"))
    def get(self, request: Request, project_id: str, resource_id: str) -> Response:
        """The stored document with its id, and the jobs that use the resource."""
        resource = resource_get(self.workspace, resource_id)
        return Response(resource_shown(resource, used_by(resource)))

    @operation("UpdateResource", "Replace a resource", body="ResourceChange", answers=NO_CONTENT)
    def put(self, request: Request, project_id: str, resource_id: str) -> Response:
        """Without `location` or `directory` these stay as they are."""
        return self.change(
            lambda: resource_get(self.workspace, resource_id),
            json_body(request),
            lambda asked, current: with_kept(asked, current, "location", "directory"),
        )

    def shown(self, target: CatalogueObject, asked: Version | None) -> dict[str, Any]:
        return resource_row(target)

    @operation("DeleteResource", "Delete a resource", answers=NO_CONTENT)
    def delete(self, request: Request, project_id: str, resource_id: str) -> Response:
        """Its name is free again, its history stays; a resource created with the name takes up both."""
        json_body(request)
        return self.delete_object(resource_get(self.workspace, resource_id))
