"""What is asked about running jobs and has a true answer: what is only stored is stopped and never ran."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.api.params import Flag, Text, Whole
from dlfportal.api.schema import json_answer, operation
from dlfportal.api.v1.objects import ObjectsView
from dlfportal.api.v1.params import JOBS_LIMIT, OFFSET
from dlfportal.api.v1.serializers import job_status
from dlfportal.formats.kinds import Kind

INSTANCE_QUERY = (
    Text("jobName", "The name of a job, or a part of it."),
    Whole("minPlanTime", "Milliseconds since 1970.", 0, None, 0),
    Whole("maxPlanTime", "Milliseconds since 1970.", 0, None, 0),
    JOBS_LIMIT,
    OFFSET,
    Text("status", "A status of an instance."),
    Whole("instanceType", "How an instance was started.", 0, None, 0),
    Flag("preciseQuery", "Whether `jobName` is the whole name."),
)


class JobStatusView(ObjectsView):
    """`GET /v1/{project_id}/jobs/{name}/status` (reference: wire API, section 8)."""

    kind = Kind.JOB

    @operation("ShowJobStatus", "Show the status of a job", answers=json_answer("JobStatus"))
    def get(self, request: Request, project_id: str, name: str) -> Response:
        """Always `STOPPED`, and so is every node: this service only stores jobs."""
        return Response(job_status(self.named(name)))


class JobInstancesView(ObjectsView):
    """`GET /v1/{project_id}/jobs/instances/detail` (reference: wire API, section 8)."""

    kind = Kind.JOB

    @operation(
        "ListJobInstances",
        "List the runs of jobs",
        query=INSTANCE_QUERY,
        answers=json_answer("JobInstances"),
    )
    def get(self, request: Request, project_id: str) -> Response:
        """Always empty: this service runs nothing. The parameters are checked."""
        for parameter in INSTANCE_QUERY:
            parameter.read(request)
        return Response({"total": 0, "instances": []})
