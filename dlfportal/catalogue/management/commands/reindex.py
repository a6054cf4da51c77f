"""`reindex [WORKSPACE_ID]`: rebuilds what the database keeps beside the documents."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.policy import Right
from dlfportal.catalogue.reindex import reindex
from dlfportal.db.statistics import statistics_refresh


class Command(PortalCommand):
    help = (
        "Rebuild everything that is derived from the documents: what lists show, search and count, "
        "references, and the names in the history. Prints a line for each object that was mended: its "
        "workspace, kind, name and revision, and what was wrong; and a line for each count that was wrong. "
        "It may run while people work, and be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("workspace", nargs="?", metavar="WORKSPACE_ID", help="only this workspace")

    def act(self, options: dict[str, Any]) -> None:
        """Rebuild, and say what was mended."""
        named = options["workspace"]
        workspace = self.workspace_named(named, Right.EDIT) if named else None
        read = mended = 0
        for step in reindex(actor=self.actor, workspace=workspace):
            read += step.read
            mended += len(step.mended) + len(step.recounted)
            for one in step.mended:
                place = f"{one.cluster}/{one.name}" if one.cluster else one.name
                what = ", ".join(one.what)
                self.stdout.write(f"{one.workspace_id} {one.kind:8} {place} revision {one.revision}: {what}")
            for wrong in step.recounted:
                kind, facet, value = wrong.key
                what = f"{facet} {value}" if facet else "all"
                counts = f"kept {wrong.kept}, are {wrong.number}"
                self.stdout.write(f"{wrong.workspace_id} {kind:8} count of {what}: {counts}")
        statistics_refresh()
        self.stdout.write(f"Revisions read: {read}; mended: {mended}.")
