"""The members of a workspace: who they are, and for its admins to add, change and remove them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.http import require_POST

from dlfportal.access.members import is_last_admin, member_get, person_to_add
from dlfportal.access.models import Membership, Role
from dlfportal.access.policy import Right, workspace_get
from dlfportal.access.services import membership_remove, membership_set
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest
from dlfportal.web.pages.members import Asked, MemberForm, members_page
from dlfportal.web.requests import actor_of

TEMPLATE = "access/members.html"


class MembersView(View):
    """The list, and the form that adds somebody."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        return render(request, TEMPLATE, {"page": members_page(request, workspace_id)})

    def post(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        workspace = workspace_get(request.user, workspace_id, Right.MANAGE)
        form = MemberForm(request.POST)
        if form.is_valid():
            name, role = form.cleaned_data["username"], form.cleaned_data["role"]
            try:
                person = person_to_add(request.user, workspace, name)
                membership_set(actor=actor_of(request), workspace=workspace, user=person, role=role)
            except BadRequest as error:
                form.add_error("username", error_text(error))
            else:
                return _done(request, workspace_id, gettext("%(name)s is a member now.") % {"name": name})
        return render(request, TEMPLATE, {"page": members_page(request, workspace_id, form)}, status=400)


@require_POST
def role(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Give a member another role; the last admin's only when asked for twice."""
    membership, wanted = _member(request, workspace_id), request.POST.get("role", "")
    if wanted != Role.ADMIN and (asked := _doubt(request, membership, "web:member-role", role=wanted)):
        return _ask(request, workspace_id, asked)
    membership_set(actor=actor_of(request), workspace=membership.workspace, user=membership.user, role=wanted)
    text = gettext("The role of %(name)s is changed.") % {"name": membership.user.get_username()}
    return _done(request, workspace_id, text)


@require_POST
def remove(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Take somebody out of the workspace; its last admin only when asked for twice."""
    membership = _member(request, workspace_id)
    if asked := _doubt(request, membership, "web:member-remove"):
        return _ask(request, workspace_id, asked)
    membership_remove(actor=actor_of(request), membership=membership)
    text = gettext("%(name)s is no longer a member.") % {"name": membership.user.get_username()}
    if membership.user_id == request.user.pk and not request.user.is_superuser:
        messages.success(request, text)
        return redirect("web:home")
    return _done(request, workspace_id, text)


def _member(request: HttpRequest, workspace_id: str) -> Membership:
    """Return the membership that a form is about. Raises NotFound or Forbidden."""
    workspace = workspace_get(request.user, workspace_id, Right.MANAGE)
    name = request.POST.get("username", "").replace("\0", "")  # which PostgreSQL cannot even look for
    return member_get(request.user, workspace, name)


def _doubt(request: HttpRequest, membership: Membership, route: str, **fields: str) -> Asked | None:
    """Return the question that a change asks first, or None when it need not or was answered."""
    if "sure" in request.POST or not is_last_admin(membership):
        return None
    address = reverse(route, args=[membership.workspace_id])
    is_oneself = membership.user_id == request.user.pk
    return Asked(membership.user.get_username(), address, fields, is_oneself)


def _ask(request: HttpRequest, workspace_id: str, asked: Asked) -> HttpResponse:
    return render(request, TEMPLATE, {"page": members_page(request, workspace_id, asked=asked)}, status=409)


def _done(request: HttpRequest, workspace_id: str, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("web:members", workspace_id)
