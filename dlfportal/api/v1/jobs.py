"""Jobs (reference: wire API, sections 2.1 to 2.5)."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.api.base import json_body
from dlfportal.api.params import Choice, Flag, Text, Words
from dlfportal.api.schema import NO_CONTENT, json_answer, operation
from dlfportal.api.v1.objects import ObjectsView, version_shown
from dlfportal.api.v1.params import JOBS_LIMIT, OFFSET, VERSION, with_kept
from dlfportal.api.v1.serializers import downstream_shown, job_row, job_shown
from dlfportal.api.v1.vocabulary import asks_in_older_names, current_names, older_names, read_back
from dlfportal.catalogue.models import CatalogueObject, Version
from dlfportal.catalogue.references import downstream_jobs
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.formats.kinds import Kind

JOB_TYPE = Choice("jobType", "Batch or real-time jobs.", ("BATCH", "REAL_TIME"), "BATCH")
JOB_NAME = Text("jobName", "A part of the name, in any case.")
TAGS = Words("tags", "Tags with commas between them; a job with one of them counts.")
DEPENDENCIES = Flag("dependencies", "Also name the jobs that wait for this one (`downstreamJobs`).")
SUBMITTED = Flag(
    "getJobSubmitVersion", "Without `version`: show the newest submitted version, not the development copy."
)


class JobsView(ObjectsView):
    """`/v1/{project_id}/jobs`"""

    kind = Kind.JOB

    @operation("CreateJob", "Create a job", body="Job", answers=NO_CONTENT)
    def post(self, request: Request, project_id: str) -> Response:
        """The body is kept as it comes. `targetStatus` SUBMITTED or PRODUCTION submits a version too.

        The names of `huaweicloudsdkdlf` (`scheType`, `nodeType`, `preNodeNames`, `condition`,
        `nodeProperties`, `paramType`) are taken for the current ones.
        """
        self.create(current_names(json_body(request)))
        return Response(status=204)

    @operation(
        "ListJobs",
        "List jobs by name",
        query=(JOB_TYPE, JOB_NAME, TAGS, OFFSET, JOBS_LIMIT),
        answers=json_answer("JobList"),
    )
    def get(self, request: Request, project_id: str) -> Response:
        chosen = ListFilter(name=JOB_NAME.read(request), type=JOB_TYPE.read(request), tags=TAGS.read(request))
        return self.page(request, "jobs", chosen, job_row, JOBS_LIMIT)


class JobView(ObjectsView):
    """`/v1/{project_id}/jobs/{name}`"""

    kind = Kind.JOB

    @operation(
        "ShowJob",
        "Show a job",
        query=(VERSION, SUBMITTED, DEPENDENCIES),
        answers=json_answer("JobShown"),
    )
    def get(self, request: Request, project_id: str, name: str) -> Response:
        """The stored document, and beside it what the server knows.

        A client whose `User-Agent` has the word `huaweicloudsdkdlf` gets the names that this SDK reads.
        """
        job = self.named(name)
        shown = job_shown(job, self._version(request, job))
        if DEPENDENCIES.read(request):
            shown["downstreamJobs"] = downstream_shown(downstream_jobs(job), self.workspace.name)
        return Response(older_names(shown) if asks_in_older_names(request) else shown)

    @operation("UpdateJob", "Replace a job", body="Job", answers=NO_CONTENT)
    def put(self, request: Request, project_id: str, name: str) -> Response:
        """Another `name` in the body renames the job. Without `directory` it stays where it is.

        What GET added is not stored. Names are taken as on creation.
        """
        read = read_back if asks_in_older_names(request) else current_names
        return self.change(
            lambda: self.named(name),
            read(json_body(request)),
            lambda asked, current: with_kept(asked, current, "directory"),
        )

    @operation("DeleteJob", "Delete a job", body="Approvers", body_required=False, answers=NO_CONTENT)
    def delete(self, request: Request, project_id: str, name: str) -> Response:
        """Its name is free again, its history stays; a job created with the name takes it up."""
        json_body(request)
        return self.delete_object(self.named(name))

    def shown(self, target: CatalogueObject, asked: Version | None) -> dict[str, Any]:
        """Return a job as GET shows it to this client, in current names."""
        shown = job_shown(target, asked)
        return read_back(older_names(shown)) if asks_in_older_names(self.request) else shown

    def _version(self, request: Request, job: CatalogueObject) -> Version | None:
        newest = SUBMITTED.read(request) and VERSION.sent(request) is None
        return version_shown(job, VERSION.read(request), newest_submitted=newest)
