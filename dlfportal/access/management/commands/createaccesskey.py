"""`createaccesskey USERNAME`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.keys import access_key_create


class Command(PortalCommand):
    help = (
        "Make an access key for a person and print `access_key=...` and `secret_key=...`. "
        "The secret key is shown this once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("--description", default="", help="what the key is for")

    def act(self, options: dict[str, Any]) -> None:
        """Make the key."""
        user = self.user_named(options["username"])
        row, secret = access_key_create(actor=self.actor, user=user, description=options["description"])
        self.stdout.write(f"access_key={row.access_key}")
        self.stdout.write(f"secret_key={secret}")
