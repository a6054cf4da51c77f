"""The page before a download: what goes into the package and why, what stays out, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from dlfportal.catalogue.packing import Packing
from dlfportal.formats.kinds import Kind
from dlfportal.links import (
    export_last_url,
    export_needs_url,
    export_split_url,
    export_url,
    list_url,
    object_url,
    selection_export_url,
    selection_save_url,
)
from dlfportal.transfer.exports.needs import LeftSecret
from dlfportal.transfer.exports.record import PackageHead
from dlfportal.transfer.exports.selection import Contents, PackageLayout
from dlfportal.transfer.exports.splitting import JOBS_AT_MOST, PACKAGE_BYTES_AT_MOST
from dlfportal.transfer.models import Export
from dlfportal.web.pages.chosen import Chosen
from dlfportal.web.pages.exporting.accepting import AcceptPanel
from dlfportal.web.pages.exporting.asked import NAMED, Asked
from dlfportal.web.pages.exporting.needs import NeedLine
from dlfportal.web.pages.exporting.tree import Group, Row
from dlfportal.web.pages.filters import filter_params
from dlfportal.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class Numbers:
    """A package in numbers; `head` is its size, digest and gaps where these are known before it is made."""

    jobs: int
    files: int
    objects: int
    size: int
    kinds: list[tuple[Kind, str, int]]
    head: PackageHead | None = None

    jobs_most: ClassVar[int] = JOBS_AT_MOST
    size_most: ClassVar[int] = PACKAGE_BYTES_AT_MOST

    @property
    def is_large(self) -> bool:
        """Whether DataArts does not take the package in one piece, or perhaps does not."""
        return self.too_many or self.too_much

    @property
    def too_many(self) -> bool:
        """Whether it has more jobs than DataArts takes."""
        return self.jobs > JOBS_AT_MOST

    @property
    def too_much(self) -> bool:
        """Whether it has, or may have, more bytes than DataArts takes."""
        return (self.head.size if self.head else self.size) > PACKAGE_BYTES_AT_MOST


@dataclass(frozen=True, slots=True)
class ExportPage:
    """What the template of an export is given.

    `contents` is all of a package of up to 100 jobs, of a larger one a part: of such a one `dynamic`,
    `left_out` and `faults` are those of the part, and `following` says where the next part begins.
    `numbers`, `all_missing` and `flagged` are of all of it. `is_open` says whether all folders are open, so
    that a script can count again; `count_shown` is how many objects the page showed that a download was asked
    from, if the set has changed since, else "". `error` says why nothing was downloaded.
    """

    frame: Frame
    asked: Asked
    file: str
    contents: Contents
    numbers: Numbers
    all_missing: Sequence[str]
    groups: list[Group]
    accept: AcceptPanel
    needs: Sequence[NeedLine]
    needs_whole: bool
    secrets: Sequence[LeftSecret]
    flagged: Sequence[Row]
    flagged_more: bool
    unused: list[tuple[str, int]]
    dynamic: list[str]
    faults: list[str]
    last: Export | None = None
    is_open: bool = True
    is_part: bool = False
    following: str = ""
    count_shown: str = ""
    error: str = ""
    reason: str = ""
    find: str = ""

    @property
    def chosen(self) -> Chosen:
        """What goes in for itself."""
        return self.asked.chosen

    @property
    def packing(self) -> Packing:
        """How the package is made."""
        return self.asked.packing

    @property
    def is_single(self) -> bool:
        """Whether the package has the layout of one job."""
        return self.asked.layout is PackageLayout.SINGLE

    @property
    def jobs(self) -> Sequence[str]:
        """The jobs of the package, or of its part."""
        return self.contents.jobs

    @property
    def chosen_count(self) -> int:
        """How many objects go in for themselves."""
        return self.chosen.shown.count - self.asked.drafts_count

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen that is there."""
        return not self.asked.whole.shown.count and not self.asked.drafts_count

    @property
    def only(self) -> str:
        """The name of the one object that was chosen, "" for several."""
        return self.contents.chosen[0] if self.chosen_count == len(self.contents.chosen) == 1 else ""

    @property
    def missing(self) -> Sequence[str]:
        """What nothing in the workspace answers, at most so many as a page can hold."""
        return self.all_missing[:NAMED]

    @property
    def missing_left(self) -> int:
        """How many missing ones are not shown."""
        return max(0, len(self.all_missing) - NAMED)

    @property
    def left_out(self) -> Sequence[str]:
        """The jobs that those of the package start or wait for, and that it does not have."""
        return self.contents.left_out[:NAMED]

    @property
    def drafts_left(self) -> int:
        """How many jobs without a submitted version are not named."""
        return self.asked.drafts_count - len(self.asked.drafts)

    @property
    def following_url(self) -> str:
        """The address of the next part of a large package, "" behind the last."""
        return self.following and self._own_url(after=self.following, find=self.find)

    @property
    def url(self) -> str:
        """Its own address."""
        return self._own_url()

    @property
    def post_url(self) -> str:
        """The address that answers the package."""
        return export_url(self.frame.workspace.pk)

    @property
    def split_url(self) -> str:
        """The address of the parts that DataArts takes."""
        return export_split_url(self.frame.workspace.pk, self.chosen.selection_id)

    @property
    def needs_url(self) -> str:
        """The address of all that the target must have."""
        return export_needs_url(self.frame.workspace.pk, self.chosen.selection_id)

    @property
    def last_url(self) -> str:
        """The address that leads to the receipt of what the reader downloaded last from here."""
        return export_last_url(self.frame.workspace.pk, self.chosen.selection_id)

    @property
    def save_url(self) -> str:
        """The address of the form that keeps the selection under a name."""
        return selection_save_url(self.frame.workspace.pk, self.chosen.selection_id)

    @property
    def everything_url(self) -> str:
        """The address of the export of all objects of the workspace."""
        return export_url(self.frame.workspace.pk, everything="1")

    @property
    def back_url(self) -> str:
        """Where the objects were chosen."""
        workspace_id, choice = self.frame.workspace.pk, self.chosen.choice
        if only := self.chosen.only_job:
            return object_url(workspace_id, Kind.JOB, only)
        return list_url(workspace_id, choice.kind or Kind.JOB, **filter_params(choice.chosen))

    def _own_url(self, **params: str) -> str:
        return selection_export_url(self.frame.workspace.pk, self.chosen.selection_id, **params)


@dataclass(frozen=True, slots=True)
class FolderPage:
    """The open folder of one job of a large package, for a browser without scripts."""

    frame: Frame
    group: Group
    selection_id: str

    @property
    def url(self) -> str:
        """The page of the whole package."""
        return selection_export_url(self.frame.workspace.pk, self.selection_id)
