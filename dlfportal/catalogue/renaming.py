"""Renaming an object together with what points to it: what would change, and the change in one transaction.

What points to an object is in its workspace, apart from jobs of others that wait for a job. Those are changed
where the reader may edit, named as staying where they may only look, and not mentioned anywhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from dlfportal.access import policy
from dlfportal.access.policy import Right
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.contents import contents_store
from dlfportal.catalogue.drafts import Identity, LightDraft, draft_lighten, draft_make
from dlfportal.catalogue.elsewhere import far_users, words_for
from dlfportal.catalogue.existing import Existing, existing_objects
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Origin, Reference, Revision
from dlfportal.catalogue.references import naming_page
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import NameTaken, Saved, object_update
from dlfportal.errors import StalePlan, gettext_noop
from dlfportal.formats import references
from dlfportal.formats.documents import find_naming, judge
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument, Level, Problem
from dlfportal.formats.references import Target
from dlfportal.formats.renaming import could_name, followed, name_place, renamed
from dlfportal.formats.zip.writer import Deflated, deflate

FOLLOWED = 500
FOLLOWED_BYTES = 16 * 1024 * 1024
"""So many objects, with documents of so many bytes, follow at once: one request must not take minutes."""
EXPRESSIONS_READ = 10_000
UNFOLLOWED_NAMED = 50
STAYING_NAMED = 50


@dataclass(frozen=True, slots=True)
class Follower:
    """An object that names the one to be renamed, and where it does."""

    object: CatalogueObject
    revision: Revision
    places: list[references.Reference]

    @property
    def identity(self) -> Identity:
        """What identifies it in its workspace."""
        return Identity(Kind(self.object.kind), self.object.cluster, self.object.name)

    def document(self, name: str) -> dict[str, Any]:
        """Return its document once the other one is called `name`."""
        return followed(document_of(self.revision), self.places, name)


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """An object that may come to name the one to be renamed when it runs, by these expressions."""

    object: CatalogueObject
    expressions: list[str]


@dataclass(frozen=True, slots=True)
class RenamePlan:
    """What renaming `target` to `name` changes. `users` is how many objects name it that the reader may edit,
    counted to a thousand; when they are `too_many`, there are no `followers`: then it can be renamed without
    them only. `staying` are those of workspaces in which the reader may only look.
    """

    target: CatalogueObject
    name: str
    followers: list[Follower]
    users: int
    too_many: bool
    staying: list[CatalogueObject]
    unfollowed: list[Unfollowed]

    @property
    def digest(self) -> str:
        """Return what is equal only for the same change of the same objects at the same revisions."""
        states = [(follower.object.pk, follower.revision.pk) for follower in self.followers]
        said = [self.target.pk, self.target.revision_id, self.name, self.too_many, states]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a rename did: to the object, and how many others followed."""

    saved: Saved
    followers: int


def rename_plan(target: CatalogueObject, name: str, reader: User | AnonymousUser) -> RenamePlan:
    """Return what points to `target`, and what of it would follow a rename to `name` by `reader`.

    As many queries whatever points to it. The caller has let the reader into the workspace.
    """
    found = naming_page(target.workspace_id, Kind(target.kind), target.name, target.cluster, FOLLOWED + 2)
    near = [user for user in found.rows if user.pk != target.pk]
    words = _words(target, reader)
    far = _far_users(target, words, {user.pk for user in near}, reader)
    users = [*near, *far.editable]
    counted = max(len(near), found.total.number - 1 if len(found.rows) > len(near) else found.total.number)
    count = counted + len(far.editable)
    too_many = count > FOLLOWED or sum(user.size for user in users) > FOLLOWED_BYTES
    followers = [] if too_many else _followers(target, users, words)
    staying = far.others[:STAYING_NAMED]
    return RenamePlan(target, name, followers, count, too_many, staying, _unfollowed(target))


class _Far(NamedTuple):
    """The users in other workspaces: where the reader may edit, and where not."""

    editable: list[CatalogueObject]
    others: list[CatalogueObject]


def _words(target: CatalogueObject, reader: User | AnonymousUser) -> dict[str, set[str]]:
    """Return by which words jobs of each workspace that the reader sees name the target's: see `words_for`.

    Only jobs are named so.
    """
    if target.kind != Kind.JOB:
        return {}
    return words_for(target.workspace, policy.workspaces_with(reader, Right.VIEW))


def _far_users(
    target: CatalogueObject, words: dict[str, set[str]], near: set[int], reader: User | AnonymousUser
) -> _Far:
    rows = far_users(target.name, words, FOLLOWED + 2, target.pk).rows
    found = [user for user in rows if user.pk not in near]
    if not found:
        return _Far([], [])
    editable = set(policy.workspaces_with(reader, Right.CHANGE).values_list("pk", flat=True))
    return _Far(
        [user for user in found if user.workspace_id in editable],
        [user for user in found if user.workspace_id not in editable],
    )


def object_rename(
    *, actor: Actor, target: CatalogueObject, name: str, digest: str, follow: bool, reason: str = ""
) -> Renamed:
    """Rename an object as a plan of this `digest` says; with `follow`, what names it gets a revision, too.

    One transaction and one act of the record, of which the changes of the others are parts. Raises NotFound
    or Forbidden (policy), StalePlan when not all stands as the plan saw it, InvalidDocument, or NameTaken.
    """
    policy.require(actor.user, target.workspace, Right.CHANGE)
    plan = rename_plan(target, name, actor.user)
    if plan.digest != digest:
        raise _stale(target)
    if not follow or not plan.followers:
        return Renamed(_rename(actor, plan, reason), 0)
    writes = _writes_of(actor, plan, reason)
    own = [write for write in writes if write.workspace.pk == target.workspace_id]
    with ExitStack() as stack:
        for write in own:
            stack.enter_context(write.ahead())
        with transaction.atomic():
            saved = _rename(actor, plan, reason)
            for write in own:
                write.write(part_of=saved.entry)
            for write in writes:
                if write.workspace.pk != target.workspace_id:
                    write.write(part_of=_far_entry(actor, plan, write))
    return Renamed(saved, len(plan.followers))


def _far_entry(actor: Actor, plan: RenamePlan, write: BulkWrite) -> AuditEntry:
    """Record in another workspace that a rename was followed there: its record does not see the rename's."""
    detail = {"renamed_from": plan.target.name, "renamed_to": plan.name, "jobs": len(write.drafts)}
    return audit_record(
        actor=actor,
        action=Action.RENAME_FOLLOW,
        workspace_id=write.workspace.pk,
        workspace_name=write.workspace.name,
        detail=detail,
    )


def _rename(actor: Actor, plan: RenamePlan, reason: str) -> Saved:
    revision = plan.target.revision
    if revision is None:  # only while it is being written
        raise _stale(plan.target)
    return object_update(
        actor=actor,
        target=plan.target,
        document=renamed(Kind(plan.target.kind), document_of(revision), plan.name),
        expected=revision.number,
        reason=reason,
    )


def _writes_of(actor: Actor, plan: RenamePlan, reason: str) -> list[BulkWrite]:
    """Store the documents of the followers with the new name; return the writes that put them in place.

    There is one a workspace, in the order of their ids, so that two renames do not wait for each other.
    """
    spaces: dict[str, list[Follower]] = {}
    for follower in plan.followers:
        spaces.setdefault(follower.object.workspace_id, []).append(follower)
    return [_write_of(actor, plan, spaces[pk], reason) for pk in sorted(spaces)]


def _write_of(actor: Actor, plan: RenamePlan, followers: Sequence[Follower], reason: str) -> BulkWrite:
    workspace = followers[0].object.workspace
    planned: dict[Identity, Existing | None] = {}
    planned.update(existing_objects(workspace, [follower.identity for follower in followers]))
    drafts: list[LightDraft] = []
    contents: list[Deflated] = []
    for follower in followers:
        standing = planned.get(follower.identity)
        if standing is None or standing.revision_id != follower.revision.pk:
            raise _stale(plan.target)
        draft, content = _draft_of(follower, plan.name)
        drafts.append(draft)
        contents.append(content)
    contents_store(contents)
    cause = Cause(reason, Origin.RENAME, str(plan.target.uid))
    return BulkWrite(actor, workspace, drafts, planned, cause, submit=False)


def _draft_of(follower: Follower, name: str) -> tuple[LightDraft, Deflated]:
    kind, cluster, _name = follower.identity
    draft = draft_make(kind, follower.document(name), cluster)
    content = deflate(draft.data)
    return draft_lighten(draft, content.sha256), content


def _followers(
    target: CatalogueObject, users: Sequence[CatalogueObject], words: dict[str, set[str]]
) -> list[Follower]:
    newest = [user.revision_id for user in users if user.revision_id]
    revisions = Revision.objects.filter(pk__within=newest).select_related("content").in_bulk()
    followers = []
    for user in users:
        if revision := revisions.get(user.revision_id or 0):
            document, wanted = document_of(revision), Target(target.kind)
            near = {""} if user.workspace_id == target.workspace_id else set[str]()
            spaces = near | words.get(user.workspace_id, set())
            places = find_naming(Kind(user.kind), document, wanted, target.name, target.cluster, spaces)
            followers.append(Follower(user, revision, places))
    return followers


def _unfollowed(target: CatalogueObject) -> list[Unfollowed]:
    """Return the first objects whose expressions may come to name `target`; two queries."""
    named = Reference.objects.filter(workspace=target.workspace_id, target=target.kind, dynamic=True)
    read = named.order_by().values_list("source", "name", "cluster")[:EXPRESSIONS_READ]
    expressions: dict[int, list[str]] = {}
    for source, name, cluster in sorted(read):
        if could_name(name, target.name) and could_name(cluster, target.cluster):
            expressions.setdefault(source, []).append(f"{cluster}/{name}" if cluster else name)
    expressions.pop(target.pk, None)
    sources = CatalogueObject.objects.filter(ALIVE, pk__within=list(expressions)).order_by("kind", "name")
    return [Unfollowed(source, expressions[source.pk]) for source in sources[:UNFOLLOWED_NAMED]]


def _stale(target: CatalogueObject) -> StalePlan:
    return StalePlan(
        gettext_noop(
            "%(name)s or what points to it has changed since you looked. Nothing was written: look again."
        ),
        name=target.name,
    )


def name_check(target: CatalogueObject, revision: Revision, name: str) -> list[Problem]:
    """Return what DLF may not like of a new name for the object that `revision` holds, or for a copy of it.

    Raises InvalidDocument when no object can be called so, or NameTaken.
    """
    kind = Kind(target.kind)
    place = name_place(kind)
    problems = [one for one in judge(kind, renamed(kind, document_of(revision), name)) if one.path == place]
    if any(problem.level is Level.ERROR for problem in problems):
        raise InvalidDocument(problems)
    named = CatalogueObject.objects.filter(ALIVE, workspace=target.workspace_id, kind=kind, name=name)
    if named.filter(cluster=target.cluster).exists():
        raise NameTaken(kind, name)
    return problems
