"""Fresh statistics for the planner of the database after many rows were written at once.

PostgreSQL's autovacuum comes to it only after a while, SQLite never: until then both plan for the tables
as they were, at first for empty ones.
"""

from __future__ import annotations

import logging

from django.apps import apps
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Model

logger = logging.getLogger(__name__)

ENTRIES_LOOKED_AT = 400
"""So many entries of an index SQLite looks at; PostgreSQL takes a sample of bounded size by itself."""


def statistics_refresh(*models: type[Model]) -> None:
    """Let the planner know the tables of `models` as they are, of all without; at bounded cost, never fatal.

    Within a transaction of the caller it does nothing: it would hold that open.
    """
    if connection.in_atomic_block:
        return
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA analysis_limit = {ENTRIES_LOOKED_AT}")
            for model in models or apps.get_models():
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    except (DatabaseError, InterfaceError):
        logger.exception("The statistics of the database could not be refreshed.")
