"""What the portal's commands share: who acts, and how an error reaches the terminal."""

from __future__ import annotations

import os
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspace_get
from dlfportal.audit.actor import Actor, Channel
from dlfportal.errors import PortalError


class PortalCommand(BaseCommand):
    """A command that acts as a person, with that person's rights: the first superuser unless `--user`."""

    actor: Actor

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="act as this person (default: the first superuser)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.actor = Actor(self._person(options["user"]), Channel.COMMAND)
        try:
            self.act(options)
        except PortalError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(error.strerror or str(error)) from error

    def act(self, options: dict[str, Any]) -> None:
        """Do the command's work as `self.actor`."""
        raise NotImplementedError

    def user_named(self, username: str) -> User:
        """Return the user with this name, or end the command."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        return user

    def workspace_named(self, workspace_id: str, right: Right) -> Workspace:
        """Return the workspace with this id (hyphens are ignored), checked for `right`."""
        plain = os.fsencode(workspace_id.replace("-", "")).decode(errors="replace")
        return workspace_get(self.actor.user, plain, right)

    def _person(self, username: str | None) -> User:
        if username:
            return self.user_named(username)
        superuser = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if superuser is None:
            raise CommandError("There is no superuser; make one with `createsuperuser`, or use --user.")
        return superuser
