"""What was ticked in the list of a comparison, as one of both sides has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict

from dlfportal.catalogue.selections import Choice
from dlfportal.formats.kinds import Kind
from dlfportal.web.pages.comparing.page import SidesPage
from dlfportal.web.pages.comparing.pairing import HERE, THERE, pair_params

PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Ticked:
    """The objects that one side has, by name; `left` counts the pairs that only the other one has."""

    choice: Choice
    left: int


def ticked_of(page: SidesPage, is_there: bool) -> Ticked:
    """Return what of the ticked pairs, or of all that are shown, one side has.

    The parameters are those of the form: `pair`s that are ticked, or `all` without the `except`ed ones.
    """
    names: dict[Kind, list[str]] = {}
    left = 0
    for value in dict.fromkeys(_values(page)):
        one = QueryDict(value)
        if one.get("kind") not in list(Kind):
            continue
        if label := one.get(THERE if is_there else HERE, "").replace("\0", "\N{REPLACEMENT CHARACTER}"):
            names.setdefault(Kind(one["kind"]), []).append(label)
        else:
            left += 1
    return Ticked(Choice(names), left)


def _values(page: SidesPage) -> Iterator[str]:
    params = page.params
    if ticked := params.getlist(PAIR) if params.get("all") != "1" else []:
        return iter(ticked)
    left_out = set(params.getlist("except"))
    return (value for pair in page.shown if (value := pair_params(pair).urlencode()) not in left_out)
