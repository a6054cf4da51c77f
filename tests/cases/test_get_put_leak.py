"""What GET answered, sent back by PUT, changes nothing in a package."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import Revision
from tests.api.v1.conftest import dev  # noqa: F401 - a fixture
from tests.api.v1.wire import Wire, done, shown

PACKAGE = Path(__file__).parent / "get-put-leak" / "package.zip"
JOB, SCRIPT = "job_订单域_每日", "dwd_orders_daily"


def exported(wire: Wire) -> dict[str, bytes]:
    answer = wire.post("jobs", JOB, "export")
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("query", [{}, {"version": 1}])
def test_get_then_put_leaves_the_package_as_it_was(
    workspace: Workspace,
    admin: object,
    dev: Wire,  # noqa: F811
    query: dict[str, int],
) -> None:
    """The import submitted a version: that is shown as `version`, and the script's maker as `owner`."""
    call_command("importpackage", str(PACKAGE), workspace=workspace.pk)
    before, revisions = exported(dev), Revision.objects.count()
    for address in (("scripts", SCRIPT), ("jobs", JOB)):
        answer = shown(dev.get(*address, **query))
        assert answer["version"] in (1, "1")
        done(dev.put(*address, body=answer))
    assert exported(dev) == before
    assert Revision.objects.count() == revisions
