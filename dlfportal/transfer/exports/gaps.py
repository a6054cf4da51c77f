"""What a package does not hold, beside what is missing: so that nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import kind_counts
from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.formats.documents import find_dynamic
from dlfportal.formats.kinds import Kind
from dlfportal.formats.registry import FORMATS
from dlfportal.formats.unpacking import UnpackFault, unpack_faults
from dlfportal.transfer.exports.selection import Contents, Gathered, LongContents

FAULTS_SHOWN = 20
DYNAMIC_READ = 20
"""So many jobs are opened to say which node names something by an expression."""


class DynamicUse(NamedTuple):
    """A node that names an object by an expression, so that only a run knows which one that is."""

    job: str
    node: str
    kind: Kind
    name: str

    @property
    def label(self) -> str:
        """What it names, as a package would call it: `scripts/etl_${region}`."""
        return f"{FORMATS[self.kind].folder}/{self.name}"


def dynamic_uses(contents: Gathered) -> list[DynamicUse]:
    """Return what the jobs of a package name by expressions, of the first `DYNAMIC_READ` such jobs."""
    entries = contents.dynamic[:DYNAMIC_READ]
    read = Revision.objects.select_related("content").in_bulk([entry.revision_id for entry in entries])
    kinds = {str(kind): kind for kind in Kind if kind is not Kind.JOB}
    return [
        DynamicUse(
            entry.name, found.node, kinds[found.target], "/".join(filter(None, [found.cluster, found.name]))
        )
        for entry in entries
        for found in find_dynamic(Kind.JOB, document_of(read[entry.revision_id]))
        if found.target in kinds
    ]


def unused(workspace: Workspace, held: Mapping[Kind, int]) -> list[tuple[Kind, int]]:
    """Return the kinds of which a package that holds so many does not have all objects, and how many."""
    counts = kind_counts([workspace])[workspace.pk]
    left = ((kind, counts[kind] - held[kind]) for kind in Kind)
    return [(kind, count) for kind, count in left if count > 0]


def unpacking_faults(contents: Contents | LongContents) -> list[UnpackFault]:
    """Return what unpacking the package would run into on some system, the first `FAULTS_SHOWN`."""
    return list(islice(unpack_faults(entry.path for entry in contents.entries), FAULTS_SHOWN))


def left_out(contents: Gathered) -> Sequence[str]:
    """Return labels of what a package does not have and its jobs speak of: other jobs, and expressions."""
    dynamic = {use.label for use in dynamic_uses(contents)} if contents.dynamic else set()
    return [*contents.left_out, *sorted(dynamic)]
