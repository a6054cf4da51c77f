"""Deleted objects: their addresses say that they are gone, and one may bring them back."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views import View

from dlfportal.catalogue.reviving import object_revive
from dlfportal.catalogue.selectors import ObjectMissing, object_get
from dlfportal.catalogue.texts import error_text
from dlfportal.db.lookups import is_row_id
from dlfportal.errors import Conflict
from dlfportal.formats.kinds import Kind
from dlfportal.links import url_of
from dlfportal.web.pages.reviving import gone_page, revive_page
from dlfportal.web.requests import actor_of, workspace_of
from dlfportal.web.views.former import ObjectView

PAGE = "catalogue/revive.html"


def gone_shown(view: ObjectView) -> ObjectView:
    """Make the view of an object say of a deleted one what is known of it; that is a 404 all the same."""

    @wraps(view)
    def shown(
        request: HttpRequest, workspace_id: str, kind: Kind, name: str, **kwargs: Any
    ) -> HttpResponseBase:
        try:
            return view(request, workspace_id, kind, name, **kwargs)
        except ObjectMissing:
            page = gone_page(request, workspace_id, kind, name)
            return render(request, "catalogue/gone.html", {"page": page}, status=404)

    return shown


class ReviveView(View):
    """What restoring a deleted object brings back, and restoring it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
        try:
            page = revive_page(request, workspace_id, kind, name)
        except ObjectMissing:
            return _to_living(request, workspace_id, kind, name)
        return render(request, PAGE, {"page": page})

    def post(self, request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
        try:
            page = revive_page(request, workspace_id, kind, name)
        except ObjectMissing:
            return _to_living(request, workspace_id, kind, name)
        expected = request.POST.get("expected", "")
        try:
            saved = object_revive(
                actor=actor_of(request),
                gone=page.gone,
                expected=int(expected) if is_row_id(expected) else 0,
            )
        except Conflict as error:  # what stands now is shown, and asked for again
            page = revive_page(request, workspace_id, kind, name, error_text(error))
            return render(request, PAGE, {"page": page}, status=409)
        text = gettext("%(name)s is restored as it was in revision %(number)s, with its history.")
        messages.success(request, text % {"name": name, "number": page.gone.revision.number})
        return redirect(url_of(saved.object))


def _to_living(request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
    """Lead to an object that is there. Raises NotFound if none is."""
    space = workspace_of(request, workspace_id)
    found = object_get(space, kind, name, request.GET.get("cluster"))
    messages.info(request, gettext("%(name)s is not deleted: there is nothing to restore.") % {"name": name})
    return redirect(url_of(found))
