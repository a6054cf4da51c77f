"""What the forms and addresses of an export ask for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from django.http import QueryDict

from dlfportal.catalogue.packing import Labelled, Packing, packing_ticked
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.selection import PackageLayout

FORM, ALL = "packing", "all"
"""The field of a form that has ticks, and its value if the form says all of how a package is made."""


def depend_asked(params: Mapping[str, str]) -> bool:
    """Return the form field `exportDepend`: dependencies go in unless it says false."""
    return params.get("exportDepend", "true").lower() != "false"


def status_asked(params: Mapping[str, str]) -> ExportStatus:
    """Return the form field `exportStatus`: the newest revisions go out unless it asks for submitted ones."""
    submitted = params.get("exportStatus", "").upper() == ExportStatus.SUBMIT
    return ExportStatus.SUBMIT if submitted else ExportStatus.DEVELOP


def status_of(packing: Packing) -> ExportStatus:
    """Return which states a packing asks for."""
    return ExportStatus.SUBMIT if packing.submitted else ExportStatus.DEVELOP


def packing_of_job(params: Mapping[str, str]) -> Packing:
    """Return how the package of one job is made whose export an address asks for:

    in the layout of its own.
    """
    submitted = status_asked(params) is ExportStatus.SUBMIT
    return Packing(depend=depend_asked(params), submitted=submitted, single=True)


def packing_posted(packing: Packing, params: QueryDict) -> Packing:
    """Return the packing of a page once its form was sent; what the form does not speak of stays."""
    if "exportDepend" in params:
        packing = replace(packing, depend=depend_asked(params))
    if FORM not in params:
        return packing
    if params[FORM] == ALL:
        packing = replace(
            packing,
            submitted=status_asked(params) is ExportStatus.SUBMIT,
            single=params.get("layout") == PackageLayout.SINGLE,
            sub_jobs="sub_jobs" in params,
            awaited="awaited" in params,
        )
    shown = [key for text in params.getlist("shown") for key in _texts(text)]
    taken = params.getlist("take")
    return packing_ticked(packing, _labelled(shown), _labelled(taken), _clean(params.getlist("also")))


def tick_of(kind: Kind, label: str) -> str:
    """Return the value of the tick of an object: `script:load`."""
    return f"{kind}:{label}"


def _labelled(ticks: Iterable[str]) -> Iterator[Labelled]:
    """Yield what ticks stand for; what no page of ours has sent is passed over."""
    for tick in _clean(ticks):
        kind, colon, label = tick.partition(":")
        if colon and kind in set(Kind):
            yield Kind(kind), label


def _clean(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts that a row can have: U+0000 and single surrogates cannot be stored."""
    for text in texts:
        if "\0" not in text and _is_text(text):
            yield text


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _texts(text: str) -> Iterator[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(found, list):
        yield from (one for one in found if isinstance(one, str))
