"""What is wrong with a document, as a form shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from dlfportal.catalogue.texts import problem_text
from dlfportal.formats.jsonplaces import locate
from dlfportal.formats.problems import Code, JsonPath, Level, Problem

LOCATED = 50
"""So many problems of a form are shown with their line; finding each reads the text once."""

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem in the reader's language: `path` as text, `line` in the JSON, None when unknown."""

    level: Level
    json_path: JsonPath
    path: str
    line: int | None
    message: str


def shown_problems(problems: Iterable[Problem], text: str) -> list[ShownProblem]:
    """Return the problems with translated texts and their lines in `text`, errors first."""
    ordered = sorted(problems, key=lambda problem: problem.level is Level.WARNING)
    return [
        ShownProblem(
            level=problem.level,
            json_path=problem.path,
            path=problem.where,
            line=_line(problem, text) if place < LOCATED else None,
            message=problem_text(problem),
        )
        for place, problem in enumerate(islice(ordered, SHOWN))
    ]


def _line(problem: Problem, text: str) -> int | None:
    if problem.code == Code.NOT_JSON:
        return int(problem.params["line"])
    if problem.path == ("cluster",):
        return None  # the cluster of a CDM job is not in its document
    position = locate(text, problem.path)
    return position.line if position else None
