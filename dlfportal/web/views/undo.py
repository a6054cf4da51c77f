"""Undoing an import: what it would do, and doing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, Conflict
from dlfportal.links import import_run_url, import_undo_url
from dlfportal.transfer.imports.proposals import proposal_withdraw
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.imports.undo import undo_propose, undo_request
from dlfportal.transfer.models import RunStatus
from dlfportal.transfer.planning.plans import plan_get
from dlfportal.web.pages.undo import undo_page
from dlfportal.web.requests import actor_of, workspace_of


class UndoView(View):
    """What undoing an import would do, and doing it; `fragment` leaves out what is around how it gets on."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
        page = undo_page(request, workspace_id, pk, request.GET)
        template = "imports/_undo_runs.html" if "fragment" in request.GET else "imports/undo.html"
        if "fragment" in request.GET and not page.is_open:
            return redirect(page.url)
        return render(request, template, {"page": page})

    def post(self, request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
        actor, workspace = actor_of(request), workspace_of(request, workspace_id)
        run = plan_get(actor=actor, workspace=workspace, run_id=pk)
        digest, rest = request.POST.get("digest", ""), bool(request.POST.get("rest"))
        try:
            if "withdraw" in request.POST:
                proposal_withdraw(actor=actor, run=run)
                return redirect(import_undo_url(workspace_id, run.pk))
            if "propose" in request.POST:
                comment = request.POST.get("comment", "")
                undo_propose(actor=actor, run=run, digest=digest, rest=rest, comment=comment)
                return redirect(import_undo_url(workspace_id, run.pk))
            undo = undo_request(actor=actor, run=run, digest=digest, rest=rest)
        except (Conflict, BadRequest) as error:  # what stands now is shown, and asked for again
            page = undo_page(request, workspace_id, pk, request.POST, error_text(error))
            status = 409 if isinstance(error, Conflict) else 400
            return render(request, "imports/undo.html", {"page": page}, status=status)
        if undo.status == RunStatus.SUCCESSFUL:
            messages.success(request, run_message(undo))
            return redirect(import_run_url(workspace_id, undo.pk))
        return redirect(import_undo_url(workspace_id, run.pk))
