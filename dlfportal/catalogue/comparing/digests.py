"""What all that stands on a side is known by: the digest of a package that would hold each of it once."""

from __future__ import annotations

from collections.abc import Sequence

from dlfportal.catalogue.comparing.sides import Row
from dlfportal.catalogue.models import Content
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import entry_order, single_entry
from dlfportal.formats.zip.writer import PackageDigest


def sides_digests(*sides: Sequence[Row]) -> list[str]:
    """Return, for each side, the digest of a package with these objects, each of them once.

    Equal objects have equal digests on every portal. One query for all sides.
    """
    ids = {row.content for rows in sides for row in rows}
    known = dict(Content.objects.filter(pk__within=sorted(ids)).order_by().values_list("pk", "sha256"))
    return [_digest(rows, known) for rows in sides]


def _digest(rows: Sequence[Row], known: dict[int, str]) -> str:
    digest = PackageDigest()
    for row in sorted(rows, key=lambda row: entry_order(Kind(row.kind), row.name, row.cluster)):
        digest.add(known.get(row.content, ""), single_entry(Kind(row.kind), row.name, row.cluster))
    return digest.hexdigest()
