"""Which names of connections, clusters, paths ... a workspace uses already.

Connections, owners, schedule zones, clusters of CDM jobs and locations of resources are read from the index;
for the others the documents are read that stand under the names of the package: a name that is nowhere among
them may be used elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference, Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.chunks import in_chunks
from dlfportal.formats.kinds import Kind
from dlfportal.formats.mapping import MapKind, NameMap, found_values
from dlfportal.formats.references import Target
from dlfportal.transfer.imports.plan import Plan
from dlfportal.transfer.models import Outcome

DOCUMENTS_READ = 300
NAMES_OFFERED = 300

Name = tuple[str, str]


def names_here(workspace: Workspace, plan: Plan, names: Sequence[Name], mapping: NameMap) -> dict[Name, bool]:
    """Return which of `names` the workspace uses already."""
    found = {*_indexed(workspace, names), *_in_same(plan, mapping), *_in_documents(plan)}
    return {name: name in found for name in names}


def names_offered(*, actor: Actor, workspace: Workspace, kind: MapKind) -> list[str]:
    """Return names of a kind that a workspace uses, by name, the first of many. Raises NotFound (policy)."""
    policy.require(actor.user, workspace, Right.VIEW)
    return sorted(set(_column(workspace, kind).distinct()[:NAMES_OFFERED]) - {""})


def _column(workspace: Workspace, kind: MapKind) -> QuerySet[CatalogueObject, str] | QuerySet[Reference, str]:
    """Return the names of a kind that are in the index."""
    objects = CatalogueObject.objects.filter(ALIVE, workspace=workspace).order_by()
    if kind is MapKind.CONNECTION:
        connections = Reference.objects.filter(workspace=workspace, target=Target.CONNECTION)
        return connections.order_by().values_list("name", flat=True)
    if kind is MapKind.CLUSTER:
        return objects.filter(kind=Kind.CDM_JOB).values_list("cluster", flat=True)
    if kind is MapKind.OWNER:
        return objects.filter(kind=Kind.JOB).values_list("owner", flat=True)
    if kind is MapKind.ZONE:
        return objects.filter(kind=Kind.JOB).values_list("cron_zone", flat=True)
    if kind is MapKind.PATH:
        return objects.filter(kind=Kind.RESOURCE).values_list("location", flat=True)
    return objects.none().values_list("name", flat=True)


FIELDS: Mapping[MapKind, str] = {
    MapKind.CONNECTION: "name",
    MapKind.CLUSTER: "cluster",
    MapKind.OWNER: "owner",
    MapKind.ZONE: "cron_zone",
    MapKind.PATH: "location",
}


def _indexed(workspace: Workspace, names: Sequence[Name]) -> Iterator[Name]:
    for kind, column in FIELDS.items():
        wanted = [name for one, name in names if one == kind]
        for chunk in in_chunks(wanted):
            rows = _column(workspace, kind).filter(**{f"{column}__in": chunk})
            yield from ((str(kind), name) for name in rows.distinct())


def _in_same(plan: Plan, mapping: NameMap) -> Iterator[Name]:
    """Yield what the objects name that are the same in the workspace."""
    for row in plan.rows:
        if row.reviewed and row.outcome is Outcome.SAME and not row.reviewed.review.mapped:
            yield from row.reviewed.review.uses


def _in_documents(plan: Plan) -> Iterator[Name]:
    """Yield what the documents name that would be replaced, read up to a bound."""
    rows = [row for row in plan.rows if row.outcome is Outcome.CHANGED][:DOCUMENTS_READ]
    there = [existing for row in rows if (existing := plan.planned.get(row.target))]
    revisions = Revision.objects.filter(pk__within=[one.revision_id for one in there])
    for revision in revisions.select_related("content", "object").order_by().iterator(50):
        kind = Kind(revision.object.kind)
        for use in found_values(kind, document_of(revision), revision.cluster):
            yield str(use.kind), use.value
