"""Jobs in v2: the list with its filters, and renaming."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.api.base import json_body
from dlfportal.api.errors import WireError
from dlfportal.api.params import Choice, Flag, Numbers, Text, Words
from dlfportal.api.schema import json_answer, operation
from dlfportal.api.v1.objects import ObjectsView
from dlfportal.api.v1.params import JOBS_LIMIT, OFFSET
from dlfportal.api.v1.serializers import STOPPED
from dlfportal.api.v2.serializers import job_row
from dlfportal.catalogue.selectors import ListFilter, ObjectMissing
from dlfportal.catalogue.services import NameTaken
from dlfportal.formats.documents import judge
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument, Level

JOB_TYPE = Choice("job_type", "Batch or real-time jobs; both unless one is given.", ("BATCH", "REAL_TIME"))
JOB_NAME = Text("job_name", "A part of the name, in any case.")
JOB_ID = Numbers("job_id", "Ids of jobs with commas between them.", 50)
STATUS = Words("status", "Statuses with commas between them; every job is STOPPED.")
TAGS = Words("tags", "Tags with commas between them.")
MATCH_ALL_TAGS = Flag("match_all_tags", "Whether a job must have all of the `tags`, not only one.")
CONNECTION_NAME = Text("connection_name", "The data connection that a node of the job uses.")


class JobsView(ObjectsView):
    """`/v2/{project_id}/factory/jobs`"""

    kind = Kind.JOB

    @operation(
        "ListFactoryJobs",
        "List jobs by name",
        query=(
            *(JOB_TYPE, JOB_NAME, JOB_ID, STATUS, TAGS, MATCH_ALL_TAGS, CONNECTION_NAME),
            *(OFFSET, JOBS_LIMIT),
        ),
        answers=json_answer("JobListV2"),
    )
    def get(self, request: Request, project_id: str) -> Response:
        chosen = ListFilter(
            name=JOB_NAME.read(request),
            type=JOB_TYPE.read(request),
            tags=TAGS.read(request),
            all_tags=MATCH_ALL_TAGS.read(request),
            ids=JOB_ID.read(request),
            connection=CONNECTION_NAME.read(request),
        )
        answer = self.page(request, "jobs", chosen, job_row, JOBS_LIMIT)
        status = STATUS.read(request)
        return Response({"total": 0, "jobs": []}) if status and STOPPED not in status else answer


class RenameView(ObjectsView):
    """`/v2/{project_id}/factory/jobs/{name}/rename`"""

    kind = Kind.JOB

    def handle_exception(self, exc: Exception) -> Response:
        """Give a missing job and a taken name the codes of v2."""
        match exc:
            case ObjectMissing():
                exc = WireError(400, "DLF.30100", "The job does not exist.")
            case NameTaken():
                exc = WireError(400, "DLF.30102", "The job name already exists.")
        return super().handle_exception(exc)

    @operation("UpdateFactoryJobName", "Rename a job", body="Rename", answers=json_answer("Renamed"))
    def put(self, request: Request, project_id: str, name: str) -> Response:
        """The job keeps its history. What names it in other jobs stays as it is."""
        new = json_body(request).get("name")
        self.named(name)
        name_check(new)
        self.replace(lambda: self.named(name), lambda _, current: {**current, "name": new}, strict=False)
        return Response({"is_success": True, "status_code": 200})


def name_check(name: Any) -> None:
    """Raise InvalidDocument when DLF does not allow a job of this name; the rest of it is not asked about."""
    problems = judge(Kind.JOB, {"name": name}, strict=True)
    if wrong := [one for one in problems if one.path == ("name",) and one.level is Level.ERROR]:
        raise InvalidDocument(wrong)
