"""The pages of single objects and of their revisions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url
from dlfportal.web.pages.cdm_job import CdmJobPage
from dlfportal.web.pages.job import JobPage
from dlfportal.web.pages.object import (
    ObjectPage,
    ResourcePage,
    ScriptPage,
    object_page,
    revision_page,
)


class ObjectDetailView(View):
    """The page of one object: `page` gathers what the template `template` shows."""

    kind: Kind
    page: type[ObjectPage]
    template: str
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, workspace_id: str, name: str) -> HttpResponse:
        page = object_page(self.page, request, workspace_id, self.kind, name)
        context = {"page": page, "search_url": list_url(workspace_id, self.kind)}
        return render(request, self.template, context)


class JobDetailView(ObjectDetailView):
    kind = Kind.JOB
    page = JobPage
    template = "catalogue/job_detail.html"


class ScriptDetailView(ObjectDetailView):
    kind = Kind.SCRIPT
    page = ScriptPage
    template = "catalogue/script_detail.html"


class ResourceDetailView(ObjectDetailView):
    kind = Kind.RESOURCE
    page = ResourcePage
    template = "catalogue/resource_detail.html"


class CdmJobDetailView(ObjectDetailView):
    kind = Kind.CDM_JOB
    page = CdmJobPage
    template = "catalogue/cdm_job_detail.html"


class RevisionView(View):
    """The document of one revision, read only."""

    kind: Kind
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, workspace_id: str, name: str, number: int) -> HttpResponse:
        page = revision_page(request, workspace_id, self.kind, name, number)
        context = {"page": page, "search_url": list_url(workspace_id, self.kind)}
        return render(request, "catalogue/revision.html", context)


class JobRevisionView(RevisionView):
    kind = Kind.JOB


class ScriptRevisionView(RevisionView):
    kind = Kind.SCRIPT


class ResourceRevisionView(RevisionView):
    kind = Kind.RESOURCE


class CdmJobRevisionView(RevisionView):
    kind = Kind.CDM_JOB
