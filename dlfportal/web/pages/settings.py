"""What the page of the settings of a workspace shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from dlfportal.access.models import SecondPerson
from dlfportal.access.second_person import other_admins, setting_of
from dlfportal.web.pages.frame import Frame, frame_of


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The setting and what was asked of it; `others` can confirm what the reader asks for, who is an admin.

    `refused` is why nothing was changed.
    """

    frame: Frame
    setting: SecondPerson
    is_mine: bool
    others: list[str]
    refused: str

    @property
    def is_asked(self) -> bool:
        """Whether a change waits for its confirmation."""
        return self.setting.wanted is not None


def settings_page(request: HttpRequest, workspace_id: str, refused: str = "") -> SettingsPage:
    """Return the page. Raises NotFound for strangers."""
    frame = frame_of(request, workspace_id, "settings")
    setting = setting_of(request.user, frame.workspace)
    others = other_admins(request.user, frame.workspace) if frame.may_manage else []
    is_mine = setting.asked_by_id is not None and setting.asked_by_id == request.user.pk
    return SettingsPage(frame, setting, is_mine, others, refused)
