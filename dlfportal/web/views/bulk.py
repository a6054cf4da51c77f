"""Doing something with many objects: what it would do, doing it, and how a worker is getting on with it."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from dlfportal.catalogue.acting.asked import Asked, SetChanged
from dlfportal.catalogue.acting.doing import bulk_do
from dlfportal.catalogue.selections import Print, selection_store
from dlfportal.catalogue.texts import error_text
from dlfportal.db.lookups import is_row_id
from dlfportal.errors import BadRequest, Conflict
from dlfportal.formats.kinds import Kind
from dlfportal.links import bulk_url, comparing_url, list_url, selection_act_url, selection_save_url
from dlfportal.transfer.acting.execute import AT_ONCE, bulk_request
from dlfportal.transfer.models import BulkRun
from dlfportal.web.pages.bulk import BulkPage, bulk_page, run_page
from dlfportal.web.pages.bulk_acts import asked_of, done_text, warnings_of
from dlfportal.web.pages.chosen import choice_asked
from dlfportal.web.requests import actor_of, workspace_of

PAGE = "bulk/act.html"


@require_POST
def begin(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Store what is ticked in a list, and lead to what is to be done with it."""
    workspace, actor = workspace_of(request, workspace_id), actor_of(request)
    choice = choice_asked(actor, workspace, request.POST)
    selection = selection_store(actor=actor, workspace=workspace, choice=choice)
    act = request.POST.get("act", "")
    if act == "show":
        kinds = [kind for kind in Kind if choice.names.get(kind)]
        return redirect(list_url(workspace_id, choice.kind or next(iter(kinds), Kind.JOB), s=selection.pk))
    if act == "compare":
        return redirect(comparing_url(workspace_id, s=selection.pk))
    if act == "save":
        return redirect(selection_save_url(workspace_id, selection.pk))
    return redirect(selection_act_url(workspace_id, selection.pk, act))


class BulkView(View):
    """What an act would do with a selection, and doing it: with more than `AT_ONCE` objects, by a worker."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        return render(request, PAGE, {"page": bulk_page(request, workspace_id, request.GET)})

    def post(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        page = bulk_page(request, workspace_id, request.POST)
        form = page.spec.form(request.POST)
        if not form.is_valid():
            return self._again(request, workspace_id, form, "", 400)
        try:
            return _do(request, page, asked_of(page.verb, form))
        except (Conflict, BadRequest) as error:  # what stands now is shown, and asked for again
            status = 409 if isinstance(error, Conflict) else 400
            return self._again(request, workspace_id, form, error_text(error), status)

    def _again(
        self, request: HttpRequest, workspace_id: str, form: Form, refused: str, status: int
    ) -> HttpResponse:
        page = bulk_page(request, workspace_id, request.POST, form, refused)
        return render(request, PAGE, {"page": page}, status=status)


def _do(request: HttpRequest, page: BulkPage, asked: Asked) -> HttpResponse:
    """Do what is asked with the set that the page showed, or let a worker do it."""
    workspace, actor = page.frame.workspace, actor_of(request)
    shown = _shown(request)
    now = page.chosen.shown
    if shown != now:
        raise SetChanged(shown.count, now.count)
    doing = bulk_request if now.count > AT_ONCE else bulk_do
    done = doing(actor=actor, workspace=workspace, asked=asked, choice=page.chosen.choice, shown=now)
    if isinstance(done, BulkRun):
        return redirect(bulk_url(workspace.pk, done.pk))
    (messages.success if done.changed else messages.info)(request, done_text(page.verb, done))
    for warning in warnings_of(done):
        messages.warning(request, warning)
    return redirect(page.done_url)


def _shown(request: HttpRequest) -> Print:
    """Return the print of the set that the page showed, as its form sends it back."""
    count = request.POST.get("count", "")
    return Print(int(count) if is_row_id(count) else 0, request.POST.get("digest", ""))


@require_safe
def run_view(request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
    """Show how an act that a worker does is getting on; `fragment` leaves out what is around it."""
    page = run_page(request, workspace_id, pk)
    template = "bulk/_run.html" if "fragment" in request.GET else "bulk/run.html"
    return render(request, template, {"page": page})
