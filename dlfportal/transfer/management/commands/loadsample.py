"""`loadsample`: the sample catalogue."""

from __future__ import annotations

from typing import Any

from dlfportal.access.command import PortalCommand
from dlfportal.sample.loader import sample_load


class Command(PortalCommand):
    help = "Load the sample catalogue into its own project; what exists is left alone."

    def act(self, options: dict[str, Any]) -> None:
        """Load it."""
        for workspace in sample_load(actor=self.actor):
            self.stdout.write(f"{workspace.pk} {workspace.name}")
