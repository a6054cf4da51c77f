"""What undoing an import would do: object by object, and what stays because it was changed since."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Min, Q

from dlfportal.access import policy
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.existing import Existing
from dlfportal.catalogue.models import Revision, Version
from dlfportal.catalogue.targets import Back
from dlfportal.catalogue.undoing.originals import originals
from dlfportal.catalogue.undoing.standing import stays_changed
from dlfportal.catalogue.undoing.steps import Do, Former, Stay, Step
from dlfportal.catalogue.undoing.uses import stays_used
from dlfportal.chunks import in_chunks
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports.deaths import runs_seen
from dlfportal.transfer.models import ImportItem, ImportRun, RunStatus, Undone

NO_VERSION = Back(None, 0, None, False)
DIGEST_CHARACTERS = 32

WROTE = Q(revision_after__isnull=False) | Q(outcome=Undone.DELETED)
"""The objects that an import, or an undo, did something with."""


@dataclass(frozen=True)
class UndoLook:
    """What undoing `run` would do: the `steps`, and the `stays`, which are none of them.

    `later` is the newest undo of it that was done; what that put back is in neither. `size` is how many bytes
    the documents have that come back.
    """

    run: ImportRun
    steps: Sequence[Step]
    stays: Sequence[Stay]
    later: ImportRun | None

    @cached_property
    def counts(self) -> dict[Do, int]:
        """How many objects are restored, deleted and revived."""
        found = Counter(step.do for step in self.steps)
        return {do: found[do] for do in Do}

    @property
    def size(self) -> int:
        """How many bytes the documents have that come back."""
        return sum(step.former.size for step in self.steps if step.former)

    @cached_property
    def digest(self) -> str:
        """What a form gives back, so that nothing is done but what was shown."""
        lines = [f"{step.pk} {step.do} {step.now.revision_id} {step.version_id}" for step in self.steps]
        lines += [f"{stay.step.pk} stays {stay.why}" for stay in self.stays]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:DIGEST_CHARACTERS]


def run_find(workspace_id: str, run_id: Any) -> ImportRun | None:
    """Return an import of a workspace, or an undo of one, that the record names; None for none."""
    if not isinstance(run_id, str):
        return None
    return ImportRun.objects.filter(pk=run_id, workspace=workspace_id).first()


def undo_done(run: ImportRun) -> ImportRun | None:
    """Return the newest undo of an import that was done, None for none."""
    return run.undone_by.filter(status=RunStatus.SUCCESSFUL).order_by("-created_at").first()


def undo_newest(run: ImportRun) -> ImportRun | None:
    """Return the last undo of an import that was asked for, as it is to be shown; None for none."""
    newest = run.undone_by.order_by("-created_at").first()
    return runs_seen([newest])[0] if newest else None


def undo_look(*, actor: Actor, run: ImportRun) -> UndoLook:
    """Return what undoing an import would do now. As many queries however many its objects are, by the
    thousand.

    Raises NotFound or Forbidden (policy).
    """
    policy.require(actor.user, run.workspace, Right.VIEW)
    later = undo_done(run)
    if run.status != RunStatus.SUCCESSFUL:
        return UndoLook(run, (), (), later)
    steps = list(_steps(run))
    stays = stays_changed(run.workspace, steps)
    staying = {stay.step.pk for stay in stays}
    stays += stays_used(
        run.workspace, steps, staying, written_at(run), policy.workspaces_with(actor.user, Right.VIEW)
    )
    staying = {stay.step.pk for stay in stays}
    place = {step.pk: number for number, step in enumerate(steps)}
    stays.sort(key=lambda stay: place[stay.step.pk])
    return UndoLook(run, [step for step in steps if step.pk not in staying], stays, later)


def written_at(run: ImportRun) -> datetime | None:
    """Return the moment at which an import wrote its revisions, None when it wrote none."""
    rows = run.items.filter(revision_after__isnull=False)
    moment: datetime | None = rows.aggregate(at=Min("revision_after__created_at"))["at"]
    return moment


class _Document(NamedTuple):
    """A revision: what it was called, its content, and the revision that it stands for: see `originals`."""

    former: Former
    cluster: str
    name: str
    original: int


class _Submitted(NamedTuple):
    """A version: its number, and the revision that it marks."""

    pk: int
    number: int
    revision_id: int


def _steps(run: ImportRun) -> Iterator[Step]:
    """Yield what is to be done with each object that the import wrote and no undo has put back."""
    columns = (
        *("object", "kind", "outcome", "was_deleted"),
        *("revision_before", "revision_after", "version_before", "version_after"),
    )
    done = ImportItem.objects.filter(run__undoes=run, run__status=RunStatus.SUCCESSFUL)
    items = run.items.filter(WROTE, object__isnull=False).exclude(object__in=done.values("object"))
    rows = list(items.order_by("position").values_list(*columns))
    documents = _documents({pk for row in rows for pk in row[4:6] if pk})
    versions = _versions({pk for row in rows for pk in row[6:8] if pk})
    for row in rows:
        yield _step(row, documents, versions)


def _step(row: Sequence[Any], documents: dict[int, _Document], versions: dict[int, _Submitted]) -> Step:
    """Return what takes an object back from what the import left to what it found."""
    pk, kind, outcome, was_deleted, before, after, version_before, version_after = row
    alive = outcome != Undone.DELETED
    newest = after if alive else before
    left = documents[newest]
    found = documents[before] if before and not was_deleted else None
    version = versions.get(version_after) if alive else None
    submitted = versions.get(version_before) if found else None
    return Step(
        Identity(Kind(kind), left.cluster, left.name),
        Existing(pk, alive, newest, left.former.number, left.former.sha256),
        version.pk if version else None,
        version.number if version else 0,
        found.former if found else None,
        Back(*submitted, submitted.revision_id == found.original) if submitted and found else NO_VERSION,
    )


def _documents(ids: Collection[int]) -> dict[int, _Document]:
    found: dict[int, _Document] = {}
    columns = ("pk", "number", "content", "content__sha256", "content__size", "cluster", "name")
    stand_for = originals(sorted(ids))
    for chunk in in_chunks(sorted(ids)):
        for pk, *former, cluster, name in Revision.objects.filter(pk__within=chunk).values_list(*columns):
            found[pk] = _Document(Former(*former), cluster, name, stand_for.get(pk, pk))
    return found


def _versions(ids: Collection[int]) -> dict[int, _Submitted]:
    found: dict[int, _Submitted] = {}
    columns = ("pk", "number", "revision")
    for chunk in in_chunks(sorted(ids)):
        rows = Version.objects.filter(pk__within=chunk).order_by().values_list(*columns)
        found.update((row[0], _Submitted(*row)) for row in rows)
    return found
