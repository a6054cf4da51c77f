"""The selections that a person keeps under names: their list, saving, renaming and deleting one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from dlfportal.catalogue.saved import selection_delete, selection_rename, selection_save
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, Conflict
from dlfportal.links import selections_url
from dlfportal.web.pages.selections import SelectionNameForm, save_page, saved_page, selections_page
from dlfportal.web.requests import actor_of, workspace_of

SAVE, SAVED = "selections/save.html", "selections/saved.html"


@require_safe
def selections_view(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show the selections that the reader keeps in a workspace."""
    return render(request, "selections/list.html", {"page": selections_page(request, workspace_id)})


class SaveView(View):
    """A selection is kept under a name."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        return render(request, SAVE, {"page": save_page(request, workspace_id)})

    def post(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        workspace, actor = workspace_of(request, workspace_id), actor_of(request)
        form = SelectionNameForm(request.POST)
        page = save_page(request, workspace_id, form)
        if form.is_valid():
            try:
                made = selection_save(
                    actor=actor,
                    workspace=workspace,
                    pk=page.chosen.selection_id,
                    name=form.cleaned_data["name"],
                )
            except (BadRequest, Conflict) as error:
                form.add_error("name", error_text(error))
            else:
                return _done(request, workspace_id, gettext("%(name)s is saved.") % {"name": made.name})
        return render(request, SAVE, {"page": page}, status=400)


class SavedView(View):
    """A kept selection gets another name; its page deletes it too."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
        return render(request, SAVED, {"page": saved_page(request, workspace_id, pk)})

    def post(self, request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
        page = saved_page(request, workspace_id, pk, request.POST)
        if page.form.is_valid():
            name = page.form.cleaned_data["name"]
            try:
                selection_rename(actor=actor_of(request), workspace=page.frame.workspace, pk=pk, name=name)
            except (BadRequest, Conflict) as error:
                page.form.add_error("name", error_text(error))
            else:
                text = gettext("The selection is called %(name)s now.") % {"name": name}
                return _done(request, workspace_id, text)
        return render(request, SAVED, {"page": page}, status=400)


@require_POST
def delete(request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
    """Delete a kept selection; the objects of it stay."""
    workspace = workspace_of(request, workspace_id)
    gone = selection_delete(actor=actor_of(request), workspace=workspace, pk=pk)
    text = gettext("The selection %(name)s is deleted; its objects stay.") % {"name": gone.name}
    return _done(request, workspace_id, text)


def _done(request: HttpRequest, workspace_id: str, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect(selections_url(workspace_id))
