"""The package of a plan that takes objects of another workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require, workspace_get
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.selections import Choice, Resolved, choice_resolve
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import export_jobs
from dlfportal.transfer.exports.selection import not_submitted
from dlfportal.transfer.imports.plan import check_size
from dlfportal.transfer.imports.runs import RunLost
from dlfportal.transfer.models import ImportRun, RunPhase, RunStatus
from dlfportal.transfer.store.uploads import upload_drop, upload_keep

BROUGHT = "brought"
"""In the records of both workspaces: the package went from one to the other."""
GIVEN_UP = gettext_noop("The plan was given up meanwhile. Have it made again.")


class NothingChosen(BadRequest):
    """What was chosen means no object (any more)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken of another workspace: the objects of a choice, with what they use if `depend`, in their
    newest or their submitted states.
    """

    choice: Choice
    submitted: bool
    depend: bool

    def write(self, origin: Workspace) -> dict[str, Any]:
        """Return it as `ImportRun.brings` keeps it, with where it is taken from."""
        return {
            "origin": origin.pk,
            "choice": self.choice.write(),
            "submitted": self.submitted,
            "depend": self.depend,
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Wanted:
        """Return what was kept."""
        return cls(Choice.read(kept["choice"]), kept["submitted"], kept["depend"])


def wanted_resolve(origin: Workspace, wanted: Wanted) -> Resolved:
    """Return the objects that are meant now. Raises NothingChosen, and NotSubmitted for a job without."""
    resolved = choice_resolve(origin, wanted.choice)
    if not any(objects.exists() for objects in resolved.parts()):
        raise NothingChosen(gettext_noop("Nothing that was chosen is there (any more): choose again."))
    if wanted.submitted and resolved.jobs.filter(version=None).exists():
        raise not_submitted()
    return resolved


@contextmanager
def package_made(actor: Actor, origin: Workspace, wanted: Wanted) -> Iterator[BinaryIO]:
    """Give the package of what is wanted to read. It is recorded in the other workspace as an export.

    Raises NotFound (policy), and as `wanted_resolve`.
    """
    require(actor.user, origin, Right.VIEW)
    resolved = wanted_resolve(origin, wanted)
    package = export_jobs(
        actor=actor,
        workspace=origin,
        jobs=resolved.jobs,
        others=resolved.others,
        depend=wanted.depend,
        status=ExportStatus.SUBMIT if wanted.submitted else ExportStatus.DEVELOP,
        selection=wanted.choice.write(),
        noted={BROUGHT: True},
    )
    with TemporaryFile() as file:
        with closing(package.stream) as stream:
            for piece in stream:
                file.write(piece)
        yield cast(BinaryIO, file)


def package_bring(run: ImportRun, actor: Actor) -> None:
    """Make and keep the package of a plan that is being made, if it takes what it holds from elsewhere.

    Raises NotFound or Forbidden (policy, of both workspaces, as they are now), as `package_made`, BadPackage
    for a package over the limit, ObsUnwritable, and RunLost if the plan was given up meanwhile.
    """
    if not run.brings or run.package:
        return
    require(actor.user, run.workspace, Right.EDIT)
    origin = workspace_get(actor.user, run.brings["origin"])
    planning = ImportRun.objects.filter(pk=run.pk, status=RunStatus.PLANNING)
    planning.update(phase=RunPhase.GATHERING)
    with package_made(actor, origin, Wanted.read(run.brings)) as file:
        check_size(file.seek(0, 2))
        package = upload_keep(file)
    if not planning.update(package=str(package), phase=RunPhase.READING):
        upload_drop(package)
        raise RunLost(GIVEN_UP)
    run.package = str(package)
