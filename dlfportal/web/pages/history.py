"""The revisions of an object as pages list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlfportal.audit.selectors import Change, changes_of
from dlfportal.audit.texts import CHANNELS
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import revision_list
from dlfportal.links import compare_url, restore_url, url_of
from dlfportal.transfer.imports.texts import revision_texts

CHANGES_A_REVISION = 4
"""So many entries of the record are read for each revision that is listed."""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision in the list of them: `changes_url` is "" for the first, `restore_url` for the newest.

    `channel` is how it came, "" where the record does not say.
    """

    revision: Revision
    why: str
    channel: str
    url: str
    newest: bool
    changes_url: str
    restore_url: str


def revision_rows(target: CatalogueObject, most: int | None) -> list[RevisionRow]:
    """Return the revisions of an object, newest first: at most so many, None for all."""
    rows = list(revision_list(target)[:most])
    why, via = revision_texts(rows), _channels(target, rows)
    return [_row(target, row, why[row.pk], via.get(row.pk, "")) for row in rows]


def _channels(target: CatalogueObject, rows: Sequence[Revision]) -> dict[int, str]:
    """Return through which channel each revision was made, by its id, where the record says so; one query.

    Two objects may have had one name: of several entries that fit, the nearest in time is the revision's.
    """
    names = {row.name for row in rows}
    changes = changes_of(target.workspace_id, target.kind, names, CHANGES_A_REVISION * len(rows))
    made: dict[tuple[str, int], list[Change]] = {}
    for change in changes:
        made.setdefault((change.name, change.revision), []).append(change)
    found: dict[int, str] = {}
    for row in rows:
        if fitting := made.get((row.name, row.number)):
            nearest = min(abs(change.at - row.created_at) for change in fitting)
            channel = next(one.channel for one in fitting if abs(one.at - row.created_at) == nearest)
            found[row.pk] = str(CHANNELS.get(channel, channel))
    return found


def _row(target: CatalogueObject, revision: Revision, why: str, channel: str) -> RevisionRow:
    number, newest = revision.number, revision.pk == target.revision_id
    return RevisionRow(
        revision=revision,
        why=why,
        channel=channel,
        url=url_of(target, number),
        newest=newest,
        changes_url=compare_url(target, number - 1, number) if number > 1 else "",
        restore_url="" if newest else restore_url(target, number),
    )
