"""The pages of the help: its topics, who each is for, and the examples in them.

A new topic is a row of `TOPICS` and its text in `templates/help/topics/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, is_superuser, may_enter_admin, workspaces_with
from dlfportal.catalogue.counts import kind_counts
from dlfportal.catalogue.selectors import object_list
from dlfportal.errors import Forbidden, NotFound, gettext_noop
from dlfportal.formats.kinds import Kind

Person = User | AnonymousUser
WORKSPACES_LOOKED_AT = 20


class Reader(Enum):
    """For whom a topic is: all, those who may edit somewhere, or superusers."""

    ALL = auto()
    EDITOR = auto()
    SUPERUSER = auto()


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the help: its word in the address, its group, heading, first sentence, and its reader.

    `picture` names those of `make pictures` that show what it is about, one for each language.
    """

    key: str
    group: Promise
    title: Promise
    lead: Promise
    reader: Reader = Reader.ALL
    picture: str = ""

    @property
    def url(self) -> str:
        """The address of the page."""
        return reverse("web:help-topic", args=[self.key])

    @property
    def template(self) -> str:
        """The template of its text."""
        return f"help/topics/{self.key}.html"

    @property
    def picture_path(self) -> str:
        """The static path of its picture in the reader's language; empty without one."""
        return f"img/{self.picture}.{get_language()}.webp" if self.picture else ""


LOOK = _("Look")
CHANGE = _("Change")
TRANSFER = _("Export and import")
PEOPLE = _("People")
PROGRAMS = _("Programs")

TOPICS = (
    Topic("portal", LOOK, _("What the portal is"), _("What it keeps, and the words that every page uses.")),
    Topic("find", LOOK, _("Find things"), _("From a name, or a part of it, to the page of the object.")),
    Topic(
        "overview",
        LOOK,
        _("The overview of a workspace"),
        _("What it holds, when its jobs run, what is wrong, and what was done last."),
        picture="overview",
    ),
    Topic(
        "lists",
        LOOK,
        _("Lists, filters and selections"),
        _("Narrow a list, choose its columns, and select what you want to export."),
        picture="list",
    ),
    Topic(
        "jobs",
        LOOK,
        _("The page of a job"),
        _("Its graph, its schedule, what it uses and what uses it; scripts, resources and CDM jobs alike."),
        picture="graph",
    ),
    Topic(
        "revisions",
        LOOK,
        _("Revisions and versions"),
        _("Every change is kept: look at what an object was, and at what has changed since."),
        picture="difference",
    ),
    Topic(
        "edit",
        CHANGE,
        _("Edit, and lose nothing"),
        _("Change an object, submit it, and keep your text whatever happens."),
        Reader.EDITOR,
    ),
    Topic(
        "export",
        TRANSFER,
        _("How to export"),
        _("One job, several, all that match, or everything, as a zip package."),
    ),
    Topic(
        "compare",
        TRANSFER,
        _("Compare workspaces"),
        _("What two places have in common and what not, and how to take the difference along."),
    ),
    Topic(
        "import",
        TRANSFER,
        _("How to import"),
        _("Bring a package into a workspace, whole or not at all."),
        Reader.EDITOR,
    ),
    Topic("activity", PEOPLE, _("Activity"), _("Who did what, when and through which channel.")),
    Topic("roles", PEOPLE, _("Members and roles"), _("Who sees a workspace, and what they may do in it.")),
    Topic(
        "preferences", PEOPLE, _("Preferences"), _("Language, theme, time zone and rows, as you like them.")
    ),
    Topic(
        "api", PROGRAMS, _("The API"), _("Let programs do it: tokens, access keys, and Huawei's own SDKs.")
    ),
    Topic(
        "operators",
        PROGRAMS,
        _("For operators"),
        _("The commands on the machine of the portal."),
        Reader.SUPERUSER,
    ),
)
BY_KEY = {topic.key: topic for topic in TOPICS}


@dataclass(frozen=True, slots=True)
class Example:
    """What examples speak of: a workspace of the reader's own and a job that it holds, or placeholders."""

    origin: str
    project_id: str
    workspace_id: str
    job: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The contents list, and one topic of it; `topic` is None on the first page.

    `may_edit` and `may_manage` say whether the reader may edit in some workspace and choose its members.
    """

    groups: list[tuple[Promise, list[Topic]]]
    topic: Topic | None
    before: Topic | None
    after: Topic | None
    example: Example
    may_edit: bool
    may_manage: bool


def help_page(request: HttpRequest, key: str = "") -> HelpPage:
    """Return the page of the topic `key`, or the first page. Raises NotFound and Forbidden."""
    if key and key not in BY_KEY:
        raise NotFound(gettext_noop("The help has no such page."))
    may_edit = may_enter_admin(request.user)
    shown = topics_for(request.user, may_edit)
    topic = BY_KEY[key] if key else None
    if topic and topic not in shown:
        raise Forbidden(gettext_noop("This page of the help is about what your role does not allow."))
    place = shown.index(topic) if topic else -1
    return HelpPage(
        groups=[(group, list(found)) for group, found in groupby(shown, key=lambda one: one.group)],
        topic=topic,
        before=shown[place - 1] if place > 0 else None,
        after=shown[place + 1] if topic and place + 1 < len(shown) else None,
        example=_example(request, topic),
        may_edit=may_edit,
        may_manage=workspaces_with(request.user, Right.MANAGE).exists(),
    )


def topics_for(user: Person, may_edit: bool) -> list[Topic]:
    """Return the topics of what the reader may do."""
    readers = {Reader.ALL: True, Reader.EDITOR: may_edit, Reader.SUPERUSER: is_superuser(user)}
    return [topic for topic in TOPICS if readers[topic.reader]]


def _example(request: HttpRequest, topic: Topic | None) -> Example:
    """Return the first workspace where the reader may do what the topic says, one with jobs if there is."""
    origin = f"{request.scheme}://{request.get_host()}"
    right = Right.EDIT if topic and topic.reader is not Reader.ALL else Right.VIEW
    workspaces = workspaces_with(request.user, right).filter(project__enabled=True)
    found = list(workspaces.order_by("name", "id")[:WORKSPACES_LOOKED_AT])
    if not found:
        return Example(origin, "PROJECT_ID", "", "JOB_NAME")
    counts = kind_counts(found)
    chosen = next((one for one in found if counts[one.pk][Kind.JOB]), found[0])
    return Example(origin, chosen.project_id, chosen.pk, _job_of(chosen))


def _job_of(workspace: Workspace) -> str:
    """Return the name of the first job of a workspace, or a placeholder."""
    name = object_list(workspace, Kind.JOB).values_list("name", flat=True).first()
    return name or "JOB_NAME"
