"""The plan of an import: every object of a package beside what the workspace holds. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import BinaryIO, NamedTuple

from django.conf import settings

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.bulk import (
    Identity,
    LightDraft,
    Standing,
    contents_known,
    draft_lighten,
    standings,
)
from dlfportal.catalogue.services import Draft, draft_make
from dlfportal.errors import gettext_noop
from dlfportal.formats.layout import EntryOrder, entry_order
from dlfportal.formats.problems import InvalidDocument, Problem
from dlfportal.formats.reader import (
    BadDocuments,
    BadPackage,
    Limits,
    Package,
    open_package,
    package_objects,
)
from dlfportal.transfer.adapt import Note, adapt
from dlfportal.transfer.models import Outcome
from dlfportal.transfer.options import ImportOptions, Policy
from dlfportal.transfer.spool import Spool

OBJECTS_A_LOOK = 200
NOTES_KEPT = 20
"""So many reasons a row keeps: a person mends a few and tries again."""

SKIPPED = gettext_noop("It exists already and was left as it is: the policy is SKIP.")
EMPTIED = gettext_noop("The secret at %(path)s was not taken over: enter it again where the job runs.")
TWICE = gettext_noop("Two objects of the package would have this name. Leave one out.")
MORE = gettext_noop("... and %(count)s more.")


@dataclass(slots=True)
class PlanRow:
    """One object of the package: what the import does with it, and why or what a person should know."""

    identity: Identity
    path: str
    outcome: Outcome
    notes: list[Note]
    draft: LightDraft | None = None

    @property
    def place(self) -> EntryOrder:
        """The row's place in the plan, that of its entry in a package."""
        kind, cluster, name = self.identity
        return entry_order(kind, name, cluster, str(kind))


@dataclass(slots=True)
class Plan:
    """What an import does: all of its rows, and what stood in the workspace when it was made."""

    rows: list[PlanRow] = field(default_factory=list)
    planned: dict[Identity, Standing | None] = field(default_factory=dict)
    digest: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """How many objects have each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome.value: found[outcome] for outcome in Outcome}

    @property
    def is_valid(self) -> bool:
        """Whether the plan can be applied: not with an invalid object, since an import is all or nothing."""
        return all(row.outcome is not Outcome.INVALID for row in self.rows)

    @property
    def writes(self) -> list[LightDraft]:
        """The drafts the import writes."""
        wanted = (Outcome.NEW, Outcome.CHANGED)
        return [row.draft for row in self.rows if row.draft and row.outcome in wanted]


class _Read(NamedTuple):
    """An object of the package that passed the judgement."""

    path: str
    draft: Draft
    notes: list[Note]


def limits() -> Limits:
    """Return the limits on packages that come in, from the settings."""
    return Limits(**settings.DLF_IMPORT_LIMITS)


def check_size(size: int) -> None:
    """Refuse a package file over the limit before it is fetched. Raises BadPackage."""
    if size > (most := limits().package_bytes):
        raise BadPackage(gettext_noop("The package has more than %(limit)s bytes. Split it."), limit=most)


def package_open(file: BinaryIO) -> Package:
    """Return the package in `file` after the checks of its archive. Raises BadPackage."""
    package = open_package(file, limits())
    if not package.entries:
        raise BadPackage(
            gettext_noop("The package holds no jobs, scripts, resources or CDM jobs: is it an export?")
        )
    return package


def plan_make(
    *,
    actor: Actor,
    workspace: Workspace,
    package: Package,
    options: ImportOptions,
    spool: Spool | None = None,
) -> Plan:
    """Return what an import of `package` would do; contents to be written go into `spool`, if any.

    Raises NotFound or Forbidden (policy), and BadPackage for a damaged archive. Documents that cannot
    be read or kept are rows of the plan, all of them with all reasons.
    """
    require(actor.user, workspace, Right.EDIT)
    plan = Plan()
    objects = _drafts(package, options, plan)
    while batch := list(islice(objects, OBJECTS_A_LOOK)):
        _compare(workspace, batch, options.policy, plan, spool)
    plan.rows.sort(key=lambda row: row.place)
    plan.digest = package.digest
    return plan


def _drafts(package: Package, options: ImportOptions, plan: Plan) -> Iterator[_Read]:
    """Yield the good objects of the package; the bad ones become rows of the plan."""
    objects = package_objects(package)
    seen: set[Identity] = set()
    try:
        for found in objects:
            adapted = adapt(found.kind, found.name, found.cluster, found.document, options)
            identity = Identity(found.kind, adapted.cluster, found.name)
            if identity in seen:
                plan.rows.append(PlanRow(identity, found.path, Outcome.INVALID, [Note(TWICE, {})]))
                continue
            seen.add(identity)
            try:
                draft = draft_make(found.kind, adapted.document, adapted.cluster)
            except InvalidDocument as error:
                plan.rows.append(_invalid(identity, found.path, error.problems))
            else:
                yield _Read(found.path, draft, adapted.notes)
    except BadDocuments as error:
        plan.rows.extend(_unreadable(package, error))


def _unreadable(package: Package, error: BadDocuments) -> Iterator[PlanRow]:
    names = {entry.path: entry.name for entry in package.entries}
    problems: dict[str, list[Problem]] = {}
    for found in error.problems:
        problems.setdefault(found.path, []).append(found.problem)
    for path, reasons in problems.items():
        name = names[path]
        yield _invalid(Identity(name.kind, name.cluster, name.name), path, reasons)


def _invalid(identity: Identity, path: str, problems: Sequence[Problem]) -> PlanRow:
    errors = sorted(problems, key=lambda problem: problem.level)
    notes = [problem_note(problem) for problem in errors[:NOTES_KEPT]]
    if len(errors) > NOTES_KEPT:
        notes.append(Note(MORE, {"count": len(errors) - NOTES_KEPT}))
    return PlanRow(identity, path, Outcome.INVALID, notes)


def problem_note(problem: Problem) -> Note:
    """Return a problem as a note that begins with its place."""
    params = {key: value if isinstance(value, int) else str(value) for key, value in problem.params.items()}
    return Note(problem.message, {**params, "$": problem.where})


def _compare(
    workspace: Workspace, batch: Sequence[_Read], policy: Policy, plan: Plan, spool: Spool | None
) -> None:
    """Add the rows of a batch; spool the contents that are to be written and not kept yet."""
    hashes = [sha256(read.draft.data).hexdigest() for read in batch]
    lights = [draft_lighten(read.draft, digest) for read, digest in zip(batch, hashes, strict=True)]
    standing = standings(workspace, [light.identity for light in lights])
    known = contents_known(hashes) if spool else {}
    for read, light in zip(batch, lights, strict=True):
        there = standing.get(light.identity)
        outcome = outcome_of(light, there, policy)
        plan.planned[light.identity] = there
        plan.rows.append(PlanRow(light.identity, read.path, outcome, _notes(read, light, outcome), light))
        if spool and outcome in (Outcome.NEW, Outcome.CHANGED) and light.sha256 not in known:
            spool.add(light.sha256, read.draft.data)


def outcome_of(draft: LightDraft, standing: Standing | None, policy: Policy) -> Outcome:
    """Return what an import does with an object, given what stands under its name."""
    if standing is None or not standing.alive:
        return Outcome.NEW
    if standing.sha256 == draft.sha256:
        return Outcome.SAME
    return Outcome.CHANGED if policy is Policy.OVERWRITE else Outcome.SKIPPED


def _notes(read: _Read, light: LightDraft, outcome: Outcome) -> list[Note]:
    if outcome is Outcome.SKIPPED:
        return [Note(SKIPPED, {})]
    notes = list(read.notes)
    if outcome is not Outcome.SAME:
        notes += [Note(EMPTIED, {"path": path}) for path in light.emptied]
        notes += [problem_note(problem) for problem in read.draft.warnings]
    if len(notes) > NOTES_KEPT:
        notes = [*notes[:NOTES_KEPT], Note(MORE, {"count": len(notes) - NOTES_KEPT})]
    return notes
