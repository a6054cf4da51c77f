"""`createworkspace NAME --project PROJECT_ID [--id WORKSPACE_ID]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from dlfportal.access.command import PortalCommand
from dlfportal.access.models import Project, Workspace
from dlfportal.access.services import project_save, workspace_save


class Command(PortalCommand):
    help = "Make a workspace, and its project if there is none of that ID; print the workspace ID."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name")
        parser.add_argument("--project", required=True, metavar="PROJECT_ID")
        parser.add_argument("--id", metavar="WORKSPACE_ID")

    def act(self, options: dict[str, Any]) -> None:
        """Make the workspace."""
        project_id = options["project"]
        with transaction.atomic():
            project = Project.objects.filter(pk=project_id).first() or project_save(
                actor=self.actor, project=Project(pk=project_id)
            )
            workspace = Workspace(project=project, name=options["name"])
            if options["id"]:
                workspace.pk = options["id"].replace("-", "")
            workspace_save(actor=self.actor, workspace=workspace)
        self.stdout.write(workspace.pk)
