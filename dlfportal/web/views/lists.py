"""The lists of jobs, scripts, resources and CDM jobs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from dlfportal.formats.kinds import Kind
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.list import list_page


class ObjectListView(View):
    """A list of the objects of one kind: searched, filtered, sorted and paged by the address."""

    kind: Kind
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        page = list_page(frame_of(request, workspace_id, self.kind), self.kind, request.GET)
        return render(request, "catalogue/list.html", {"page": page})


class JobListView(ObjectListView):
    kind = Kind.JOB


class ScriptListView(ObjectListView):
    kind = Kind.SCRIPT


class ResourceListView(ObjectListView):
    kind = Kind.RESOURCE


class CdmJobListView(ObjectListView):
    kind = Kind.CDM_JOB
