"""What is wrong with a document, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from dlfportal.errors import PortalError, gettext_noop

JsonPath = tuple[str | int, ...]
"""Where a value stands in a document: object keys as text, list places as numbers from 0."""

LONGEST_KEY = 60
"""Characters of a key in a message: a document may have a thousand problems below a key of megabytes."""

PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


class Level(StrEnum):
    """An error refuses the document; a warning is shown and the document kept as it is."""

    ERROR = "error"
    WARNING = "warning"


class Gravity(IntEnum):
    """How bad a finding is; from it follows its level in each of the two judgements (`level_of`).

    UNKEEPABLE: the portal could not keep the object or not find it again. DISALLOWED: the documents
    forbid it, but the service may know more than they say. UNUSUAL: worth a look.
    """

    UNKEEPABLE = 1
    DISALLOWED = 2
    UNUSUAL = 3


def level_of(gravity: Gravity, strict: bool) -> Level:
    """Return the level of a finding: on the wire (`strict`) or in packages and forms (design, rule 6)."""
    refused = (Gravity.UNKEEPABLE, Gravity.DISALLOWED) if strict else (Gravity.UNKEEPABLE,)
    return Level.ERROR if gravity in refused else Level.WARNING


class Code(StrEnum):
    """The stable names of findings; delivery maps them to DLF codes, together with the kind.

    `name-...` speaks of the name of the object itself, never of a node or parameter inside it.
    """

    NAME_MISSING = "name-missing"
    NAME_INVALID = "name-invalid"
    SCHEDULE_MISSING = "schedule-missing"
    SCHEDULE_INVALID = "schedule-invalid"
    DESCRIPTION_INVALID = "description-invalid"
    TYPE_MISSING = "type-missing"
    TYPE_INVALID = "type-invalid"
    CONTENT_INVALID = "content-invalid"
    LOCATION_INVALID = "location-invalid"
    REQUIRED_MISSING = "required-missing"
    INVALID = "invalid"
    REPEATED_NAME = "repeated-name"
    UNKNOWN_NODE = "unknown-node"
    LOOP = "loop"
    # Found while reading the JSON text.
    NOT_UTF8 = "not-utf8"
    NOT_JSON = "not-json"
    REPEATED_KEY = "repeated-key"
    NUMBER = "number"
    TEXT = "text"
    DEPTH = "depth"
    # Of the times of a schedule.
    CRON = "cron"
    TIME = "time"
    # Only ever warnings, in both judgements.
    RANGE = "range"
    ENUM = "enum"
    SPELLING = "spelling"
    CREDENTIAL = "credential"
    WRONG_TYPE = "wrong-type"
    CHARACTERS = "characters"
    DIRECTORY = "directory"
    NODE_COUNT = "node-count"
    SELF_REFERENCE = "self-reference"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: its level, its place, a stable `code` for programs, and a text for people.

    `message` is an English template with `%(name)s` places filled from `params` after translation.
    `is_disallowed`: the documents forbid it, so DataArts would refuse it, whatever its level here.
    """

    level: Level
    path: JsonPath
    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    is_disallowed: bool = False

    @property
    def where(self) -> str:
        """The place as people write it: `$.nodes[39].preNodeName[0]`."""
        return show_path(self.path)

    def __str__(self) -> str:
        return f"{self.where}: {self.message % self.params if self.params else self.message}"


def show_path(path: JsonPath) -> str:
    """Write `path` as text: `$.nodes[39].name`; keys that are not plain words are quoted, long ones cut."""
    parts = ["$"]
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
            continue
        if len(step) > LONGEST_KEY:
            step = f"{step[: LONGEST_KEY - 1]}…"
        if PLAIN_KEY.match(step):
            parts.append(f".{step}")
        else:
            parts.append(f"[{step!r}]")
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, before it is decided what that means here: a problem without its level."""

    gravity: Gravity
    path: JsonPath
    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def judged(self, strict: bool) -> Problem:
        """Return the finding as a problem of the strict or the tolerant judgement."""
        level, disallowed = level_of(self.gravity, strict), self.gravity is not Gravity.UNUSUAL
        return Problem(level, self.path, self.code, self.message, self.params, disallowed)


class InvalidDocument(PortalError):
    """A document is refused; `problems` holds every error found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            gettext_noop("The document has errors: %(problems)s"),
            problems="; ".join(str(problem) for problem in self.problems),
        )
