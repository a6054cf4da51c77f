"""What makes a kind a kind for the formats: one row each, in the order of a package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from dlfportal.formats import references, rules
from dlfportal.formats.kinds import Kind
from dlfportal.formats.models import (
    CDM_JOB_TYPES,
    PROCESS_TYPES,
    RESOURCE_TYPES,
    SCRIPT_TYPES,
    CdmBody,
    Job,
    Resource,
    Script,
)
from dlfportal.formats.problems import Finding
from dlfportal.formats.references import Reference

Document = dict[str, Any]

WAITING = ((), ("dependJobs",), *(("dependJobs", key) for key in references.DEPEND_JOBS))
"""Where a cron, below itself, names the jobs that are waited for."""

JOB_INDEXED = frozenset(
    [(), ("basicConfig",), ("nodes",), ("nodes", "properties"), ("schedule",)]
    + [("schedule", "cron", *path) for path in WAITING]
    + [("nodes", "cronTrigger", *path) for path in WAITING]
)


@dataclass(frozen=True, slots=True)
class KindFormat:
    """One kind: where it stands in a package, what its documents may hold and what they point to.

    `rules` look at more than one field of a document, `references` finds what it names; both pass over
    odd shapes. `types` are the documented values of the document's type. `indexed` are the paths, without
    places in lists, of the containers that the index and the references are made from: what they hold
    in another shape could not be found again.
    """

    kind: Kind
    folder: str
    suffix: str
    model: type[BaseModel]
    types: tuple[str, ...]
    rules: tuple[Callable[[Document], Iterator[Finding]], ...]
    references: Callable[[Document], Iterator[Reference]]
    indexed: frozenset[tuple[str, ...]]


FORMATS: dict[Kind, KindFormat] = {
    row.kind: row
    for row in (
        KindFormat(
            Kind.JOB,
            folder="jobs",
            suffix=".job",
            model=Job,
            types=PROCESS_TYPES,
            rules=rules.JOB_RULES,
            references=references.in_job,
            indexed=JOB_INDEXED,
        ),
        KindFormat(
            Kind.SCRIPT,
            folder="scripts",
            suffix=".script",
            model=Script,
            types=SCRIPT_TYPES,
            rules=(rules.script_credentials,),
            references=references.in_script,
            indexed=frozenset([()]),
        ),
        KindFormat(
            Kind.RESOURCE,
            folder="resources",
            suffix=".resource",
            model=Resource,
            types=RESOURCE_TYPES,
            rules=(rules.resource_files,),
            references=references.in_resource,
            indexed=frozenset([(), ("dependFiles",), ("dependPackages",), ("depend_packages",)]),
        ),
        KindFormat(
            Kind.CDM_JOB,
            folder="cdms",
            suffix=".json",
            model=CdmBody,
            types=CDM_JOB_TYPES,
            rules=(rules.single_cdm_job,),
            references=references.in_cdm_job,
            indexed=frozenset([(), ("jobs",)]),
        ),
    )
}
