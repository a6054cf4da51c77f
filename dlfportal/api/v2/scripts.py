"""Scripts in v2."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.api.params import Text
from dlfportal.api.schema import json_answer, operation
from dlfportal.api.v1.objects import ObjectsView
from dlfportal.api.v1.params import LIMIT, OFFSET
from dlfportal.api.v2.serializers import script_row
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.formats.kinds import Kind

SCRIPT_NAME = Text("script_name", "A part of the name, in any case.")


class ScriptsView(ObjectsView):
    """`/v2/{project_id}/factory/scripts`"""

    kind = Kind.SCRIPT

    @operation(
        "ListFactoryScripts",
        "List scripts by name, without their contents",
        query=(SCRIPT_NAME, OFFSET, LIMIT),
        answers=json_answer("ScriptListV2"),
    )
    def get(self, request: Request, project_id: str) -> Response:
        chosen = ListFilter(name=SCRIPT_NAME.read(request))
        return self.page(request, "scripts", chosen, script_row)
