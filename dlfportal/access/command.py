"""What the portal's commands share: who acts, and how an error reaches the terminal."""

from __future__ import annotations

import os
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, connection

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspace_get
from dlfportal.audit.actor import Actor, Channel
from dlfportal.db.outages import outage_of
from dlfportal.errors import PortalError


def outage_told(error: Exception) -> Exception:
    """Return the end of a command for an error of the database, in one sentence; a mistake as it is."""
    outage = outage_of(error)
    if outage is None:
        return error
    name = connection.settings_dict["NAME"]
    return CommandError(f"{outage.message} (database {name}: {' '.join(str(outage.error).split())})")


class PortalCommand(BaseCommand):
    """A command that acts as a person, with that person's rights: the first superuser unless `--user`."""

    actor: Actor

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="act as this person (default: the first superuser)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.identify(options)
            self.act(options)
        except PortalError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(error.strerror or str(error)) from error
        except (DatabaseError, InterfaceError) as error:
            raise outage_told(error) from error

    def identify(self, options: dict[str, Any]) -> None:
        """Find out who acts."""
        # The id makes what the command records one act, as a request's does.
        self.actor = Actor(self._person(options["user"]), Channel.COMMAND, uuid4().hex)

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
