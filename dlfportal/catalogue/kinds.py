"""What differs between the four kinds: their models and their names."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.models import CatalogueObject, CdmJob, Job, Resource, Script
from dlfportal.formats.kinds import Kind


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind: its model and its labels."""

    kind: Kind
    model: type[CatalogueObject]
    label: Promise
    plural: Promise


KINDS: dict[Kind, KindSpec] = {
    spec.kind: spec
    for spec in (
        KindSpec(Kind.JOB, Job, _("Job"), _("Jobs")),
        KindSpec(Kind.SCRIPT, Script, _("Script"), _("Scripts")),
        KindSpec(Kind.RESOURCE, Resource, _("Resource"), _("Resources")),
        KindSpec(Kind.CDM_JOB, CdmJob, _("CDM job"), _("CDM jobs")),
    )
}
