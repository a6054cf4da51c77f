"""The plan of an import: every object of a package beside what the workspace holds. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.contents import contents_known
from dlfportal.catalogue.drafts import Identity, LightDraft
from dlfportal.catalogue.existing import Existing, existing_objects
from dlfportal.chunks import pieces
from dlfportal.errors import gettext_noop
from dlfportal.formats.fields import shown
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Problem
from dlfportal.formats.zip.limits import NO_OBJECTS
from dlfportal.formats.zip.reader import (
    BadDocuments,
    BadPackage,
    IncomingPackage,
    Limits,
    Recognise,
    Spread,
    open_package,
)
from dlfportal.transfer.imports.adapt import Note
from dlfportal.transfer.imports.drafts import Changes, Drafted, drafts, names_told, notes_cut, problem_notes
from dlfportal.transfer.imports.missing import missing_note
from dlfportal.transfer.imports.options import ImportOptions, Policy, Request
from dlfportal.transfer.imports.rows import PlanRow, Reviewed
from dlfportal.transfer.imports.spool import Spool
from dlfportal.transfer.models import Outcome

OBJECTS_A_LOOK = 1000
BYTES_A_LOOK = 16 * 1024 * 1024
"""So much of a package is compared with the workspace at once."""

SKIPPED = gettext_noop("It exists already and was left as it is: the policy is SKIP.")
UNUSED = {
    "params": gettext_noop("No job of the package has the parameter %(name)s; its value was ignored."),
    "jobsParam": gettext_noop("The package has no job %(name)s; the values for it were ignored."),
    "resources": gettext_noop("Nothing in the package uses %(name)s, so nothing was replaced by it."),
}
IGNORED = gettext_noop("Other files in the package were ignored: %(count)s (%(names)s).")
IGNORED_TOLD = 20
TWICE = gettext_noop("Two objects of the package would have this name. Leave one out.")


Looked = Mapping[Identity, Existing | None]
"""What stands under some identities, None where nothing does."""


@dataclass(slots=True)
class Plan:
    """What an import does: all of its rows, and what stood in the workspace when it was made.

    `notes` is what a person should know of the package as a whole.
    """

    rows: list[PlanRow] = field(default_factory=list)
    planned: dict[Identity, Existing | None] = field(default_factory=dict)
    digest: str = ""
    notes: list[Note] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many objects have each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome.value: found[outcome] for outcome in Outcome}

    @property
    def invalid(self) -> list[PlanRow]:
        """The invalid objects that nobody has left out."""
        return [row for row in self.rows if row.outcome is Outcome.INVALID and not row.is_left_out]

    @property
    def is_valid(self) -> bool:
        """Whether the plan can be applied: not with an invalid object, since an import is all or nothing."""
        return not self.invalid

    @property
    def may_apply(self) -> bool:
        """Whether there is something to write, and nothing in its way."""
        return self.is_valid and bool(self.writes)

    @property
    def writes(self) -> list[LightDraft]:
        """The drafts the import writes."""
        wanted = (Outcome.NEW, Outcome.CHANGED)
        return [row.draft for row in self.rows if row.draft and row.outcome in wanted and not row.is_left_out]


def limits() -> Limits:
    """Return the limits on packages that come in, from the settings."""
    return Limits(**settings.DLF_IMPORT_LIMITS)


def check_size(size: int) -> None:
    """Refuse a package file over the limit before it is fetched. Raises BadPackage."""
    if size > (most := limits().package_bytes):
        raise BadPackage(gettext_noop("The package has more than %(limit)s bytes. Split it."), limit=most)


def package_open(file: BinaryIO) -> IncomingPackage:
    """Return the package in `file` after the checks of its archive. Raises BadPackage."""
    package = open_package(file, limits())
    if not package.entries:
        raise BadPackage(NO_OBJECTS)
    return package


def plan_make(
    *,
    actor: Actor,
    workspace: Workspace,
    package: IncomingPackage,
    options: ImportOptions,
    spread: Spread = map,
    spool: Spool | None = None,
    changes: Changes | None = None,
    looked: Looked | None = None,
    recognise: Recognise[Drafted] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Plan:
    """Return what an import of `package` would do; contents to be written go into `spool`, if any.

    `spread`, from `drafts.spreading`, says where the documents are judged. `changes` are those of a plan
    that people look at, where what the policy leaves as it is may yet be taken: it is `CHANGED`. `looked` is
    what was seen of the workspace already, and `recognise` tells entries that hold just that. `progress` is
    called with how many objects have been looked at.

    Raises NotFound or Forbidden (policy), and BadPackage for a damaged archive. Documents that cannot
    be read or kept are rows of the plan, all of them with all reasons.
    """
    require(actor.user, workspace, Right.EDIT)
    plan, unused = Plan(), options.requests
    looked = looked or {}
    policy = Policy.OVERWRITE if changes and changes.reviewed else options.policy
    found = drafts(package, options, spread, keep=spool is not None, changes=changes, recognise=recognise)
    good = _good(found, plan, unused, may_meet=bool(changes and changes.renames))
    for batch in pieces(good, _size, OBJECTS_A_LOOK, BYTES_A_LOOK):
        _compare(workspace, batch, policy, plan, spool, looked)
        progress(len(plan.rows))
    plan.rows.sort(key=lambda row: row.place)
    plan.notes = [
        *_ignored(package.ignored),
        *missing_note(workspace, plan.rows),
        *notes_cut([Note(UNUSED[one.option], {"name": shown(one.name)}) for one in sorted(unused)]),
    ]
    plan.digest = package.digest
    return plan


def _ignored(paths: Sequence[str]) -> Iterator[Note]:
    """Yield what is to be said of files that hold no object."""
    if paths:
        yield Note(IGNORED, {"count": len(paths), "names": names_told(paths, IGNORED_TOLD)})


def _good(objects: Iterator[Drafted], plan: Plan, unused: set[Request], may_meet: bool) -> Iterator[Drafted]:
    """Yield the good ones of the package's objects; the bad ones become rows of the plan.

    What any object has a place for is taken out of `unused`. Of two objects that get one name, as when two
    clusters become one, equal ones are one; most objects keep their names.
    """
    seen: dict[Identity, str] = {}
    try:
        for found in objects:
            unused -= found.used
            if found.draft is None:
                plan.rows.append(_invalid(found.identity, found.path, found.notes))
            elif not may_meet and found.identity.kind is not Kind.CDM_JOB:
                yield found
            elif (target := found.draft.identity) not in seen:
                seen[target] = found.draft.sha256
                yield found
            elif seen[target] != found.draft.sha256:
                plan.rows.append(_invalid(found.identity, found.path, [Note(TWICE, {})]))
    except BadDocuments as error:
        plan.rows.extend(_unreadable(error))


def _size(found: Drafted) -> int:
    return len(found.content.data) if found.content else 0


def _unreadable(error: BadDocuments) -> Iterator[PlanRow]:
    problems: dict[tuple[str, Identity], list[Problem]] = {}
    for found in error.problems:
        problems.setdefault((found.path, Identity(*found.key)), []).append(found.problem)
    for (path, identity), reasons in problems.items():
        yield _invalid(identity, path, problem_notes(reasons))


def _invalid(identity: Identity, path: str, notes: Sequence[Note]) -> PlanRow:
    """Return the row of an object that cannot be kept, with its entry in front of every reason."""
    told = [
        note._replace(params={**note.params, "$": f"{path} {note.params.get('$', '')}".rstrip()})
        for note in notes
    ]
    return PlanRow(identity, Outcome.INVALID, told, path=path)


def _compare(
    workspace: Workspace,
    batch: Sequence[Drafted],
    policy: Policy,
    plan: Plan,
    spool: Spool | None,
    looked: Looked,
) -> None:
    """Add the rows of a batch; spool the contents that are to be written and not kept yet."""
    found = [(one, one.draft) for one in batch if one.draft]
    asked = [draft.identity for _one, draft in found if draft.identity not in looked]
    existing = existing_objects(workspace, asked) if asked else {}
    to_keep = [draft.sha256 for one, draft in found if one.content]
    known = contents_known(to_keep) if spool and to_keep else {}
    for one, draft in found:
        there = looked.get(draft.identity) or existing.get(draft.identity)
        outcome = outcome_of(draft, there, policy)
        plan.planned[draft.identity] = there
        reviewed = Reviewed(one.review) if one.review else None
        plan.rows.append(PlanRow(one.identity, outcome, _notes(one, outcome), draft, reviewed=reviewed))
        writes = outcome in (Outcome.NEW, Outcome.CHANGED)
        if spool and one.content and writes and draft.sha256 not in known:
            spool.add(one.content)


def outcome_of(draft: LightDraft, existing: Existing | None, policy: Policy) -> Outcome:
    """Return what an import does with an object, given what stands under its name."""
    if existing is None or not existing.alive:
        return Outcome.NEW
    if existing.sha256 == draft.sha256:
        return Outcome.SAME
    return Outcome.CHANGED if policy is Policy.OVERWRITE else Outcome.SKIPPED


def _notes(found: Drafted, outcome: Outcome) -> Sequence[Note]:
    """Return what a person should know; nothing is said of a document that is not written."""
    if outcome is Outcome.SKIPPED:
        return [Note(SKIPPED, {})]
    return () if outcome is Outcome.SAME or not found.notes else found.notes
