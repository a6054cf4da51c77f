"""After a large import the planner of the database knows the tables as they are."""

from __future__ import annotations

import logging

import pytest
from django.db import DatabaseError, connection

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.transfer.imports import execute
from dlfportal.transfer.models import RunStatus
from tests.importing import imported, job, pack, script


def objects_expected() -> int:
    """Return how many objects the planner takes the catalogue to hold."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples::int FROM pg_class WHERE relname = 'catalogue_catalogueobject'")
        else:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'object_identity'")
        found = cursor.fetchone()
    return int(str(found[0]).split()[0]) if found else 0


@pytest.fixture
def analyzed(transactional_db: None) -> None:
    """The planner knows the tables as they are: empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.usefixtures("analyzed")
def test_a_large_import_refreshes_what_the_planner_knows(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = objects_expected()
    imported(workspace, pack(job("small")))
    assert objects_expected() == before
    monkeypatch.setattr(execute, "MANY_ROWS", 3)
    imported(workspace, pack(job("a"), job("b"), script("c")))
    assert objects_expected() == CatalogueObject.objects.count() == 4


@pytest.mark.usefixtures("transactional_db")
def test_an_import_is_done_though_the_statistics_fail(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(execute, "MANY_ROWS", 1)

    def refuse(run: object, sql: str, *rest: object) -> object:
        if sql.startswith("ANALYZE"):
            raise DatabaseError("database is locked")
        return run(sql, *rest)  # type: ignore[operator]

    with connection.execute_wrapper(refuse), caplog.at_level(logging.ERROR):
        assert imported(workspace, pack(job())).status == RunStatus.SUCCESSFUL
    assert "could not be refreshed" in caplog.text
