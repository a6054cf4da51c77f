"""Renaming an object, copying it to a new name, and moving it to another folder."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.views import View

from dlfportal.catalogue.moving import object_copy, object_move
from dlfportal.catalogue.renaming import Renamed, object_rename
from dlfportal.catalogue.services import NameTaken, Saved
from dlfportal.catalogue.texts import problem_text
from dlfportal.errors import Conflict
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument
from dlfportal.links import url_of
from dlfportal.web.pages.moving import (
    CopyPage,
    MoveForm,
    NameForm,
    move_page,
    rename_page,
    said,
    subject_of,
)
from dlfportal.web.requests import actor_of
from dlfportal.web.views.former import former_followed

RENAME, COPY, MOVE = (f"catalogue/moving/{page}.html" for page in ("rename", "copy", "move"))


class RenameView(View):
    """A new name: what points to the object is shown first, and changed with it if that is wanted."""

    http_method_names = ["get", "head", "post"]

    @method_decorator(former_followed)
    def get(self, request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
        subject = subject_of(request, workspace_id, kind, name, gettext("Rename"))
        return render(request, RENAME, {"page": rename_page(subject, request.GET)})

    def post(self, request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
        subject = subject_of(request, workspace_id, kind, name, gettext("Rename"))
        follow = "follow" in request.POST
        page = rename_page(subject, request.POST, follow=follow)
        if not page.ready:
            return render(request, RENAME, {"page": page}, status=400)
        try:
            done = object_rename(
                actor=actor_of(request),
                target=subject.target,
                name=page.plan.name,
                digest=request.POST.get("digest", ""),
                follow=follow,
                reason=page.form.cleaned_data["reason"],
            )
        except (Conflict, InvalidDocument) as error:  # what stands now is shown, and asked for again
            page = rename_page(subject, request.POST, follow=follow, error=error)
            return render(request, RENAME, {"page": page}, status=409)
        messages.success(request, _renamed_text(name, done))
        return redirect(url_of(done.saved.object))


class CopyView(View):
    """A copy of the newest revision under a new name in the same workspace."""

    http_method_names = ["get", "head", "post"]

    @method_decorator(former_followed)
    def get(self, request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
        subject = subject_of(request, workspace_id, kind, name, gettext("Copy"))
        return render(request, COPY, {"page": CopyPage(subject, NameForm(subject))})

    def post(self, request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
        subject = subject_of(request, workspace_id, kind, name, gettext("Copy"))
        form = NameForm(subject, request.POST)
        if form.is_valid():
            wanted = form.cleaned_data["name"]
            try:
                saved = object_copy(
                    actor=actor_of(request), target=subject.target, revision=subject.revision, name=wanted
                )
            except NameTaken as error:  # by who was a moment faster
                form.add_error("name", said(error))
            else:
                _told(request, saved, gettext("%(name)s is copied.") % {"name": name}, form.warnings)
                return redirect(url_of(saved.object))
        return render(request, COPY, {"page": CopyPage(subject, form)}, status=400)


class MoveView(View):
    """Another folder."""

    http_method_names = ["get", "head", "post"]

    @method_decorator(former_followed)
    def get(self, request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
        subject = subject_of(request, workspace_id, kind, name, gettext("Move"))
        return render(request, MOVE, {"page": move_page(subject)})

    def post(self, request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
        subject = subject_of(request, workspace_id, kind, name, gettext("Move"))
        form = MoveForm(request.POST)
        page = move_page(subject, form)
        if form.is_valid():
            try:
                saved = object_move(
                    actor=actor_of(request),
                    target=subject.target,
                    revision=subject.revision,
                    directory=form.cleaned_data["directory"],
                )
            except (Conflict, InvalidDocument) as error:
                form.add_error("directory", said(error))
            else:
                _told(request, saved, _moved_text(saved), _directory_warnings(saved))
                return redirect(url_of(saved.object))
        return render(request, MOVE, {"page": page}, status=400)


def _told(request: HttpRequest, saved: Saved, text: str, warnings: list[str]) -> None:
    """Say what was done, and what DLF may not like of it."""
    (messages.success if saved.changed else messages.info)(request, text)
    for warning in warnings:
        messages.warning(request, warning)


def _renamed_text(before: str, done: Renamed) -> str:
    names = {"before": before, "name": done.saved.object.name, "count": done.followers}
    if not done.followers:
        return gettext("%(before)s is called %(name)s now.") % names
    text = ngettext(
        "%(before)s is called %(name)s now, and %(count)s object that points to it was changed.",
        "%(before)s is called %(name)s now, and %(count)s objects that point to it were changed.",
        done.followers,
    )
    return text % names


def _moved_text(saved: Saved) -> str:
    names = {"name": saved.object.name, "folder": saved.object.directory}
    if not saved.changed:
        return gettext("%(name)s is in the folder %(folder)s already.") % names
    return gettext("%(name)s is in the folder %(folder)s now.") % names


def _directory_warnings(saved: Saved) -> list[str]:
    return [problem_text(problem) for problem in saved.warnings if problem.path == ("directory",)]
