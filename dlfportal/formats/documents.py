"""What is asked of a document by its kind: what is wrong with it, its name, and what it points to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dlfportal.errors import gettext_noop
from dlfportal.formats.fields import NOT_LIST, NOT_OBJECT, NOT_WHOLE, name_fault
from dlfportal.formats.jsontext import levels
from dlfportal.formats.kinds import Kind
from dlfportal.formats.normalise import CDM_PLACEHOLDER, Prepared, prepare
from dlfportal.formats.problems import Code, Finding, Gravity, JsonPath, Level, Problem
from dlfportal.formats.references import Reference, Target
from dlfportal.formats.registry import FORMATS
from dlfportal.formats.shapes import items

__all__ = [
    "CDM_PLACEHOLDER",
    "Code",
    "Prepared",
    "cluster_problem",
    "find_dynamic",
    "find_naming",
    "find_references",
    "find_restarts",
    "judge",
    "name_of",
    "prepare",
]

MOST_PROBLEMS = 1000
"""A document made to be wrong in a million places is answered with a thousand of them, the worst first."""

MOST_ITEMS = 50_000
"""A job as large as DLF allows has a tenth of that; more would only serve to keep the portal busy."""

PLAIN_FAULTS: Mapping[str, tuple[Gravity, Code, str]] = {
    # pydantic's own error types. Wrong plain values are kept (section 1.8).
    "model_type": (Gravity.DISALLOWED, Code.INVALID, NOT_OBJECT),
    "dict_type": (Gravity.DISALLOWED, Code.INVALID, NOT_OBJECT),
    "list_type": (Gravity.DISALLOWED, Code.INVALID, NOT_LIST),
    "string_type": (Gravity.UNUSUAL, Code.WRONG_TYPE, gettext_noop("This should be text.")),
    "int_type": (Gravity.UNUSUAL, Code.WRONG_TYPE, NOT_WHOLE),
    "bool_type": (Gravity.UNUSUAL, Code.WRONG_TYPE, gettext_noop("This should be true or false.")),
}
OTHER_FAULT = (Gravity.DISALLOWED, Code.INVALID, gettext_noop("This value is not possible here."))


def judge(kind: Kind, document: Any, *, strict: bool = False) -> list[Problem]:
    """Return all that is wrong with `document`, errors and warnings, in document order; never raises.

    What has an error must be refused. `strict` follows the documents (sections 1, 4, 5, 6 and the advice
    of 1.8), as create and update of v1 do. Otherwise only what cannot be kept or found again is an error:
    the service may know more than the documents say (design, rule 6).
    """
    return [finding.judged(strict) for finding in _findings(kind, document)]


def _findings(kind: Kind, document: Any) -> list[Finding]:
    if _is_huge(document):
        message = gettext_noop("The document has more than %(limit)s list items.")
        return [Finding(Gravity.UNKEEPABLE, (), Code.INVALID, message, {"limit": MOST_ITEMS})]
    findings = list(_model_findings(kind, document))
    if isinstance(document, dict):
        findings += (found for rule in FORMATS[kind].rules for found in rule(document))
    if len(findings) > MOST_PROBLEMS:
        findings = sorted(findings, key=lambda finding: finding.gravity.value)[:MOST_PROBLEMS]
    orders: KeyOrders = {}
    return sorted(findings, key=lambda finding: _place(document, finding.path, orders))


def _is_huge(document: Any) -> bool:
    """Whether judging the document would take long."""
    items = 0
    for level in levels(document):
        items += sum(len(part) for part in level if isinstance(part, list))
        if items > MOST_ITEMS:
            return True
    return False


def _model_findings(kind: Kind, document: Any) -> Iterator[Finding]:
    try:
        FORMATS[kind].model.model_validate(document)
    except ValidationError as faults:
        for fault in faults.errors(include_url=False):
            if fault["type"] == "dlf":
                yield Finding(path=fault["loc"], **fault["ctx"])
            else:
                yield _plain_finding(kind, fault)


def _plain_finding(kind: Kind, fault: ErrorDetails) -> Finding:
    """Return the finding of one of pydantic's own faults."""
    gravity, code, text = PLAIN_FAULTS.get(fault["type"], OTHER_FAULT)
    path = fault["loc"]
    if gravity is Gravity.DISALLOWED and path[:1] == ("schedule",):
        code = Code.SCHEDULE_INVALID
    keys = tuple(step for step in path if isinstance(step, str))
    needed = fault["input"] or not path or kind is Kind.CDM_JOB  # elsewhere, what is empty is as if absent
    if gravity is Gravity.DISALLOWED and keys in FORMATS[kind].indexed and needed:
        gravity = Gravity.UNKEEPABLE
    return Finding(gravity, path, code, text)


KeyOrders = dict[int, dict[str, int]]
"""The places of the keys of objects, by the `id` of the object, while one document is judged."""


def _place(document: Any, path: JsonPath, orders: KeyOrders) -> list[int]:
    """Where `path` stands in the document, as a sort key; what is missing comes after what is there."""
    places = []
    value = document
    for step in path:
        if isinstance(value, dict):
            if id(value) not in orders:
                orders[id(value)] = {key: place for place, key in enumerate(value)}
            places.append(orders[id(value)].get(str(step), len(value)))
            value = value.get(step)
        else:
            places.append(step if isinstance(step, int) else 0)
            value = value[step] if isinstance(value, list) and isinstance(step, int) else None
    return places


def name_of(kind: Kind, document: Any) -> str:
    """Return the name of the object in `document` (of a CDM body: of its first job), "" when it has none."""
    holder = document
    if kind is Kind.CDM_JOB:
        holder = next(iter(items(document, "jobs")), None)
    name = holder.get("name") if isinstance(holder, dict) else None
    return name if isinstance(name, str) else ""


def find_references(kind: Kind, document: Any) -> list[Reference]:
    """Return every reference of `document`, in document order; odd shapes are passed over, never raised.

    Follows section 3 of the documents reference and section 7 of the design: values with `${` or
    `#{` are passed over (see `find_dynamic`), and so is a job that names itself.
    """
    return [
        found
        for found in _references(kind, document)
        if not found.is_dynamic and not _is_self(kind, document, found)
    ]


def find_dynamic(kind: Kind, document: Any) -> list[Reference]:
    """Return the references of `document` whose names are expressions, in document order; never raises."""
    return [found for found in _references(kind, document) if found.is_dynamic]


def find_restarts(document: Any) -> list[Reference]:
    """Return where a job names itself as a sub-job, which `find_references` passes over; never raises."""
    found = _references(Kind.JOB, document)
    return [one for one in found if _is_self(Kind.JOB, document, one) and not one.waits]


def find_naming(
    kind: Kind,
    document: Any,
    target: Target,
    name: str,
    cluster: str = "",
    workspaces: Collection[str] = ("",),
) -> list[Reference]:
    """Return the references of `document` that name one object, which may be itself.

    It is in the document's workspace, or in the one that is named by one of `workspaces`.
    """
    return [
        found
        for found in _references(kind, document)
        if (found.target, found.name, found.cluster) == (target, name, cluster)
        and found.workspace in workspaces
    ]


def _references(kind: Kind, document: Any) -> Iterator[Reference]:
    return FORMATS[kind].references(document) if isinstance(document, dict) else iter(())


def _is_self(kind: Kind, document: dict[str, Any], found: Reference) -> bool:
    itself = kind == found.target.value and found.name == document.get("name")
    return itself and not found.workspace and not found.soft


def cluster_problem(cluster: str) -> Problem | None:
    """Return why `cluster` cannot be the name of a CDM cluster, which is a folder of a package, or None."""
    fault = name_fault(cluster)
    return Problem(Level.ERROR, ("cluster",), Code.NAME_INVALID, fault) if fault else None
