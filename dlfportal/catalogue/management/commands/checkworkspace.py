"""`checkworkspace WORKSPACE_ID`: what is wrong in a workspace, for people and for CI."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from dlfportal.access.command import PortalCommand
from dlfportal.access.policy import Right
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.reports import Health, health_count, health_told


class Command(PortalCommand):
    help = (
        "Check a workspace: missing references, sub-jobs in a circle, refused schedules and names, and what "
        "else its overview shows. Prints a line for each check that finds something, and ends with the exit "
        "code 1 when one of them is an error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("workspace", metavar="WORKSPACE_ID")
        parser.add_argument("--json", action="store_true", help="print all checks as JSON")

    def act(self, options: dict[str, Any]) -> None:
        """Count what the checks find, and print it."""
        health = health_count(self.workspace_named(options["workspace"], Right.VIEW))
        if options["json"]:
            told = health_told(health, timezone.now())
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._print(health)
        if health.errors:
            sys.exit(1)

    def _print(self, health: Health) -> None:
        for one in health.found:
            slug = KINDS[one.kind].slug
            self.stdout.write(f"{one.check.gravity:8}{one.check.key:8}{slug:10}{one.total}")
        if not health.found:
            self.stdout.write("The checks found nothing.")
