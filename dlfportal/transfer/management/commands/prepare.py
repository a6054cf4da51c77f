"""`prepare`: bring a portal to the point where it can be served; `make run` calls it each time."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from dlfportal.access.command import outage_told
from dlfportal.access.models import Project
from dlfportal.audit.actor import Actor, Channel
from dlfportal.db.statistics import statistics_refresh
from dlfportal.sample.loader import sample_load

ADMIN = "admin"


class Command(BaseCommand):
    help = (
        "Migrate, collect static files and, on the first start, make the user admin and load the sample "
        "catalogue. Prints how to sign in."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._prepare()
        except OSError as error:
            where = error.filename or settings.DATA_DIR
            raise CommandError(f"Cannot write {where}: {error.strerror or error}") from error
        except (DatabaseError, InterfaceError) as error:
            raise outage_told(error) from error

    def _prepare(self) -> None:
        executor = MigrationExecutor(connection)
        outdated = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        call_command("migrate", verbosity=0)
        if outdated:
            statistics_refresh()
        call_command("collectstatic", interactive=False, verbosity=0)
        password_file = Path(settings.DATA_DIR) / "initial-admin-password"
        if not User.objects.exists():
            password_file.touch(mode=0o600)
            password_file.write_text(secrets.token_urlsafe(12), encoding="ascii")
            User.objects.create_superuser(ADMIN, password=password_file.read_text(encoding="ascii"))
        if not Project.objects.exists() and (user := User.objects.filter(is_superuser=True).first()):
            sample_load(actor=Actor(user, Channel.COMMAND, uuid4().hex))
        self.stdout.write(f"user:     {ADMIN}")
        self.stdout.write(f"password: {self._password(password_file)}")

    def _password(self, password_file: Path) -> str:
        """Return the first password while it is still valid, else a hint."""
        admin = User.objects.filter(username=ADMIN).first()
        if admin and password_file.exists():
            password = password_file.read_text(encoding="ascii")
            if admin.check_password(password):
                return password
            password_file.unlink()
        return "the one you chose (change it with `.venv/bin/python manage.py changepassword admin`)"
