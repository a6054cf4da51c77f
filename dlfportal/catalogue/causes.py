"""Why revisions are made, as both write paths are told it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlfportal.catalogue.models import Origin


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a revision is made: what a person wrote about it, and what makes it (see `Origin`)."""

    reason: str = ""
    origin: Origin = Origin.EDIT
    origin_id: str = ""

    @property
    def detail(self) -> dict[str, Any]:
        """What the record says of it; of a plain edit nothing but the reason."""
        origin = "" if self.origin is Origin.EDIT else str(self.origin)
        said = {"reason": self.reason, "origin": origin, "origin_id": self.origin_id}
        return {key: value for key, value in said.items() if value}
