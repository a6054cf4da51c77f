"""What the objects of a package use that is nowhere: neither in the package nor in the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.references import resolve
from dlfportal.errors import gettext_noop
from dlfportal.formats.fields import shown
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target
from dlfportal.transfer.imports.adapt import Note
from dlfportal.transfer.imports.drafts import DYNAMIC, names_told, notes_cut
from dlfportal.transfer.imports.rows import PlanRow
from dlfportal.transfer.models import Outcome

USED = {
    Target.SCRIPT: gettext_noop(
        "The script %(name)s, which it uses, is neither in the package nor in the workspace."
    ),
    Target.RESOURCE: gettext_noop(
        "The resource %(name)s, which it uses, is neither in the package nor in the workspace."
    ),
    Target.CDM_JOB: gettext_noop(
        "The CDM job %(name)s, which it uses, is neither in the package nor in the workspace."
    ),
    Target.JOB: gettext_noop(
        "The job %(name)s, which it uses, is neither in the package nor in the workspace."
    ),
}
MISSING = {
    Target.SCRIPT: gettext_noop(
        "The script %(name)s, used by %(users)s, is neither in the package nor in the workspace."
    ),
    Target.RESOURCE: gettext_noop(
        "The resource %(name)s, used by %(users)s, is neither in the package nor in the workspace."
    ),
    Target.CDM_JOB: gettext_noop(
        "The CDM job %(name)s, used by %(users)s, is neither in the package nor in the workspace."
    ),
    Target.JOB: gettext_noop(
        "The job %(name)s, used by %(users)s, is neither in the package nor in the workspace."
    ),
}
INCOMPLETE = gettext_noop(
    "Expressions name what these objects use, so nobody knows whether the package is complete: "
    "%(count)s (%(names)s)."
)


def missing_note(workspace: Workspace, rows: Sequence[PlanRow]) -> list[Note]:
    """Note in each row what it uses that is nowhere; return what is to be said of the package as a whole.

    One look at the workspace for what the package lacks, a query a thousand names. A row that is left as
    it is in the workspace, or cannot be taken, is passed over.
    """
    packed = {row.target for row in rows}
    written = [row for row in rows if row.draft and row.outcome not in (Outcome.SKIPPED, Outcome.INVALID)]
    lacking = {row.target: keys for row in written if (keys := sorted(_lacking(row, packed)))}
    there = resolve(workspace, {key for keys in lacking.values() for key in keys})
    users: dict[ReferenceKey, list[str]] = {}
    for row in written:
        gone = [key for key in lacking.get(row.target, ()) if key not in there]
        for key in gone:
            users.setdefault(key, []).append(row.target.name)
        if gone:
            notes = [Note(USED[Target(key.target)], {"name": _name(key)}) for key in gone]
            row.notes = [*notes_cut(notes), *row.notes]
    return [*_incomplete(written), *notes_cut(list(_missing(users)))]


def _lacking(row: PlanRow, packed: set[Identity]) -> Iterator[ReferenceKey]:
    """Yield what a row uses and the package has not.

    A path that may name a resource need name none, and only a run knows what an expression names.
    """
    for key in row.draft.references if row.draft else ():
        if key.soft or key.is_dynamic or key.target not in USED:
            continue
        if Identity(Kind(key.target), key.cluster, key.name) not in packed:
            yield key


def _missing(users: dict[ReferenceKey, list[str]]) -> Iterator[Note]:
    for key, names in sorted(users.items()):
        yield Note(MISSING[Target(key.target)], {"name": _name(key), "users": names_told(names)})


def _incomplete(rows: Iterable[PlanRow]) -> Iterator[Note]:
    said = set(DYNAMIC.values())
    names = [row.identity.name for row in rows if any(note.message in said for note in row.notes)]
    if names:
        yield Note(INCOMPLETE, {"count": len(names), "names": names_told(names)})


def _name(key: ReferenceKey) -> str:
    return shown(f"{key.cluster}/{key.name}" if key.cluster else key.name)
