"""What the page of the members of a workspace shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dlfportal.access.members import member_list
from dlfportal.access.models import Membership, Role
from dlfportal.web.pages.frame import Frame, frame_of

AT_ONCE = 100


class MemberForm(forms.Form):
    """A person to add, by name: nobody but superusers sees all people of the portal."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("The exact name that the person signs in with."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that would leave the workspace without an admin: it is done when it is asked for again."""

    username: str
    address: str
    fields: Mapping[str, str]
    is_oneself: bool


@dataclass(frozen=True, slots=True)
class MembersPage:
    """The members, and for those who may change them the forms that do."""

    frame: Frame
    members: Page[Membership]
    form: MemberForm
    asked: Asked | None
    roles = Role.choices


def members_page(
    request: HttpRequest, workspace_id: str, form: MemberForm | None = None, asked: Asked | None = None
) -> MembersPage:
    """Return the page. Raises NotFound for strangers."""
    frame = frame_of(request, workspace_id, "members")
    rows = Paginator(member_list(request.user, frame.workspace), AT_ONCE)
    return MembersPage(frame, rows.get_page(request.GET.get("page")), form or MemberForm(), asked)
