"""A database as an older release left it: made, filled, and brought to the newest state.

The connection of the suite is put aside meanwhile, so data migrations run as they do for users, and what a
test reads afterwards through the models comes from the upgraded database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps.registry import Apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

DATABASE = "dlf_upgraded"


@dataclass(slots=True)
class Upgrade:
    """A database in the state of an older release; `models` are the models it had."""

    connection: BaseDatabaseWrapper
    models: Apps

    def row(self, model: str, **values: Any) -> Any:
        """Write a row as the older release had it, such as `catalogue.Revision`, and return it."""
        return self.models.get_model(model).objects.create(**values)

    def run(self) -> None:
        """Bring the database to the newest state."""
        executor = MigrationExecutor(self.connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


@contextmanager
def older_release(state: Mapping[str, str]) -> Iterator[Upgrade]:
    """Yield a fresh database whose apps stand at the migrations of `state` (app -> migration).

    It is the default database until the block ends: in memory on SQLite, on PostgreSQL beside the
    suite's own.
    """
    ours = connections["default"]
    theirs = _fresh(ours)
    connections["default"] = theirs
    try:
        executor = MigrationExecutor(theirs)
        executor.migrate(list(state.items()))
        yield Upgrade(theirs, executor.loader.project_state(list(state.items())).apps)
    finally:
        theirs.close()
        connections["default"] = ours
        if ours.vendor == "postgresql":
            _administer(ours, f"DROP DATABASE IF EXISTS {_name(ours)}")


def _fresh(ours: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Return a connection to a database without a table."""
    theirs: BaseDatabaseWrapper = ours.copy("default")  # type: ignore[attr-defined]
    if ours.vendor == "postgresql":
        _administer(ours, f"DROP DATABASE IF EXISTS {_name(ours)}")
        _administer(ours, f"CREATE DATABASE {_name(ours)}")
        theirs.settings_dict["NAME"] = _name(ours)
    else:
        theirs.settings_dict["NAME"] = f"file:{DATABASE}?mode=memory&cache=shared"
    return theirs


def _name(ours: BaseDatabaseWrapper) -> str:
    """Return the name of the other database: each process of the suite has its own."""
    return f"{ours.settings_dict['NAME']}_{DATABASE}"


def _administer(ours: BaseDatabaseWrapper, sql: str) -> None:
    with ours._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(sql)
