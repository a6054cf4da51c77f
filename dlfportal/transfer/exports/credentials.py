"""Which objects of a package have a text that looks like a credential: somebody looks before they go."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference
from dlfportal.catalogue.packed import identities_look_up
from dlfportal.catalogue.packing import Identity
from dlfportal.catalogue.selections import Resolved
from dlfportal.catalogue.selectors import objects_gathered
from dlfportal.formats.kinds import Kind


def flagged_objects(
    workspace: Workspace, resolved: Resolved, depend: bool, without: Iterable[Identity]
) -> QuerySet[CatalogueObject]:
    """Return the objects of a package that look as if they held a credential, in their newest state.

    Those are chosen ones, and with dependencies the scripts and resources that jobs of it name; CDM jobs are
    always among these. An index has the few flagged objects of a workspace, so little is read.
    """
    used = Reference.objects.filter(
        workspace=workspace,
        target=OuterRef("kind"),
        name=OuterRef("name"),
        cluster=OuterRef("cluster"),
        source__in=resolved.jobs.order_by().values("pk"),
    )
    kinds = [Kind.SCRIPT, Kind.RESOURCE, Kind.CDM_JOB] if depend else [Kind.CDM_JOB]
    wanted = Q(_is_among(resolved.jobs)) | Q(Exists(used), kind__in=kinds)
    if resolved.others is not None:
        wanted |= Q(_is_among(resolved.others))
    flagged = CatalogueObject.objects.filter(
        ALIVE, workspace=workspace, kind__in=list(Kind), has_credential=True
    )
    out = set(identities_look_up(workspace, without))
    ids = [pk for pk in flagged.order_by().values_list("pk", flat=True) if pk not in out]
    return objects_gathered(workspace, None, ids).filter(wanted) if ids else flagged.none()


def _is_among(objects: QuerySet[CatalogueObject]) -> Exists:
    return Exists(objects.order_by().filter(pk=OuterRef("pk")))
