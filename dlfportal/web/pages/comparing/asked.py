"""What the address of a comparison asks for: both sides, and how they are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.comparing.sides import SUBMITTED, Side, WorkspaceSide, moment_text, side_of
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.links import comparing_url
from dlfportal.transfer.comparing.comparison import HERE, THERE, Comparison, comparison_of
from dlfportal.transfer.comparing.sides import side_read
from dlfportal.web.requests import actor_of

WITH, AS, PROFILE, STRICT = "with", "as", "profile", "strict"
KEPT = (WITH, AS, PROFILE, STRICT)
"""The parameters of an address that say what is compared, and how."""
CHOICE_KEEPS = ("s", "kind", "q", "show")
"""The parameters that stay when another side is chosen."""
FORM_KEEPS = (*CHOICE_KEEPS, "folder")
"""Those that stay when other states of both sides are."""
AT = "at"
STATES = ("", SUBMITTED, AT)
"""What a form may choose for a workspace: newest, submitted, or as it was at a moment."""
FORM = "then_state"
"""The field that only the form which chooses states has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Two sides, and how they are compared. `is_strict` counts positions and orders, too."""

    here: WorkspaceSide
    comparison: Comparison
    is_strict: bool = False

    @property
    def there(self) -> Side:
        """The other side."""
        return self.comparison.there

    @property
    def params(self) -> dict[str, str]:
        """The parameters that ask for the same again."""
        strict = "1" if self.is_strict else ""
        return {
            WITH: self.there.text,
            AS: self.here.state,
            PROFILE: self.comparison.profile,
            STRICT: strict,
        }

    @property
    def url(self) -> str:
        """The address of the comparison, with nothing narrowed."""
        return comparing_url(self.here.workspace.pk, **self.params)

    @property
    def target(self) -> Workspace | None:
        """The workspace that what stands here can be brought to: another one, both as they are now."""
        here, there = self.here, self.there
        if not isinstance(there, WorkspaceSide) or here.moment or there.moment:
            return None
        return None if there.workspace.pk == here.workspace.pk else there.workspace

    @property
    def swap_url(self) -> str:
        """The address of the same the other way round; "" where the other side is no workspace."""
        if not isinstance(self.there, WorkspaceSide):
            return ""
        params = self.params | {WITH: self.here.text, AS: self.there.state, PROFILE: self._swapped_profile}
        return comparing_url(self.there.workspace.pk, **params)

    @property
    def _swapped_profile(self) -> str:
        whose, colon, name = self.comparison.profile.partition(":")
        return f"{THERE if whose == HERE else HERE}:{name}" if colon else ""

    @property
    def fixed_url(self) -> str:
        """The address that shows the same at any time; "" where this address does, or none can."""
        sides = [self.here, self.there]
        if all(side.is_fixed for side in sides) or any(_is_submitted(side) for side in sides):
            return ""
        now = moment_text(timezone.now())
        params = self.params | {AS: self.here.state or now}
        if isinstance(self.there, WorkspaceSide):
            params[WITH] = f"{self.there.workspace.pk}@{self.there.state or now}"
        return comparing_url(self.here.workspace.pk, **params)


def asked_read(request: HttpRequest, workspace: Workspace, params: Mapping[str, str]) -> Asked | None:
    """Return what parameters ask to compare a workspace with, None when they name nothing.

    Raises NotFound for a side that is not there or that the reader may not see, BadRequest.
    """
    text = params.get(WITH, "")
    if not text:
        return None
    here = side_of(workspace, params.get(AS, ""))
    there = side_read(request.user, text)
    comparison = comparison_of(actor_of(request), here, there, params.get(PROFILE, ""))
    return Asked(here, comparison, params.get(STRICT) == "1")


def address_chosen(workspace: Workspace, params: QueryDict) -> str:
    """Return the address that the form of states leads to; "" for an address that is none of it.

    The form gives moments in the zone of the reader; the address names them for all.
    """
    if FORM not in params:
        return ""
    here, there = (_state_chosen(params, prefix) for prefix in ("now", "then"))
    target = params.get("target", "")
    kept = {key: params.get(key, "") for key in (*FORM_KEEPS, PROFILE, STRICT)}
    kept |= {WITH: f"{target}@{there}" if there else target, AS: here}
    return comparing_url(workspace.pk, **kept)


def _state_chosen(params: Mapping[str, str], prefix: str) -> str:
    state = params.get(f"{prefix}_state", "")
    if state != AT:
        return state if state in STATES else ""
    text = params.get(f"{prefix}_at", "")
    try:
        local = datetime.fromisoformat(text)
        aware = local if timezone.is_aware(local) else timezone.make_aware(local)
        return moment_text(aware)
    except (ValueError, OverflowError) as error:
        raise BadRequest(gettext_noop("Choose the day and time to be shown.")) from error


def _is_submitted(side: Side) -> bool:
    return isinstance(side, WorkspaceSide) and side.submitted
