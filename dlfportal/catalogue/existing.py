"""What stands in a workspace under many names at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import NamedTuple

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.chunks import in_chunks
from dlfportal.formats.kinds import Kind


class Existing(NamedTuple):
    """What stands under an identity: the living object, else the one deleted last; its newest revision."""

    pk: int
    alive: bool
    revision_id: int
    number: int
    sha256: str


def existing_objects(workspace: Workspace, identities: Collection[Identity]) -> dict[Identity, Existing]:
    """Return what stands under each of the identities; free ones are left out."""
    found: dict[Identity, Existing] = {}
    columns = ("pk", "deleted_at", "revision_id", "revision__number", "revision__content__sha256")
    for kind, rows in rows_named(workspace, identities):
        # The living row comes last, the one deleted last before it: later rows replace earlier ones.
        in_time = sorted(rows.values_list("cluster", "name", *columns), key=lambda row: row[3] or row[2])
        for cluster, name, pk, deleted_at, *revision in in_time:
            found[Identity(kind, cluster, name)] = Existing(pk, deleted_at is None, *revision)
    wanted = set(identities)
    return {identity: existing for identity, existing in found.items() if identity in wanted}


def rows_named(
    workspace: Workspace, identities: Collection[Identity]
) -> Iterator[tuple[Kind, QuerySet[CatalogueObject]]]:
    """Yield (kind, rows of any cluster) in pieces that one query can look up: the deleted ones of some
    names, then the living ones. Each of the two has an index of its own; one for both there is not.
    """
    pairs = sorted({(identity.kind, identity.name) for identity in identities})
    for kind, group in groupby(pairs, key=lambda pair: pair[0]):
        for chunk in in_chunks([name for _kind, name in group]):
            rows = CatalogueObject.objects.filter(workspace=workspace, kind=kind, name__within=chunk)
            yield kind, rows.filter(deleted_at__isnull=False).order_by()
            yield kind, rows.filter(ALIVE).order_by()
