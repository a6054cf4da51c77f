"""`createbucket NAME --workspace WORKSPACE_ID`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.policy import Right
from dlfportal.transfer.store.buckets import bucket_give


class Command(PortalCommand):
    help = "Make a bucket of the object store, unless it is there, and give it to a workspace."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name")
        parser.add_argument("--workspace", required=True, metavar="WORKSPACE_ID")

    def act(self, options: dict[str, Any]) -> None:
        """Give the bucket."""
        workspace = self.workspace_named(options["workspace"], Right.VIEW)
        bucket = bucket_give(actor=self.actor, name=options["name"], workspace=workspace)
        self.stdout.write(f"obs://{bucket.name}/ now belongs to {workspace.name}.")
