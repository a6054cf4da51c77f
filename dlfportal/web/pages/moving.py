"""The pages that rename an object, copy it to a new name, and move it to another folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.catalogue.counts import folder_counts
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.moving import has_folders
from dlfportal.catalogue.renaming import FOLLOWED, Follower, RenamePlan, name_check, rename_plan
from dlfportal.catalogue.selectors import ObjectMissing, document_of, object_get
from dlfportal.catalogue.texts import error_text, problem_text
from dlfportal.errors import PortalError
from dlfportal.formats.difference.documents import difference
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument, show_path
from dlfportal.links import moving_url, url_of, with_query
from dlfportal.web.pages.difference import DifferencePart
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import workspace_of

DIFFERENCES = 20
DIFFERENCE_BYTES = 2 * 1024 * 1024
"""Of so many objects, with documents of so many bytes, the difference is shown; of others the places."""
PLACES_NAMED = 20
"""So many places of one object are named on the page; all are changed."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The object that a page is about, at its newest revision, whose reader may edit it."""

    frame: Frame
    target: CatalogueObject
    revision: Revision
    reader: User | AnonymousUser

    @property
    def spec(self) -> KindSpec:
        """What is particular to its kind."""
        return KINDS[Kind(self.target.kind)]

    @property
    def url(self) -> str:
        """The address of its page."""
        return url_of(self.target)


def subject_of(request: HttpRequest, workspace_id: str, kind: Kind, name: str, label: str) -> Subject:
    """Return the object at its newest revision. Raises NotFound, or Forbidden for who may not edit it."""
    cluster = request.GET.get("cluster")
    space = workspace_of(request, workspace_id)
    policy.require(request.user, space, Right.CHANGE)
    target = object_get(space, kind, name, cluster)
    if target.revision is None:  # only while it is being written
        raise ObjectMissing(kind, name)
    frame = frame_of(request, workspace_id, kind, (name, url_of(target)), (label, ""))
    return Subject(frame, target, target.revision, request.user)


class NameForm(forms.Form):
    """A new name beside that of an object; `warnings` is what DLF may not like of it."""

    name = forms.CharField(
        label=_("New name"),
        max_length=255,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, subject: Subject, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"name": subject.target.name})
        self.subject = subject
        self.warnings: list[str] = []

    def clean_name(self) -> str:
        """Return the name if an object can have it here."""
        name = str(self.cleaned_data["name"])
        try:
            found = name_check(self.subject.target, self.subject.revision, name)
        except PortalError as error:
            raise forms.ValidationError(said(error)) from error
        self.warnings = [problem_text(problem) for problem in found]
        return name


class RenameForm(NameForm):
    """The new name of an object, and why it gets one."""

    reason = forms.CharField(label=_("Reason"), max_length=255, required=False)

    def clean_name(self) -> str:
        """Return the name if it is another one that the object can have."""
        if self.cleaned_data["name"] == self.subject.target.name:
            raise forms.ValidationError(gettext("This is its name already."))
        return super().clean_name()


class MoveForm(forms.Form):
    """The folder of an object."""

    directory = forms.CharField(
        label=_("Folder"),
        max_length=500,
        required=False,
        help_text=_("Such as /retail/ods. A folder that is not there yet begins with this object."),
        widget=forms.TextInput(attrs={"list": "folders", "autocomplete": "off", "spellcheck": "false"}),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a document that names the object: its node, if it is in one, and its path."""

    node: str
    path: str


@dataclass(frozen=True, slots=True)
class FollowerLine:
    """An object that names the one to be renamed, and where."""

    object: CatalogueObject
    url: str
    workspace: str
    places: list[Place]
    more: int
    difference: DifferencePart | None

    @property
    def label(self) -> str:
        """The name of its kind."""
        return KINDS[Kind(self.object.kind)].label


@dataclass(frozen=True, slots=True)
class StayingLine:
    """A job of another workspace that goes on to wait for the old name."""

    object: CatalogueObject
    url: str
    workspace: str


@dataclass(frozen=True, slots=True)
class UnfollowedLine:
    """An object that may name it by an expression."""

    object: CatalogueObject
    url: str
    expressions: list[str]


class SubjectPage:
    """What the pages share: they show the frame of their subject."""

    subject: Subject

    @property
    def frame(self) -> Frame:
        """What the page shows around its content."""
        return self.subject.frame


@dataclass(frozen=True)
class RenamePage(SubjectPage):
    """What renaming an object changes: `ready` once a name is given that it can have. `follow`: whether what
    points to it is to be changed too; `stale`: what the reader was shown is not what stands now.
    """

    subject: Subject
    form: RenameForm
    plan: RenamePlan
    ready: bool
    follow: bool
    stale: str = ""
    most = FOLLOWED

    @property
    def address(self) -> str:
        """The address of this page."""
        return moving_url("rename", self.subject.target)

    @property
    def again_url(self) -> str:
        """The address where another name is asked for."""
        return with_query(self.address.partition("?")[0], {"cluster": self.subject.target.cluster})

    @cached_property
    def followers(self) -> list[FollowerLine]:
        """What points to it: with the difference that following makes, or beyond some, with the places."""
        left, lines = DIFFERENCE_BYTES, []
        for number, one in enumerate(self.plan.followers):
            left -= one.object.size
            compared = self.ready and number < DIFFERENCES and left >= 0
            lines.append(self._line(one, _difference(one, self.plan.name) if compared else None))
        return lines

    def _line(self, one: Follower, difference: DifferencePart | None) -> FollowerLine:
        return FollowerLine(
            one.object,
            url_of(one.object),
            self._workspace(one.object),
            [Place(place.node, show_path(place.path)) for place in one.places[:PLACES_NAMED]],
            max(len(one.places) - PLACES_NAMED, 0),
            difference,
        )

    def _workspace(self, found: CatalogueObject) -> str:
        """Return the name of the workspace of an object, "" for the one of the page."""
        return "" if found.workspace_id == self.frame.workspace.pk else workspace_label(found.workspace)

    @property
    def staying(self) -> list[StayingLine]:
        """The jobs that wait for it in workspaces in which the reader may only look."""
        return [StayingLine(one, url_of(one), workspace_label(one.workspace)) for one in self.plan.staying]

    @cached_property
    def unfollowed(self) -> list[UnfollowedLine]:
        """What may name it by an expression, which stays."""
        return [
            UnfollowedLine(one.object, url_of(one.object), one.expressions) for one in self.plan.unfollowed
        ]


def workspace_label(workspace: Workspace) -> str:
    """Return a workspace as pages of another one name it, which selected its project."""
    return f"{workspace.project.name} / {workspace.name}"


def _difference(follower: Follower, name: str) -> DifferencePart:
    """Return what following makes of a document."""
    kind, before = Kind(follower.object.kind), document_of(follower.revision)
    return DifferencePart(difference(kind, before, follower.document(name)), follower.object.name)


def rename_page(
    subject: Subject, data: Mapping[str, Any], *, follow: bool = True, error: PortalError | None = None
) -> RenamePage:
    """Return the page for what was asked for by now; `error` is why it was not done."""
    form = RenameForm(subject, data if "name" in data else None)
    ready = form.is_valid()
    name = form.cleaned_data["name"] if ready else subject.target.name
    plan = rename_plan(subject.target, name, subject.reader)
    return RenamePage(subject, form, plan, ready, follow, said(error) if error and ready else "")


@dataclass(frozen=True)
class CopyPage(SubjectPage):
    """The form that copies an object."""

    subject: Subject
    form: NameForm

    @property
    def address(self) -> str:
        """The address of this page."""
        return moving_url("copy", self.subject.target)


@dataclass(frozen=True)
class MovePage(SubjectPage):
    """The form that puts an object into another folder; `folders` are those of its kind."""

    subject: Subject
    form: MoveForm
    folders: list[str]

    @property
    def address(self) -> str:
        """The address of this page."""
        return moving_url("move", self.subject.target)


def move_page(subject: Subject, form: MoveForm | None = None) -> MovePage:
    """Return the page. Raises NotFound for an object of a kind without folders."""
    target = subject.target
    if not has_folders(Kind(target.kind)):
        raise ObjectMissing(Kind(target.kind), target.name)
    found = [directory for directory, _count in folder_counts(subject.frame.workspace, Kind(target.kind))[0]]
    form = form or MoveForm(initial={"directory": target.directory})
    return MovePage(subject, form, sorted({"/", *found}))


def moving_urls(target: CatalogueObject) -> dict[str, str]:
    """Return the addresses of what this module shows of an object, by their words."""
    pages = ("rename", "copy", "move") if has_folders(Kind(target.kind)) else ("rename", "copy")
    return {page: moving_url(page, target) for page in pages}


def said(error: PortalError) -> str:
    """Return an error in the reader's words; of a refused document what is wrong, the place being known."""
    if isinstance(error, InvalidDocument):
        return " ".join(problem_text(problem) for problem in error.problems)
    return error_text(error)
