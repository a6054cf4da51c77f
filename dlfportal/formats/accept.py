"""Whether DataArts would take an object: what it would refuse, and what it perhaps refuses.

What it would refuse is what create and update of v1 refuse (`documents.judge`). What it perhaps refuses is
what the documents say otherwise and name no error for: limits and values that `judge` warns of, and here
what only a look before a package goes out asks for (documents reference, sections 1.4, 2, 4 and 9).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from dlfportal.errors import gettext_noop
from dlfportal.formats.documents import cluster_problem, judge
from dlfportal.formats.fields import UNDOCUMENTED, shown
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code, Finding, JsonPath, Level, Problem, show_path
from dlfportal.formats.references import inline_cdm_bodies, is_expression, is_inline
from dlfportal.formats.rules import unusual
from dlfportal.formats.schedules import moment_of, zone_of
from dlfportal.formats.shapes import items, objects, part
from dlfportal.formats.zip.objects import EntryProblem, PackageObject

Document = dict[str, Any]

CALL_BYTES_AT_MOST = 12 * 1024 * 1024
"""The most that a call takes (error codes, section 4)."""
CDM_BYTES_AT_MOST = 1024 * 1024
"""The most that CDM imports (section 4.3)."""


class Verdict(StrEnum):
    """DataArts would refuse it, or perhaps: the documents say otherwise and name no error for it."""

    REFUSED = "refused"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class Objection:
    """What DataArts would say of an object, and where in its document.

    `node` is the name of the node that it is about, "" for none. `message` is an English template with
    places that are filled from `params` after translation.
    """

    kind: Kind
    cluster: str
    name: str
    verdict: Verdict
    path: JsonPath
    node: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The place as people write it: `$.nodes[39].name`."""
        return show_path(self.path)


def objections(
    kind: Kind, cluster: str, name: str, document: Any, size: int | None = None
) -> list[Objection]:
    """Return what DataArts would say of a document, what it would refuse first; never raises.

    `size` are the bytes of the document, if they are known. `name` is only what the object is called.
    """
    problems = [problem for problem in judge(kind, document, strict=True) if problem.code not in UNASKED]
    if kind is Kind.CDM_JOB and (problem := cluster_problem(cluster)):
        problems = [problem, *problems]
    if isinstance(document, dict):
        problems += (found.judged(strict=True) for rule in RULES[kind] for found in rule(document))
    problems += _sizes(kind, size or 0)
    told = [_told(kind, cluster, name, document, problem) for problem in problems]
    return sorted(told, key=lambda one: one.verdict is not Verdict.REFUSED)


def package_objections(found: PackageObject) -> tuple[Kind, list[Objection]]:
    """Return the kind of an object of a package, and what DataArts would say of it in its file."""
    told = objections(found.kind, found.cluster, found.name, found.document, len(found.data or b""))
    if found.place:
        told = [
            replace(one, path=("jobs", found.place, *one.path[2:])) if one.path[:2] == ("jobs", 0) else one
            for one in told
        ]
    return found.kind, told


def entry_objection(problem: EntryProblem) -> Objection:
    """Return what DataArts would say of an entry that cannot be read: it reads no such document either."""
    kind, cluster, name = problem.key
    found = problem.problem
    return Objection(kind, cluster, name, Verdict.REFUSED, found.path, "", found.message, found.params)


UNASKED = frozenset([Code.CREDENTIAL, Code.SPELLING])
"""Warnings that are about other things: DataArts takes all spellings, and keeps credentials."""


def _told(kind: Kind, cluster: str, name: str, document: Any, problem: Problem) -> Objection:
    verdict = Verdict.REFUSED if problem.level is Level.ERROR else Verdict.PERHAPS
    node = node_of(document, problem.path)
    return Objection(kind, cluster, name, verdict, problem.path, node, problem.message, problem.params)


def node_of(document: Any, path: JsonPath) -> str:
    """Return the name of the node of a job that a place is in, "" for none."""
    if len(path) < 2 or path[0] != "nodes" or not isinstance(path[1], int):
        return ""
    nodes = items(document, "nodes")
    node = nodes[path[1]] if path[1] < len(nodes) else None
    name = node.get("name") if isinstance(node, dict) else None
    return name if isinstance(name, str) else ""


def _sizes(kind: Kind, size: int) -> Iterator[Problem]:
    if size > CALL_BYTES_AT_MOST:
        message = gettext_noop("The document has %(size)s bytes; a call takes %(limit)s.")
        params = {"size": size, "limit": CALL_BYTES_AT_MOST}
        yield unusual((), Code.RANGE, message, **params).judged(strict=True)
    elif kind is Kind.CDM_JOB and size > CDM_BYTES_AT_MOST:
        message = gettext_noop("The document has %(size)s bytes; CDM imports %(limit)s.")
        params = {"size": size, "limit": CDM_BYTES_AT_MOST}
        yield unusual((), Code.RANGE, message, **params).judged(strict=True)


class Expected(NamedTuple):
    """What the tables say of a type of node (section 2).

    Of each group in `required` one property must be there, and `values` are the documented ones.
    """

    required: tuple[tuple[str, ...], ...] = ()
    values: Mapping[str, tuple[str, ...]] = {}


SCRIPT = ("scriptName",)
SQL = Expected((SCRIPT,))
FLINK = Expected(
    (("clusterName",), ("jobName",), ("flinkJobType",), ("flinkJobProcessType",)),
    {"flinkJobType": ("FLink SQL", "Flink SQL", "Flink JAR"), "flinkJobProcessType": ("batch", "stream")},
)
TABLES = Expected((("action",),), {"action": ("CREATE_TABLE", "DELETE_TABLE")})
EXPECTED: dict[str, Expected] = {
    # By the type without spaces. A script is not asked of a node that has its text inline.
    "HiveSQL": SQL,
    "SparkSQL": SQL,
    "DWSSQL": SQL,
    "DLISQL": SQL,
    "RDSSQL": SQL,
    "Shell": Expected((SCRIPT, ("connectionName",))),
    "CDMJob": Expected((("clusterName",), ("jobName",))),
    "CloudTableManager": TABLES,
    "CloudTableManage": TABLES,
    "OBSManager": Expected((("action",), ("path", "sourceDirectory"))),
    "RESTAPI": Expected((("url",), ("method",)), {"method": ("GET", "POST", "PUT", "DELETE")}),
    "SMN": Expected(
        (("topic",), ("subject",), ("messageType",), ("message",)),
        {"messageType": ("NORMAL", "STRUCTURE", "TEMPLATE")},
    ),
    "MRSSpark": Expected((("clusterName",), ("jobName",), ("resourcePath",), ("parameters",))),
    "MapReduce": Expected(
        (("clusterName",), ("jobName",), ("resourcePath",), ("parameters",), ("input",), ("output",))
    ),
    "DLISpark": Expected(
        (("clusterName",), ("jobName",), ("resourcePath",)),
        {"resourceType": ("OBS", "DLIResources", "CUSTOMIZED")},
    ),
    "MRSFlink": FLINK,
    "MRSFlinkJob": FLINK,
    "MRSHetuEngine": Expected(
        (("clusterName",), ("jobName",), ("statementOrScript",))
        + (("Data Warehouse",), ("Schema",), ("Database",))
    ),
    "DISTransferTask": Expected(
        (("streamName",), ("destinationType",), ("duplicatePolicy",), ("configuration",)),
        {"destinationType": ("CloudTable", "OBS"), "duplicatePolicy": ("OVERWRITE", "IGNORE")},
    ),
}


def node_properties(document: Document) -> Iterator[Finding]:
    """Properties that the tables ask of a node, and values that they list, of the types that they know."""
    for place, node in objects(document, "nodes"):
        word = node.get("type")
        expected = EXPECTED.get(word.replace(" ", "")) if isinstance(word, str) else None
        if expected is None:
            continue
        found = {
            name: (item, entry.get("value"))
            for item, entry in objects(node, "properties")
            if isinstance(name := entry.get("name"), str)
        }
        path: JsonPath = ("nodes", place, "properties")
        yield from _lacking(node, expected, found, path)
        yield from _unlisted(expected, found, path)


Properties = Mapping[str, tuple[int, Any]]


def _lacking(node: Document, expected: Expected, found: Properties, path: JsonPath) -> Iterator[Finding]:
    for names in expected.required:
        if any(found.get(name, (0, None))[1] not in (None, "") for name in names) or _is_spared(node, names):
            continue
        message = gettext_noop("The node should have the property %(name)s.")
        yield unusual(path, Code.REQUIRED_MISSING, message, name=" / ".join(names))


def _is_spared(node: Document, names: Iterable[str]) -> bool:
    """Whether a node has its text or its CDM job inline, and so needs none by name."""
    if names == SCRIPT:
        return is_inline(node)
    return node.get("type") == "CDMJob" and any(True for _ in inline_cdm_bodies(node))


def _unlisted(expected: Expected, found: Properties, path: JsonPath) -> Iterator[Finding]:
    for name, values in expected.values.items():
        item, value = found.get(name, (0, None))
        if value in (None, "") or value in values or (isinstance(value, str) and is_expression(value)):
            continue
        listed = ", ".join(values)
        where = (*path, item, "value")
        yield unusual(where, Code.ENUM, UNDOCUMENTED, value=shown(value), values=listed)


def schedule_moments(document: Document) -> Iterator[Finding]:
    """A schedule by time has a zone that is known, a start, and no end before it (section 1.4)."""
    schedule = part(document, "schedule")
    cron = part(schedule, "cron")
    if schedule.get("type") == "CRON" and cron:
        yield from _moments(cron, ("schedule", "cron"))
    for place, node in objects(document, "nodes"):
        trigger = part(node, "cronTrigger")
        if trigger:
            yield from _moments(trigger, ("nodes", place, "cronTrigger"))
            yield from _period(trigger, ("nodes", place, "cronTrigger", "period"))


def _moments(cron: Document, path: JsonPath) -> Iterator[Finding]:
    zone = cron.get("expressionTimeZone")
    if isinstance(zone, str) and zone and zone_of(zone) is None:
        message = gettext_noop("No time zone “%(zone)s” is known; write Asia/Shanghai or GMT+8, for example.")
        yield unusual((*path, "expressionTimeZone"), Code.TIME, message, zone=shown(zone))
    start, end = cron.get("startTime"), cron.get("endTime")
    if start in (None, ""):
        message = gettext_noop("The schedule should say when it begins.")
        yield unusual((*path, "startTime"), Code.REQUIRED_MISSING, message)
    if isinstance(start, str) and isinstance(end, str):
        named = zone if isinstance(zone, str) else ""
        first, last = moment_of(start, named), moment_of(end, named)
        if first and last and last < first:
            message = gettext_noop("The end is before the begin, so it never runs.")
            yield unusual((*path, "endTime"), Code.TIME, message)


PERIOD = re.compile(r"[1-9]\d* (?:minutes|hours|days|weeks|months)")


def _period(trigger: Document, path: JsonPath) -> Iterator[Finding]:
    period = trigger.get("period")
    if isinstance(period, str) and period and not PERIOD.fullmatch(period):
        values = "1 hours, 1 days, 1 weeks, 1 months"
        yield unusual(path, Code.ENUM, UNDOCUMENTED, value=shown(period), values=values)


def tags(document: Document) -> Iterator[Finding]:
    """The tags of a job are texts; the documents show an empty object, too (section 1.7)."""
    found = part(document, "basicConfig").get("tags")
    if not found:
        return
    if not isinstance(found, list):
        yield unusual(("basicConfig", "tags"), Code.WRONG_TYPE, gettext_noop("This must be a list."))
        return
    for place, tag in enumerate(found):
        if not isinstance(tag, str):
            message = gettext_noop("This should be text.")
            yield unusual(("basicConfig", "tags", place), Code.WRONG_TYPE, message)


CDM_REQUIRED = (
    "job_type", "from-connector-name", "to-connector-name", "from-link-name", "to-link-name",
    "from-config-values", "to-config-values", "driver-config-values",
)  # fmt: skip


def cdm_parts(document: Document) -> Iterator[Finding]:
    """What one of the two descriptions of a CDM job requires, and the other does not (section 4.1)."""
    for place, job in objects(document, "jobs"):
        for name in CDM_REQUIRED:
            if job.get(name) in (None, ""):
                message = gettext_noop("“%(name)s” is missing.")
                yield unusual(("jobs", place, name), Code.REQUIRED_MISSING, message, name=name)


Rule = Callable[[Document], Iterator[Finding]]
RULES: dict[Kind, tuple[Rule, ...]] = {
    Kind.JOB: (node_properties, schedule_moments, tags),
    Kind.SCRIPT: (),
    Kind.RESOURCE: (),
    Kind.CDM_JOB: (cdm_parts,),
}
"""What a look before a package goes out asks for beside `judge`: never a reason to refuse."""
