"""What was made since points to what undoing would delete: that has to stay, and what it needs with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.acting.uses import (
    Named,
    User,
    references_far,
    texts_of,
    users_far,
    users_outside,
)
from dlfportal.catalogue.derive import FAR_JOB, derive
from dlfportal.catalogue.elsewhere import words_for
from dlfportal.catalogue.models import CatalogueObject, Reference, Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.undoing.steps import Do, Stay, Step, Why
from dlfportal.chunks import in_chunks
from dlfportal.formats.kinds import Kind

USERS_TOLD = 3
FAR_READ = 5000
"""So many of the jobs of other workspaces that wait for a thousand jobs here are looked at."""

Key = tuple[str, str, str, bool]
"""What a document points to: kind, cluster and name, and whether only a soft reference does so."""


def stays_used(
    workspace: Workspace,
    steps: Sequence[Step],
    staying: Collection[int],
    since: datetime | None,
    visible: QuerySet[Workspace],
) -> list[Stay]:
    """Return those of the objects to be deleted that something which stays points to, and did not `since`.

    `staying` are the ids of objects that are not put back. What has to stay keeps what it needs too.
    `visible` are the workspaces that the reader may see: of no others is asked who waits for a job here.
    """
    deletes = [step for step in steps if step.do is Do.DELETE and step.pk not in staying]
    if not deletes or since is None:
        return []
    uses = _Uses.read(workspace, deletes, visible)
    going = {step.pk for step in steps} - set(staying)
    frontier = uses.by_source.keys() - going
    kept: dict[int, list[User]] = {}
    while frontier:
        reached = {
            target: kept.setdefault(target, [])
            for source in frontier
            for target in uses.by_source[source]
            if target in going
        }
        for source, target in uses.new(frontier, since):
            if target in reached:
                kept[target].append(uses.users[source])
        held = {target for target in reached if kept[target]}
        going -= held
        frontier = held & uses.by_source.keys()
    return _told([step for step in deletes if kept.get(step.pk)], kept)


@dataclass(slots=True)
class _Uses:
    """Who points to some objects: each user by its id, and by that what it points to."""

    named: list[Named]
    users: dict[int, User] = field(default_factory=dict)
    by_source: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, workspace: Workspace, steps: Sequence[Step], visible: QuerySet[Workspace]) -> _Uses:
        uses = cls(_named(steps))
        here = users_outside(uses.named, Reference.objects.filter(workspace=workspace).order_by())
        words = {pk: used for pk, used in words_for(workspace, visible).items() if pk != workspace.pk}
        others = users_far(uses.named, references_far(words, ()), FAR_READ)
        for target, user in chain(here, others):
            if user.pk != target:
                uses.users[user.pk] = user
                uses.by_source.setdefault(user.pk, []).append(target)
        return uses

    def new(self, sources: Iterable[int], since: datetime) -> list[tuple[int, int]]:
        """Return the (source, target) of which the source did not point to the target at a moment."""
        changed = _changed(sorted(sources), since)
        before = _documents_before(changed, since)
        wanted = {target for source in changed for target in self.by_source[source]}
        texts = texts_of([one for one in self.named if one.pk in wanted])
        found = []
        for source in changed:
            is_far = self.users[source].workspace_id != ""
            keys = {_here(key) if is_far else key for key in before.get(source, ())}
            had = {pk for key in keys for pk in texts.get(key, ())}
            found += [(source, target) for target in self.by_source[source] if target not in had]
        return found


def _here(key: Key) -> Key:
    """Return what a key of another workspace is called here: there, the job's workspace is named with it."""
    target, _cluster, name, soft = key
    return (Kind.JOB.value, "", name, soft) if target == FAR_JOB else ("", "", "", False)


def _named(steps: Sequence[Step]) -> list[Named]:
    found: list[Named] = []
    for chunk in in_chunks([step.pk for step in steps]):
        rows = CatalogueObject.objects.filter(pk__within=chunk).order_by()
        found += map(Named._make, rows.values_list("pk", "kind", "cluster", "name", "location", "uid"))
    return found


def _changed(sources: Sequence[int], since: datetime) -> list[int]:
    """Return those of the objects whose newest revision is of a moment or after it."""
    found: list[int] = []
    for chunk in in_chunks(sources):
        rows = CatalogueObject.objects.filter(pk__within=chunk, revision__created_at__gte=since)
        found += rows.order_by().values_list("pk", flat=True)
    return found


def _documents_before(sources: Sequence[int], since: datetime) -> dict[int, set[Key]]:
    """Return by id what each of the objects pointed to before a moment, where it lived then."""
    found: dict[int, set[Key]] = {}
    for chunk in in_chunks(sources):
        rows = Revision.objects.filter(object__id__within=chunk, created_at__lt=since)
        newest = dict(rows.order_by("object_id", "number").values_list("object_id", "pk"))
        read = Revision.objects.filter(pk__within=list(newest.values())).exclude(deletion__at__lt=since)
        for revision in read.select_related("content", "object"):
            references = derive(Kind(revision.object.kind), document_of(revision)).references
            found[revision.object_id] = {
                (key.target, key.cluster, key.name, soft) for key in references for soft in {False, key.soft}
            }
    return found


def _told(steps: Sequence[Step], kept: dict[int, list[User]]) -> list[Stay]:
    """Return the objects that stay, with those that use them and who wrote the first of these."""
    firsts = {step.pk: sorted(kept[step.pk], key=lambda user: user[1:])[:USERS_TOLD] for step in steps}
    people: dict[int, tuple[str, datetime]] = {}
    for chunk in in_chunks([users[0].pk for users in firsts.values()]):
        rows = CatalogueObject.objects.filter(pk__within=chunk).order_by()
        columns = ("pk", "revision__author_name", "revision__created_at")
        people.update((pk, (who, when)) for pk, who, when in rows.values_list(*columns))
    return [Stay(step, Why.USED, *people[firsts[step.pk][0].pk], by=tuple(firsts[step.pk])) for step in steps]
