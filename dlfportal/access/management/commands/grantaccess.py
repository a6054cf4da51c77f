"""`grantaccess USERNAME WORKSPACE_ID ROLE`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.models import Role
from dlfportal.access.policy import Right
from dlfportal.access.services import membership_set


class Command(PortalCommand):
    help = "Give a person a role in a workspace: viewer, developer or admin."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("workspace_id")
        parser.add_argument("role", choices=Role.values)

    def act(self, options: dict[str, Any]) -> None:
        """Set the membership."""
        user = self.user_named(options["username"])
        workspace = self.workspace_named(options["workspace_id"], Right.MANAGE)
        membership_set(actor=self.actor, workspace=workspace, user=user, role=options["role"])
        self.stdout.write(f"{user.get_username()} is now {options['role']} of {workspace.name}.")
