"""Scripts (reference: wire API, section 4)."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.api.base import json_body
from dlfportal.api.params import Choice, Text
from dlfportal.api.schema import NO_CONTENT, json_answer, operation
from dlfportal.api.v1.objects import ObjectsView, version_shown
from dlfportal.api.v1.params import LIMIT, OFFSET, VERSION, with_kept
from dlfportal.api.v1.serializers import script_shown
from dlfportal.catalogue.models import CatalogueObject, Version
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code, InvalidDocument, Level, Problem

SCRIPT_NAME = Text("scriptName", "A part of the name, in any case.")
STATUS = Choice(
    "status",
    "Without `version`: PUBLISHED shows the newest submitted version, SAVED the development copy.",
    ("SAVED", "PUBLISHED"),
)
FIXED = {"name": Code.NAME_INVALID, "type": Code.TYPE_INVALID}
"""What a script keeps for life, and the finding when a change names another value."""


class ScriptsView(ObjectsView):
    """`/v1/{project_id}/scripts`"""

    kind = Kind.SCRIPT

    @operation("CreateScript", "Create a script", body="Script", answers=NO_CONTENT)
    def post(self, request: Request, project_id: str) -> Response:
        """The body is kept as it comes. `targetStatus` SUBMITTED or PRODUCTION submits a version too."""
        self.create(json_body(request))
        return Response(status=204)

    @operation(
        "ListScripts",
        "List scripts by name, with their contents",
        query=(SCRIPT_NAME, OFFSET, LIMIT),
        answers=json_answer("ScriptList"),
    )
    def get(self, request: Request, project_id: str) -> Response:
        chosen = ListFilter(name=SCRIPT_NAME.read(request))
        return self.page(request, "scripts", chosen, script_shown)


class ScriptView(ObjectsView):
    """`/v1/{project_id}/scripts/{name}`"""

    kind = Kind.SCRIPT

    @operation("ShowScript", "Show a script", query=(VERSION, STATUS), answers=json_answer("ScriptShown"))
    def get(self, request: Request, project_id: str, name: str) -> Response:
        """A script that was never submitted answers for any `version`: it has only one."""
        script = self.named(name)
        return Response(self.shown(script, self._version(request, script)))

    @operation("UpdateScript", "Change a script", body="ScriptChange", answers=NO_CONTENT)
    def put(self, request: Request, project_id: str, name: str) -> Response:
        """Fields that are not sent keep their values; name and type cannot change."""
        return self.change(lambda: self.named(name), json_body(request), _merged)

    @operation("DeleteScript", "Delete a script", body="Approvers", body_required=False, answers=NO_CONTENT)
    def delete(self, request: Request, project_id: str, name: str) -> Response:
        """Its name is free again, its history stays; a script created with the name takes it up."""
        json_body(request)
        return self.delete_object(self.named(name))

    def shown(self, target: CatalogueObject, asked: Version | None) -> dict[str, Any]:
        return script_shown(target, asked)

    def _version(self, request: Request, script: CatalogueObject) -> Version | None:
        version, status = VERSION.read(request), STATUS.read(request)
        asked = VERSION.sent(request) is not None
        if asked and script.version is None:
            return None
        return version_shown(script, version, newest_submitted=status == "PUBLISHED" and not asked)


def _merged(body: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Return `current` with what `body` changes. Raises InvalidDocument for another name or type."""
    problems = [
        Problem(Level.ERROR, (key,), code, "This cannot be changed.")
        for key, code in FIXED.items()
        if body.get(key) not in (None, current.get(key))
    ]
    if problems:
        raise InvalidDocument(problems)
    return {**current, **with_kept(body, current)}
