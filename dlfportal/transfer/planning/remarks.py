"""What the remarks of a plan are about: counted over the whole of it, and the objects that have one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast

from dlfportal.formats.rules import CREDENTIAL_LINE, CREDENTIAL_PARAM
from dlfportal.transfer.imports.drafts import DYNAMIC, EMPTIED, EMPTY
from dlfportal.transfer.imports.missing import USED
from dlfportal.transfer.models import ImportItem, ImportRun, Outcome


class Remark(StrEnum):
    """What a remark is about. `mapped` objects have names that the mapping changed."""

    MISSING = "missing"
    EMPTY = "empty"
    CREDENTIAL = "credential"
    DYNAMIC = "dynamic"
    MAPPED = "mapped"


TEMPLATES: Mapping[Remark, Sequence[str]] = {
    Remark.MISSING: tuple(USED.values()),
    Remark.EMPTY: (EMPTIED, EMPTY),
    Remark.CREDENTIAL: (CREDENTIAL_LINE, CREDENTIAL_PARAM),
    Remark.DYNAMIC: tuple(DYNAMIC.values()),
}
NOT_PLAIN = re.compile(r"%\(\w+\)s|[^ -~]|[\"\\]")
"""What of a template does not stand in the JSON of a note as it is."""


def remarked(items: QuerySet[ImportItem], remark: Remark) -> QuerySet[ImportItem]:
    """Return those of some objects of a plan that have a remark of a kind, and are not invalid."""
    return _with_notes(items).filter(_has(remark))


def remarks_counted(run: ImportRun) -> dict[Remark, int]:
    """Return how many objects of a plan have a remark of each kind. One query."""
    items = _with_notes(run.items.order_by()).filter(~Q(messages=[]) | Q(mapped__isnull=False))
    counted = {str(remark): Count("pk", filter=_has(remark)) for remark in Remark}
    return {Remark(name): count for name, count in items.aggregate(**counted).items()}


def _with_notes(items: QuerySet[ImportItem]) -> QuerySet[ImportItem]:
    valid = items.exclude(outcome=Outcome.INVALID)
    return valid.alias(noted=Cast("messages", TextField()))


def _has(remark: Remark) -> Q:
    if remark is Remark.MAPPED:
        return Q(mapped__isnull=False)
    found = Q()
    for template in TEMPLATES[remark]:
        found |= Q(noted__contains=max(NOT_PLAIN.split(template), key=len))
    return found
