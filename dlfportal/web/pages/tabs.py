"""The tabs of an object's page: one table a kind. A tab is an address, `?tab=`, that the server renders.

To add one: a row here, its template, and on the page of the kind the property that says how many things it
holds. The first row is the tab that opens without `?tab=`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.formats.kinds import Kind


@dataclass(frozen=True, slots=True)
class TabSpec:
    """A tab: its word in the address, its heading, its template and the files that only it needs.

    `count` names the property of the page that says how many things the tab holds; `when` the one without
    which the tab is not shown.
    """

    key: str
    label: Promise
    template: str
    count: str = ""
    when: str = ""
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectTab:
    """A tab as a page shows it; `count` is None where nothing is counted."""

    spec: TabSpec
    url: str
    count: object
    current: bool


COPY = ("js/copy-code.js",)
JOB = ("css/job.css",)
GRAPH = TabSpec(
    "graph",
    _("Graph"),
    "catalogue/tabs/graph.html",
    styles=("css/graph-picture.css", "css/graph.css"),
    scripts=("js/graph.js",),
)
NODES = TabSpec("nodes", _("Nodes"), "catalogue/tabs/nodes.html", count="node_count", styles=JOB)
SCHEDULE = TabSpec("schedule", _("Schedule"), "catalogue/tabs/schedule.html", styles=JOB)
PARAMS = TabSpec("params", _("Parameters"), "catalogue/tabs/params.html", count="param_count")
SOURCE = TabSpec("source", _("Source"), "catalogue/tabs/source.html", scripts=COPY)
FILE = TabSpec("file", _("File"), "catalogue/tabs/file.html")
DATA = TabSpec("data", _("From → to"), "catalogue/tabs/data.html")
USES = TabSpec("uses", _("Uses / used by"), "catalogue/tabs/uses.html", count="use_counts")
HISTORY = TabSpec(
    "history",
    _("History"),
    "catalogue/tabs/history.html",
    count="revision_count",
    styles=("css/difference.css",),
)
DOCUMENT = TabSpec("json", _("JSON"), "catalogue/tabs/json.html", scripts=COPY)

TABS: dict[Kind, tuple[TabSpec, ...]] = {
    Kind.JOB: (GRAPH, NODES, SCHEDULE, USES, PARAMS, HISTORY, DOCUMENT),
    Kind.SCRIPT: (SOURCE, USES, HISTORY, DOCUMENT),
    Kind.RESOURCE: (FILE, USES, HISTORY, DOCUMENT),
    Kind.CDM_JOB: (DATA, USES, HISTORY, DOCUMENT),
}
