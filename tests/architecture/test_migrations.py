from __future__ import annotations

from io import StringIO

from django.core.management import call_command


def test_every_model_change_has_its_migration(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_the_system_check_has_no_complaints(db: None) -> None:
    call_command("check", "--fail-level", "WARNING", stdout=StringIO(), stderr=StringIO())
