"""Which index of texts the database has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.db import connection

from dlfportal.catalogue.search import postgresql, sqlite
from dlfportal.catalogue.search.rows import Index

INDEXES: Mapping[str, Index] = MappingProxyType({"sqlite": sqlite, "postgresql": postgresql})


def index() -> Index:
    """Return the index of the database that the portal uses."""
    return INDEXES[connection.vendor]
