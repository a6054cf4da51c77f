"""A large package before it is made: in numbers, and part by part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.packing import Identity
from dlfportal.catalogue.search.grams import fold
from dlfportal.db.keyset import Order
from dlfportal.db.lookups import is_row_id
from dlfportal.db.snapshot import snapshot
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.selection import Contents, PackageLayout, Selector, job_label
from dlfportal.transfer.exports.submitted import summary_of_submitted
from dlfportal.transfer.exports.summary import Summary, summary_of

JOBS_A_PART = 100
OTHERS_A_PART = 500
OTHERS_ORDER = Order(("kind", "name", "cluster", "id"))


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of a large package, and what a part of it holds and misses.

    `following` says where the next part begins: after a job, `job/NAME`, or after another object,
    `object/ID`; "" behind the last part.
    """

    summary: Summary
    part: Contents
    following: str


def export_overview(
    *,
    actor: Actor,
    workspace: Workspace,
    jobs: QuerySet[CatalogueObject],
    others: QuerySet[CatalogueObject] | None = None,
    after: str = "",
    status: ExportStatus = ExportStatus.DEVELOP,
    without: frozenset[Identity] = frozenset(),
    whole: bool = False,
    find: str = "",
) -> Overview:
    """Return the numbers of the package of many objects, and its part after `after`, the first for "".

    `without` and `whole` are as `summary_of` has them. The numbers are those of the newest revisions, or of
    the submitted ones, by `status`; a part has only jobs and objects with `find` in their names. Jobs come
    part by part with all that they use, then the other objects. Something else than a `following` is taken
    for the first part. Raises NotFound (policy).
    """
    require(actor.user, workspace, Right.VIEW)
    selector = Selector(workspace, PackageLayout.BATCH, True, status, without)
    where, _slash, place = after.partition("/")
    with snapshot():
        if status is ExportStatus.SUBMIT:
            summary = summary_of_submitted(workspace, jobs, others, without=without, whole=whole)
        else:
            summary = summary_of(workspace, jobs, others, without=without, whole=whole)
        rest = _named(summary.rest, find)
        if where == "object":
            part, following = _others_part(selector, rest, place)
        else:
            part, following = _jobs_part(selector, _named(jobs, find), rest, place if where == "job" else "")
        _keep_left_out(part, jobs)
    return Overview(summary, part, following)


def _jobs_part(
    selector: Selector, jobs: QuerySet[CatalogueObject], rest: QuerySet[CatalogueObject], after: str
) -> tuple[Contents, str]:
    found = selector.jobs_after(jobs, after, JOBS_A_PART + 1)
    if len(found) > JOBS_A_PART:
        found = found[:JOBS_A_PART]
        return selector.choose(found), f"job/{found[-1].name}"
    part = selector.choose(found)
    others, following = _others_part(selector, rest, "")
    part.entries += others.entries
    part.missing = sorted({*part.missing, *others.missing})
    return part, following


def _named(objects: QuerySet[CatalogueObject], find: str) -> QuerySet[CatalogueObject]:
    """Return the objects with a text in their names, without case."""
    return objects.filter(GreaterThan(StrIndex("folded_name", Value(fold(find))), 0)) if find else objects


def _others_part(selector: Selector, rest: QuerySet[CatalogueObject], after: str) -> tuple[Contents, str]:
    """Return the part of other objects after the one with an id; what they pull in is among them."""
    others, following = others_after(rest, after)
    return replace(selector, depend=False).choose([], others), following


def others_after(rest: QuerySet[CatalogueObject], after: str) -> tuple[QuerySet[CatalogueObject], str]:
    """Return the next of some objects after the one with an id, and where those after them begin."""
    last = CatalogueObject.objects.filter(pk=after).first() if is_row_id(after) else None
    rows = rest.select_related(None)
    if last is None:
        found = OTHERS_ORDER.begin(rows, OTHERS_A_PART + 1)
    else:
        found = OTHERS_ORDER.after(rows, (last.kind, last.name, last.cluster, last.pk), OTHERS_A_PART + 1)
    part = found[:OTHERS_A_PART]
    following = f"object/{part[-1].pk}" if len(found) > OTHERS_A_PART else ""
    return CatalogueObject.objects.filter(pk__within=[row.pk for row in part]), following


def _keep_left_out(part: Contents, jobs: QuerySet[CatalogueObject]) -> None:
    """Take from what a part leaves out the jobs that go out with another part."""
    names = [label.removeprefix(job_label("")) for label in part.left_out]
    if names:
        rows = jobs.order_by().filter(name__within=names).values_list("name", flat=True)
        inside = set(map(job_label, rows))
        part.left_out = [label for label in part.left_out if label not in inside]
