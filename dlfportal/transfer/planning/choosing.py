"""What people do with a plan before it is applied: each act says which plan it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from dlfportal.access.policy import Right, require
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.existing import existing_objects
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.fields import name_fault
from dlfportal.formats.kinds import Kind
from dlfportal.formats.mapping import NameMap, mapping_write
from dlfportal.transfer.imports.drafts import names_told
from dlfportal.transfer.imports.options import (
    ImportOptions,
    Policy,
    TargetStatus,
    options_told,
)
from dlfportal.transfer.imports.proposals import comment_check
from dlfportal.transfer.imports.runs import options_seal, run_options
from dlfportal.transfer.models import Choice, ImportItem, ImportRun, Outcome
from dlfportal.transfer.planning.making import package_forget, package_size, plan_hand_over, record
from dlfportal.transfer.planning.plans import ItemFilter, plan_items
from dlfportal.transfer.planning.states import is_text, plan_changed, plan_end, plan_lock, plan_lock_shown

MOST_POSITIONS = 1000
MOST_ITEMS = 2**31


class NameRefused(BadRequest):
    """The object cannot get this name: the message says why."""


def plan_choose(
    *,
    actor: Actor,
    run: ImportRun,
    digest: str,
    choice: Choice,
    positions: Sequence[int] = (),
    chosen: ItemFilter | None = None,
) -> ImportRun:
    """Take objects of a plan, or skip them: those at `positions`, or all that `chosen` means.

    A renamed object among `positions` loses its new name, for which the plan is made again; `chosen` passes
    renamed ones over. Raises NotFound or Forbidden (policy), BadRequest, and what `plan_lock_shown` raises.
    """
    require(actor.user, run.workspace, Right.EDIT)
    if choice not in (Choice.TAKE, Choice.SKIP) or len(positions) > MOST_POSITIONS:
        raise BadRequest(
            gettext_noop("Choose up to %(most)s objects, to take or to skip."), most=MOST_POSITIONS
        )
    positions = [position for position in positions if 0 <= position < MOST_ITEMS]
    if run.items.filter(position__in=positions, choice=Choice.RENAME).exists():
        return _unname(actor, run, digest, choice, positions)
    with transaction.atomic():
        found = plan_lock_shown(run, digest)
        items = plan_items(found, chosen) if chosen else found.items.filter(position__in=positions)
        changed = items.order_by().exclude(choice__in=(choice, Choice.RENAME)).update(choice=choice)
        if changed:
            plan_changed(found)
            said = {"what": "choose", "choice": str(choice), "count": changed}
            record(actor, found, Action.PLAN_CHANGE, said)
    return found


def _unname(actor: Actor, run: ImportRun, digest: str, choice: Choice, positions: Sequence[int]) -> ImportRun:
    """Choose for objects of which some lose their new names."""

    def prepare() -> ImportRun:
        found = plan_lock_shown(run, digest)
        found.items.filter(position__in=list(positions)).update(choice=choice, new_name="")
        return found

    said = {"what": "choose", "choice": str(choice), "count": len(positions)}
    return plan_hand_over(
        actor=actor, size=package_size(run), prepare=prepare, action=Action.PLAN_CHANGE, detail=said
    )


def plan_rename(*, actor: Actor, run: ImportRun, digest: str, position: int, new_name: str) -> ImportRun:
    """Give an object of a plan a new name, "" takes it back; what names it in the package follows.

    The plan is made again with it. Raises NotFound or Forbidden (policy), NameRefused, and what
    `plan_lock_shown` raises.
    """
    return plan_rename_many(actor=actor, run=run, digest=digest, names={position: new_name})


def plan_rename_many(
    *, actor: Actor, run: ImportRun, digest: str, names: Mapping[int, str], here: bool = False
) -> ImportRun:
    """Give objects of a plan new names, by their positions, as `plan_rename` does; all of them, or none."""
    require(actor.user, run.workspace, Right.EDIT)
    clean = {position: name.strip() for position, name in names.items()}
    items = {position: _item(run, position) for position in clean}
    taken: set[tuple[str, str, str]] = set()
    for position, name in clean.items():
        if name:
            name_check(actor=actor, run=run, position=position, new_name=name)
            key = (items[position].kind, items[position].cluster, name)
            if key in taken:
                raise NameRefused(gettext_noop("Two objects cannot both get the name %(name)s."), name=name)
            taken.add(key)

    def prepare() -> ImportRun:
        found = plan_lock_shown(run, digest)
        for position, name in clean.items():
            renamed = {"choice": Choice.RENAME, "new_name": name} if name else NAMELESS
            found.items.filter(position=position).update(**renamed)
        return found

    olds, news = [one.name for one in items.values()], [clean[one] or items[one].name for one in items]
    return plan_hand_over(
        actor=actor,
        size=package_size(run),
        prepare=prepare,
        action=Action.PLAN_CHANGE,
        detail={"what": "rename", "old": names_told(olds), "new": names_told(news)},
        here=here,
    )


NAMELESS = {"choice": Choice.TAKE, "new_name": ""}


def name_check(*, actor: Actor, run: ImportRun, position: int, new_name: str) -> None:
    """Raise NameRefused with the reason if an object of a plan cannot get a name.

    It must be free in the package and in the workspace. Raises NotFound (policy).
    """
    require(actor.user, run.workspace, Right.VIEW)
    item, name = _item(run, position), new_name.strip()
    if fault := name_fault(name):
        raise NameRefused(fault)
    if not is_text(name):
        raise NameRefused(gettext_noop("The name has characters that are none."))
    if name == item.name:
        raise NameRefused(gettext_noop("The object has this name already."))
    others = run.items.filter(kind=item.kind, cluster=item.cluster).exclude(pk=item.pk)
    if others.filter(name=name, new_name="").exists() or others.filter(new_name=name).exists():
        raise NameRefused(
            gettext_noop("The package has another object called %(name)s. Choose another name."), name=name
        )
    target = Identity(Kind(item.kind), item.cluster, name)
    there = existing_objects(run.workspace, [target]).get(target)
    if there and there.alive:
        raise NameRefused(
            gettext_noop("The workspace has an object called %(name)s. Choose another name."), name=name
        )


def _item(run: ImportRun, position: int) -> ImportItem:
    item = run.items.filter(position=position).first() if 0 <= position < MOST_ITEMS else None
    if item is None:
        raise BadRequest(gettext_noop("The plan has no such object."))
    if item.outcome == Outcome.INVALID and not item.sha256 and item.choice != Choice.RENAME:
        raise NameRefused(gettext_noop("The object is invalid: it cannot get another name."))
    return item


def plan_map(*, actor: Actor, run: ImportRun, digest: str, mapping: NameMap, profile: str = "") -> ImportRun:
    """Make a plan again with other names for what the package names; `profile` is where they come from.

    Raises NotFound or Forbidden (policy), and what `plan_lock_shown` raises.
    """
    require(actor.user, run.workspace, Right.EDIT)

    def prepare() -> ImportRun:
        found = plan_lock_shown(run, digest)
        found.mapping, found.profile = mapping_write(mapping), profile
        return found

    return plan_hand_over(
        actor=actor,
        size=package_size(run),
        prepare=prepare,
        action=Action.PLAN_CHANGE,
        detail={"what": "map", "count": len(mapping), "mapping": mapping_write(mapping)},
    )


def plan_options(
    *,
    actor: Actor,
    run: ImportRun,
    digest: str,
    policy: Policy | None = None,
    target_status: TargetStatus | None = None,
    comment: str | None = None,
) -> ImportRun:
    """Set what happens to objects that exist, how far objects go, and the comment; return the plan.

    Another policy chooses for all changed objects anew; renamed ones stay. Raises NotFound or Forbidden
    (policy), BadRequest for a comment that is too long, and what `plan_lock_shown` raises.
    """
    require(actor.user, run.workspace, Right.EDIT)
    kept = None if comment is None else comment_check(comment)
    with transaction.atomic():
        found = plan_lock_shown(run, digest)
        old = run_options(found)
        options = ImportOptions(
            policy=policy or old.policy,
            params=old.params,
            job_params=old.job_params,
            execute_user=old.execute_user,
            target_status=target_status or old.target_status,
            resources=old.resources,
        )
        if policy and policy is not old.policy:
            choice = Choice.SKIP if policy is Policy.SKIP else Choice.TAKE
            found.items.filter(outcome=Outcome.CHANGED).exclude(choice=Choice.RENAME).update(choice=choice)
        found.options = options_told(options)
        found.sealed = options_seal(options)
        if kept is not None:
            found.comment = kept
        found.save(update_fields=["options", "sealed", "comment"])
        plan_changed(found)
        said = {"what": "options", "policy": str(options.policy), "status": str(options.target_status)}
        record(actor, found, Action.PLAN_CHANGE, said)
    return found


def plan_discard(*, actor: Actor, run: ImportRun, digest: str = "") -> ImportRun:
    """Give a plan up: it cannot be applied any more, and its package is deleted.

    Without a `digest` whatever it says now. Raises NotFound or Forbidden (policy), and what `plan_lock` or
    `plan_lock_shown` raises.
    """
    require(actor.user, run.workspace, Right.EDIT)
    with transaction.atomic():
        found = plan_lock_shown(run, digest) if digest else plan_lock(run)
        plan_end(found, gettext_noop("The plan was discarded by %(user)s."), user=actor.user.get_username())
        record(actor, found, Action.PLAN_DISCARD, {})
    package_forget(found)
    return found
