"""Packages made after public reports, one folder each, as `importpackage` takes them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from dlfportal.access.models import Workspace
from tests.factories import operator


def package_of(case: str) -> Path:
    """Return the package of a case."""
    return Path(__file__).parent / case / "package.zip"


def importpackage(case: str, workspace: Workspace, *options: str) -> list[str]:
    """Import the package of a case into `workspace` and return what the command printed."""
    operator()
    out = StringIO()
    arguments = (str(package_of(case)), "--workspace", workspace.pk, *options)
    call_command("importpackage", *arguments, stdout=out, stderr=out)
    return out.getvalue().splitlines()
