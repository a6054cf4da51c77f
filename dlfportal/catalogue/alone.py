"""The jobs that stand alone: no line of the graph of jobs begins or ends at them.

In a large workspace they are found by a worker and kept, so that no list looks at each of its jobs.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject, HealthReport, Reference
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target

ALONE_KEPT = 1000
"""So many of them are kept, the first by name."""
COUNTED_AT_ONCE = 2000
"""In a workspace of at most so many objects such things are found and counted when somebody asks."""


def standing_alone(workspace: Workspace) -> Q:
    """Return the condition that a job points to no other job of its workspace, nor one of them to it."""
    lines = Reference.objects.filter(workspace=workspace, target=Target.JOB, cluster="").order_by()
    others = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=Kind.JOB).order_by()
    leaving = lines.filter(~Q(name=OuterRef("name")), source=OuterRef("pk"))
    leaving = leaving.filter(Exists(others.filter(name=OuterRef("name"))))
    coming = lines.filter(~Q(source=OuterRef("pk")), name=OuterRef("name"))
    return Q(~Exists(leaving)) & Q(~Exists(coming))


def alone_find(workspace: Workspace) -> list[int]:
    """Return the ids of those to be kept. Looks at every job of the workspace."""
    jobs = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=Kind.JOB)
    found = jobs.filter(standing_alone(workspace)).order_by("name").values_list("pk", flat=True)
    return list(found[:ALONE_KEPT])


def alone_kept(workspace: Workspace) -> list[int] | None:
    """Return the ids that a worker has kept, some of which may not stand alone any more; None without any.

    That is so in a small workspace, and before the first beat of a worker.
    """
    held = CatalogueObject.objects.filter(ALIVE, workspace=workspace).order_by().values("pk")
    if held[: COUNTED_AT_ONCE + 1].count() <= COUNTED_AT_ONCE:
        return None
    report = HealthReport.objects.filter(workspace=workspace).first()
    return report.groups.get("alone") if report else None
