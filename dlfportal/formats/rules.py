"""Rules that look at more than one field. They read raw documents and pass over odd shapes.

What a single field may hold is in `models.py`; a wrong shape is reported from there, so that both
together find everything at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dlfportal.errors import gettext_noop
from dlfportal.formats.credential_texts import credential_line
from dlfportal.formats.credentials import is_filled, is_secret_name
from dlfportal.formats.cron import cron_fault, is_moment
from dlfportal.formats.fields import OLDER_SPELLING, shown
from dlfportal.formats.kinds import Kind
from dlfportal.formats.models import PROCESS_TYPES
from dlfportal.formats.normalise import masked_params, secret_places
from dlfportal.formats.problems import Code, Finding, Gravity, JsonPath
from dlfportal.formats.references import Target, inline_cdm_bodies, property_target
from dlfportal.formats.shapes import items, objects, part

Document = dict[str, Any]
MOST_NODES = 200
LONGEST_FILES = 10_240
LOOP_SHOWN = 12


def unkeepable(path: JsonPath, code: Code, message: str, **params: Any) -> Finding:
    """Make a finding that refuses the document everywhere."""
    return Finding(Gravity.UNKEEPABLE, path, code, message, params)


def disallowed(path: JsonPath, code: Code, message: str, **params: Any) -> Finding:
    """Make a finding that refuses the document on the wire and is a warning elsewhere."""
    return Finding(Gravity.DISALLOWED, path, code, message, params)


def unusual(path: JsonPath, code: Code, message: str, **params: Any) -> Finding:
    """Make a finding that is only ever a warning."""
    return Finding(Gravity.UNUSUAL, path, code, message, params)


def process_type(document: Document) -> Iterator[Finding]:
    """`processType` is needed; the older `jobType` counts when it stands alone (section 1.1)."""
    key = "processType"
    if document.get(key) is None and document.get("jobType") is not None:
        key = "jobType"
        yield unusual((key,), Code.SPELLING, OLDER_SPELLING, old=key, new="processType")
    value, possible = document.get(key), ", ".join(PROCESS_TYPES)
    if value is None or value == "":
        message = gettext_noop("“processType” is missing; possible are %(values)s.")
        yield disallowed((key,), Code.TYPE_MISSING, message, values=possible)
    elif value not in PROCESS_TYPES:
        message = gettext_noop("“%(value)s” is not possible here; possible are %(values)s.")
        yield disallowed((key,), Code.TYPE_INVALID, message, value=shown(value), values=possible)


def schedule_parts(document: Document) -> Iterator[Finding]:
    """CRON wants `cron`, EVENT wants `event`; DLF's own examples leave them out, so it is a warning (1.3)."""
    schedule = document.get("schedule")
    if not isinstance(schedule, dict):
        return
    for kind, key in (("CRON", "cron"), ("EVENT", "event")):
        if schedule.get("type") == kind and schedule.get(key) is None:
            message = gettext_noop("A schedule of type %(type)s should have “%(part)s”.")
            yield unusual(("schedule", key), Code.REQUIRED_MISSING, message, type=kind, part=key)


def schedule_times(document: Document) -> Iterator[Finding]:
    """Cron expressions and times are as DLF reads them (1.4): it refuses a job that starts by bad ones.

    Those of a schedule of another type start nothing, and of those of nodes the codes of errors say nothing.
    """
    schedule = part(document, "schedule")
    fault = disallowed if schedule.get("type") == "CRON" else unusual
    yield from _times(part(schedule, "cron"), ("schedule", "cron"), fault)
    for place, node in objects(document, "nodes"):
        yield from _times(part(node, "cronTrigger"), ("nodes", place, "cronTrigger"), unusual)


def _times(cron: Document, path: JsonPath, fault: Callable[..., Finding]) -> Iterator[Finding]:
    expression = cron.get("expression")
    if isinstance(expression, str) and expression and (wrong := cron_fault(expression)):
        yield fault((*path, "expression"), Code.CRON, wrong[0], **wrong[1])
    for key in ("startTime", "endTime"):
        text = cron.get(key)
        if isinstance(text, str) and text and not is_moment(text):
            message = gettext_noop("A time is written like this: 2018-10-22T23:59:59+08.")
            yield fault((*path, key), Code.TIME, message)


def params(document: Document) -> Iterator[Finding]:
    """Parameters: older key, repeated names, and values that seem secret but are not masked (1.6)."""
    masked = masked_params(document)
    seen: set[str] = set()
    for place, param in objects(document, "params"):
        if "paramType" in param:
            path = ("params", place, "paramType")
            yield unusual(path, Code.SPELLING, OLDER_SPELLING, old="paramType", new="type")
        name = param.get("name")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield unusual(("params", place, "name"), Code.REPEATED_NAME, REPEATED, name=shown(name))
        seen.add(name)
        value = param.get("value")
        if name not in masked and _looks_secret(name, value):
            yield unusual(("params", place, "value"), Code.CREDENTIAL, CREDENTIAL_PARAM)


CREDENTIAL_PARAM = gettext_noop("This looks like a credential; name the parameter in “maskedParams”.")


def _looks_secret(name: str, value: Any) -> bool:
    if is_secret_name(name):
        return is_filled(value)
    return isinstance(value, str) and credential_line(value) is not None


REPEATED = gettext_noop("The name “%(name)s” is used more than once.")


def nodes(document: Document) -> Iterator[Finding]:
    """Nodes: not too many, no name twice, and no sub-job that is the job itself (sections 1.2 and 3)."""
    if (count := len(items(document, "nodes"))) > MOST_NODES:
        message = gettext_noop("The job has %(count)s nodes; DLF allows %(limit)s.")
        yield unusual(("nodes",), Code.NODE_COUNT, message, count=count, limit=MOST_NODES)
    seen: set[str] = set()
    for place, node in objects(document, "nodes"):
        name = node.get("name")
        if isinstance(name, str) and name in seen:
            yield disallowed(("nodes", place, "name"), Code.REPEATED_NAME, REPEATED, name=shown(name))
        if isinstance(name, str):
            seen.add(name)
        for item, entry in objects(node, "properties"):
            is_job = property_target(node, entry.get("name")) is Target.JOB
            if is_job and entry.get("value") == document.get("name"):
                path = ("nodes", place, "properties", item, "value")
                message = gettext_noop("The job starts itself as a sub-job.")
                yield unusual(path, Code.SELF_REFERENCE, message)


Edges = dict[str, dict[str, JsonPath]]
"""For each node name the names of the nodes before it, and where that is written."""


def node_order(document: Document) -> Iterator[Finding]:
    """Every `preNodeName` names a node of this job, and following them leads to no loop (section 1.8)."""
    listed = objects(document, "nodes")
    edges: Edges = {name: {} for _, node in listed if isinstance(name := node.get("name"), str)}
    for place, node in listed:
        name = node.get("name")
        for item, before in enumerate(items(node, "preNodeName")):
            path: JsonPath = ("nodes", place, "preNodeName", item)
            if not isinstance(before, str):
                yield disallowed(path, Code.INVALID, gettext_noop("The name of a node must be text."))
            elif before not in edges:
                yield disallowed(path, Code.UNKNOWN_NODE, UNKNOWN_NODE, name=shown(before))
            elif isinstance(name, str):
                edges[name].setdefault(before, path)
        for item, condition in objects(node, "conditions"):
            before = condition.get("preNodeName")
            if isinstance(before, str) and before not in edges:
                path = ("nodes", place, "conditions", item, "preNodeName")
                yield unusual(path, Code.UNKNOWN_NODE, UNKNOWN_NODE, name=shown(before))
    for path, loop in _loops(edges):
        names = [shown(name) for name in loop]
        if len(names) > LOOP_SHOWN:
            names[LOOP_SHOWN - 1 : -1] = ["…"]
        message = gettext_noop("The nodes wait for each other in a loop: %(loop)s.")
        yield disallowed(path, Code.LOOP, message, loop=" → ".join(names))


UNKNOWN_NODE = gettext_noop("The job has no node named “%(name)s”.")


def _loops(edges: Edges) -> Iterator[tuple[JsonPath, list[str]]]:
    """Yield loops that share no node, each as (a place that closes it, its names, the first one again last).

    Among the nodes that wait in a loop or for one, each has such a node before it; going back from
    one to the next must therefore come round. So every knot is named once, in linear time.
    """
    looping = _looping(edges)
    seen: set[str] = set()
    for start in looping:
        trail: dict[str, None] = {}
        name = start
        while name not in seen:
            seen.add(name)
            trail[name] = None
            name = next(before for before in edges[name] if before in looping)
        if name in trail:
            names = list(trail)
            loop = [*names[names.index(name) :], name]
            yield edges[name][loop[1]], loop[::-1]


def _looping(edges: Edges) -> dict[str, None]:
    """Return the nodes that can never start, in document order: those that wait in or behind a loop."""
    waiting = {name: len(before) for name, before in edges.items()}
    after: dict[str, list[str]] = {name: [] for name in edges}
    for name, befores in edges.items():
        for before in befores:
            after[before].append(name)
    ready = [name for name, count in waiting.items() if not count]
    while ready:
        for name in after[ready.pop()]:
            waiting[name] -= 1
            if not waiting[name]:
                ready.append(name)
    return {name: None for name, count in waiting.items() if count}


CREDENTIAL_LINE = gettext_noop(
    "Line %(line)s seems to hold a credential; it is kept and exported as it stands. Better use a parameter."
)


def node_credentials(document: Document) -> Iterator[Finding]:
    """Node properties that look like credentials; what is marked as sensitive is emptied anyway (rule 5)."""
    for place, node in objects(document, "nodes"):
        bodies = {item for item, body in inline_cdm_bodies(node) if any(secret_places(Kind.CDM_JOB, body))}
        for item, entry in objects(node, "properties"):
            value, name = entry.get("value"), entry.get("name")
            if not isinstance(value, str) or entry.get("value_is_sensitive") in (True, "true"):
                continue
            named = isinstance(name, str) and is_secret_name(name) and is_filled(value)
            line = 1 if named or item in bodies else credential_line(value)
            if line:
                path = ("nodes", place, "properties", item, "value")
                yield unusual(path, Code.CREDENTIAL, CREDENTIAL_LINE, line=line)


JOB_RULES = (process_type, schedule_parts, schedule_times, params, nodes, node_order, node_credentials)


def script_credentials(document: Document) -> Iterator[Finding]:
    """Script text that looks like a credential (rule 5)."""
    content = document.get("content")
    if isinstance(content, str) and (line := credential_line(content)):
        yield unusual(("content",), Code.CREDENTIAL, CREDENTIAL_LINE, line=line)


def resource_files(document: Document) -> Iterator[Finding]:
    """The further files of a resource: older key, and their length in all (section 6)."""
    if "depend_packages" in document:
        path = ("depend_packages",)
        yield unusual(path, Code.SPELLING, OLDER_SPELLING, old="depend_packages", new="dependPackages")
    files = [file for file in items(document, "dependFiles") if isinstance(file, str)]
    if sum(map(len, files)) > LONGEST_FILES:
        message = gettext_noop("DLF documents at most %(limit)s characters here.")
        yield unusual(("dependFiles",), Code.RANGE, message, limit=LONGEST_FILES)


def single_cdm_job(document: Document) -> Iterator[Finding]:
    """A CDM document holds exactly one job."""
    jobs = document.get("jobs")
    if isinstance(jobs, list) and len(jobs) != 1:
        message = gettext_noop("“jobs” must hold exactly one CDM job; it holds %(count)s.")
        yield unkeepable(("jobs",), Code.INVALID, message, count=len(jobs))
