"""Where a package comes from: a file, a bucket of the workspace, or another workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.saved import selections_saved
from dlfportal.catalogue.selections import Choice, selection_get
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, NotFound, gettext_noop
from dlfportal.formats.zip.reader import Limits
from dlfportal.links import import_url, imports_url
from dlfportal.transfer.imports.plan import limits
from dlfportal.transfer.store.buckets import FILES_SHOWN, bucket_list, file_list
from dlfportal.transfer.store.paths import ObsPath
from dlfportal.transfer.store.storage import ObsFile
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import actor_of, workspace_of

PACKAGES_SHOWN = 100
"""So many packages of a bucket are listed, those that were written last."""
EVERYTHING = "everything"
FILE, BUCKET, WORKSPACE = "file", "bucket", "workspace"


@dataclass(frozen=True, slots=True)
class BucketFiles:
    """The packages in one bucket, newest first; `refused` is why they cannot be listed."""

    bucket: str
    files: list[ObsFile]
    more: bool = False
    refused: str = ""

    @property
    def paths(self) -> list[tuple[ObsFile, str]]:
        """Each package with its path."""
        return [(file, str(ObsPath(self.bucket, file.key))) for file in self.files]


@dataclass(frozen=True)
class PackagePage:
    """What the page that takes a package is given; `refused` is what was wrong with the last one."""

    frame: Frame
    actor: Actor
    typed: Mapping[str, str]
    refused: str = ""

    @property
    def url(self) -> str:
        """Its own address."""
        return import_url(self.frame.workspace.pk)

    @property
    def imports_url(self) -> str:
        """The plans and imports of the workspace."""
        return imports_url(self.frame.workspace.pk)

    @property
    def needs_second(self) -> bool:
        """Whether another person has to apply the plan."""
        return imports_need_second(self.frame.workspace)

    @property
    def limits(self) -> Limits:
        """What a package may have."""
        return limits()

    @property
    def entries(self) -> str:
        """How many entries a package may have."""
        return f"{self.limits.entries:,}"

    @cached_property
    def buckets(self) -> list[str]:
        """The buckets of the workspace."""
        return bucket_list(actor=self.actor, workspace=self.frame.workspace)

    @cached_property
    def bucket(self) -> BucketFiles | None:
        """The packages of the bucket that is asked for."""
        name = self.typed.get("bucket", "")
        return self._files(name) if name in self.buckets else None

    def _files(self, name: str) -> BucketFiles:
        try:
            found = file_list(
                actor=self.actor,
                workspace=self.frame.workspace,
                folder=ObsPath(name, ""),
                most=FILES_SHOWN + 1,
            )
        except (BadRequest, NotFound) as error:
            return BucketFiles(name, [], refused=error_text(error))
        packages = [file for file in found if file.key.lower().endswith(".zip")]
        packages.sort(key=lambda file: file.changed_at, reverse=True)
        more = len(packages) > PACKAGES_SHOWN or len(found) > FILES_SHOWN
        return BucketFiles(name, packages[:PACKAGES_SHOWN], more)

    @cached_property
    def origins(self) -> list[Workspace]:
        """The other workspaces that the person may look into."""
        others = workspaces_with(self.actor.user, Right.VIEW).exclude(pk=self.frame.workspace.pk)
        return list(others.order_by("project__name", "name", "pk"))

    @cached_property
    def origin(self) -> Workspace | None:
        """The one that is asked for."""
        wanted = self.typed.get("origin", "")
        return next((found for found in self.origins if found.pk == wanted), None)

    @cached_property
    def selections(self) -> list[Selection]:
        """What the person keeps in that workspace."""
        return selections_saved(actor=self.actor, workspace=self.origin) if self.origin else []


def package_page(
    request: HttpRequest, workspace_id: str, typed: Mapping[str, str], refused: str = ""
) -> PackagePage:
    """Return the page that takes a package. Raises NotFound for strangers, Forbidden without the right."""
    policy.require(request.user, workspace_of(request, workspace_id), Right.EDIT)
    frame = frame_of(request, workspace_id, "imports", (gettext("Import a package"), ""))
    return PackagePage(frame, actor_of(request), typed, refused)


def origin_asked(actor: Actor, params: Mapping[str, str]) -> tuple[Workspace, Choice]:
    """Return the other workspace that a form names, and what of it is wanted: everything, or a selection.

    Raises NotFound for strangers to it and for an unknown selection.
    """
    origin = policy.workspace_get(actor.user, params.get("origin", ""), Right.VIEW)
    wanted = params.get("what", EVERYTHING)
    if wanted == EVERYTHING:
        return origin, Choice(everything=True)
    return origin, Choice.read(selection_get(actor=actor, workspace=origin, pk=wanted).chosen)


NOTHING_CHOSEN: dict[str, str] = {
    FILE: gettext_noop("Choose a file first."),
    BUCKET: gettext_noop("Choose a package of the bucket first."),
    WORKSPACE: gettext_noop("Choose a workspace first."),
}
"""What is said of a form that was sent without its choice."""
