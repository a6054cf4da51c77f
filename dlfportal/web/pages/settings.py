"""What the page of the settings of a workspace shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from dlfportal.access.models import Covered, SecondPerson
from dlfportal.access.second_person import moves_along, other_admins, setting_of
from dlfportal.web.pages.frame import Frame, frame_of


@dataclass(frozen=True, slots=True)
class SettingPart:
    """One of the settings: whether it is on, and what was asked of it, `wanted`, None for nothing.

    `is_free` says that a change of it can be asked for; `moves_along` that its next change is one of the
    other setting as well.
    """

    setting: Covered
    is_on: bool
    wanted: bool | None
    is_free: bool
    moves_along: bool

    @property
    def change(self) -> str:
        """What its next change is, as the buttons name it."""
        return f"{self.setting}-{'off' if self.is_on else 'on'}"


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The settings, and who asked for a change of one; `others` can confirm what the reader asks for, who is
    an admin.

    `is_mine` says that the reader asked for the change that waits. `refused` is why nothing was changed.
    """

    frame: Frame
    imports: SettingPart
    edits: SettingPart
    asked_name: str
    asked_at: datetime | None
    is_mine: bool
    others: list[str]
    refused: str


def settings_page(request: HttpRequest, workspace_id: str, refused: str = "") -> SettingsPage:
    """Return the page. Raises NotFound for strangers."""
    frame = frame_of(request, workspace_id, "settings")
    found = setting_of(request.user, frame.workspace)
    return SettingsPage(
        frame=frame,
        imports=_part(found, Covered.IMPORTS, found.imports),
        edits=_part(found, Covered.EDITS, found.edits),
        asked_name=found.asked_name,
        asked_at=found.asked_at,
        is_mine=found.asked_by_id is not None and found.asked_by_id == request.user.pk,
        others=other_admins(request.user, frame.workspace) if frame.may_manage else [],
        refused=refused,
    )


def _part(found: SecondPerson, setting: Covered, is_on: bool) -> SettingPart:
    return SettingPart(
        setting=setting,
        is_on=is_on,
        wanted=found.wanted if found.setting == setting else None,
        is_free=found.wanted is None,
        moves_along=moves_along(found, setting, not is_on),
    )
