"""The kept counts: how many living objects a workspace holds, by kind and by what lists are narrowed to.

They are kept as signed rows (`KeptCount`) whose sum is the count. Each write adds rows of what it changes, in
its own transaction; readers sum them; `recount` keeps the rows few and puts wrong ones right. What is
counted under: the kind at all (facet ""), each value of `COUNTED`, each tag, alone and with the type, and
of jobs each schedule (`timings`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Left, StrIndex, Substr

from dlfportal.access.models import Workspace
from dlfportal.catalogue.index import is_tag_word, tag_words
from dlfportal.catalogue.models import SCHEDULED, CatalogueObject, KeptCount
from dlfportal.catalogue.selectors import NARROWING, ListFilter
from dlfportal.catalogue.timings import TIMING, Timing, timing_text
from dlfportal.chunks import in_chunks
from dlfportal.db.fields import CodePointField
from dlfportal.db.prepared import Given, Prepared
from dlfportal.db.rows import rows_insert
from dlfportal.formats.kinds import Kind

TOTAL = ""
TAG = "tag"
TYPED_TAG = "typed_tag"
COUNTED = NARROWING
"""The index columns whose values are counted."""
COLUMNS = ("kind", *COUNTED, "tags", *SCHEDULED)
"""The columns of an object from which follows what it counts under."""
FILTERS_SHOWN = 500


class Standing(NamedTuple):
    """What decides what an object counts under: the values of `COLUMNS`."""

    kind: str
    type: str
    directory: str
    owner: str
    state: str
    tags: str
    schedule: str
    cron: str
    cron_zone: str


class CountKey(NamedTuple):
    """What is counted in a workspace: the objects of a kind that have this value."""

    kind: str
    facet: str
    value: str


class Total(NamedTuple):
    """How many there are: exactly `number`, or more than that."""

    number: int
    is_more: bool

    def __str__(self) -> str:
        """Return it as pages show it: `12`, `1,000+`."""
        return f"{self.number:,}+" if self.is_more else f"{self.number:,}"


def keys_of(standing: Standing) -> Iterator[CountKey]:
    """Yield everything that an object counts under, each once."""
    kind = standing.kind
    yield CountKey(kind, TOTAL, "")
    for column in COUNTED:
        if value := getattr(standing, column):
            yield CountKey(kind, column, value)
    for tag in tag_words(standing.tags):
        yield CountKey(kind, TAG, tag)
        if standing.type:
            yield CountKey(kind, TYPED_TAG, _typed(standing.type, tag))
    if kind == Kind.JOB:
        timing = Timing(standing.schedule, standing.cron, standing.cron_zone)
        yield CountKey(kind, TIMING, timing_text(timing))


def _typed(type_: str, tag: str) -> str:
    """Return the value of a type and a tag together: no tag has a line break."""
    return f"{type_}\n{tag}"


def standing_of(target: CatalogueObject) -> Standing | None:
    """Return what decides what a living object counts under; None for one that is deleted or new."""
    if target.pk is None or target.deleted_at is not None:
        return None
    return Standing(*(str(getattr(target, column)) for column in COLUMNS))


def standing_under(kind: Kind, columns: Mapping[str, Any]) -> Standing:
    """Return what decides what a living object with these index columns counts under."""
    return Standing(str(kind), *(columns[column] for column in COLUMNS[1:]))


def counts_move(workspace_id: str, before: Standing | None, after: Standing | None) -> None:
    """Keep the counts right over a write of one object, in its transaction; one that changes nothing costs
    nothing.
    """
    if before != after:
        counts_add(workspace_id, [(before, -1), (after, 1)])


def counts_add(workspace_id: str, changes: Iterable[tuple[Standing | None, int]]) -> None:
    """Add to the counts, for each standing, so many objects; to be called in the transaction of the write."""
    amounts: Counter[CountKey] = Counter()
    for standing, number in changes:
        if standing is not None:
            for key in keys_of(standing):
                amounts[key] += number
    amounts_add(workspace_id, amounts)


def counts_replace(workspace_id: str, written: Counter[Standing], replaced: Sequence[int]) -> None:
    """Keep the counts right over a write of many objects, in its transaction and before it writes.

    `replaced` are the ids of the living objects among them: as they stand they do not count any more.
    """
    change = written.copy()
    for chunk in in_chunks(replaced):
        rows = CatalogueObject.objects.filter(pk__within=chunk).order_by()
        change.subtract(map(Standing._make, rows.values_list(*COLUMNS)))
    counts_add(workspace_id, change.items())


def amounts_add(workspace_id: str, amounts: Mapping[CountKey, int], *, folded: bool = False) -> None:
    """Write a row for each amount that is not zero."""
    rows_insert(
        KeptCount,
        ("workspace", *CountKey._fields, "amount", "folded"),
        ((workspace_id, *key, amount, folded) for key, amount in sorted(amounts.items()) if amount),
    )


KINDS_HELD = Prepared(
    lambda: (
        KeptCount.objects.filter(workspace__pk__within=Given("workspaces"), facet=TOTAL)
        .values_list("workspace", "kind")
        .annotate(count=Sum("amount"))
    )
)
VALUES_HELD = Prepared(
    lambda: (
        KeptCount.objects.filter(
            workspace=Given("workspace"),
            facet=Given("facet"),
            kind=Given("kind"),
        )
        .values("value")
        .annotate(count=Sum("amount"))
        .filter(count__gt=0)
        .order_by("value")
        .values_list("value")[:FILTERS_SHOWN]
    )
)
COUNT_HELD = Prepared(
    lambda: (
        KeptCount.objects.filter(
            workspace__pk__within=Given("workspaces"),
            facet=Given("facet"),
            kind=Given("kind"),
            value=Given("value"),
        )
        .values("facet")
        .annotate(count=Sum("amount"))
        .values_list("count")
    )
)


def kind_counts(workspaces: Collection[Workspace]) -> dict[str, dict[Kind, int]]:
    """Return how many living objects of each kind each of the workspaces holds, by workspace id."""
    counts = {workspace.pk: dict.fromkeys(Kind, 0) for workspace in workspaces}
    for workspace_id, kind, count in KINDS_HELD.rows(workspaces=list(counts)):
        counts[workspace_id][Kind(kind)] = count
    return counts


def type_counts(workspace: Workspace) -> dict[Kind, Counter[str]]:
    """Return how many living objects of each kind a workspace holds of each type, under "" all of them."""
    rows = KeptCount.objects.filter(workspace=workspace, facet__in=(TOTAL, "type")).order_by()
    found: dict[Kind, Counter[str]] = {kind: Counter() for kind in Kind}
    for kind, value, number in rows.values_list("kind", "value").annotate(number=Sum("amount")):
        found[Kind(kind)][value] = number
    return found


def directory_counts(workspace: Workspace, kind: Kind, most: int) -> list[tuple[str, int]]:
    """Return the directories of a kind by code point with the number of objects in each, `most` of them."""
    rows = KeptCount.objects.filter(workspace=workspace, facet="directory", kind=kind)
    summed = rows.values("value").annotate(number=Sum("amount")).filter(number__gt=0).order_by("value")
    return list(summed.values_list("value", "number")[:most])


def filter_values(workspace: Workspace, kind: Kind, column: str) -> list[str]:
    """Return the distinct non-empty values of an index column, by code point, at most `FILTERS_SHOWN`.

    `column` is one of `COUNTED`.
    """
    rows = VALUES_HELD.rows(workspace=workspace.pk, facet=column, kind=str(kind))
    return [value for (value,) in rows]


def count_of(workspace: Workspace, kind: Kind, chosen: ListFilter | None = None) -> int | None:
    """Return how many objects `object_list` has for the same arguments, None where that is not kept.

    Kept is: no filter; one alone of type, directory, folder, owner, state and a tag; and a type with a tag.
    """
    return count_across([workspace.pk], kind, chosen)


def count_across(workspace_ids: Sequence[str], kind: Kind, chosen: ListFilter | None = None) -> int | None:
    """Return the same over several workspaces."""
    if chosen and chosen == ListFilter(folder=chosen.folder) != ListFilter():
        return _count_below(workspace_ids, kind, chosen.folder)
    key = _key(str(kind), chosen or ListFilter())
    if key is None:
        return None
    row = COUNT_HELD.row(workspaces=workspace_ids, **key._asdict())
    return row[0] if row else 0


def _count_below(workspace_ids: Sequence[str], kind: Kind, folder: str) -> int:
    rows = KeptCount.objects.filter(workspace__pk__within=workspace_ids, kind=kind, facet="directory")
    if folder != "/":
        rows = rows.filter(Q(value=folder) | Q(value__begins=f"{folder}/"))
    return rows.aggregate(count=Sum("amount"))["count"] or 0


def folder_counts(workspace: Workspace, kind: Kind) -> tuple[list[tuple[str, int]], bool]:
    """Return the directories of objects of a kind, each with how many it holds, by code point.

    Of more than `FILTERS_SHOWN` directories only the top ones, each with all below it; True then.
    """
    rows = KeptCount.objects.filter(workspace=workspace, kind=kind, facet="directory")
    found = list(_summed(rows, "value")[: FILTERS_SHOWN + 1])
    if len(found) <= FILTERS_SHOWN:
        return found, False
    slash = StrIndex(Substr("value", 2), Value("/"))
    top = Case(
        When(condition=Q(slash=0), then=F("value")),
        default=Left("value", slash),
        output_field=CodePointField(),
    )
    return list(_summed(rows.annotate(slash=slash).annotate(top=top), "top")[:FILTERS_SHOWN]), True


def _summed(rows: QuerySet[KeptCount], column: str) -> Any:
    """Return the values of a column, each with the sum of its amounts, where that is not zero."""
    summed = rows.order_by().values(column).annotate(count=Sum("amount")).filter(count__gt=0)
    return summed.order_by(column).values_list(column, "count")


def _key(kind: str, chosen: ListFilter) -> CountKey | None:
    """Return what is counted of the objects that match a filter, None if that is not kept."""
    narrowed = {name: value for name in ListFilter.__slots__ if (value := getattr(chosen, name))}
    narrowed.pop("all_tags", None)  # of no or one tag it says nothing
    tags = set(narrowed.pop("tags", ()))
    if tags:
        return _key_of_tags(kind, tags, narrowed)
    if not narrowed:
        return CountKey(kind, TOTAL, "")
    [(facet, value), *more] = narrowed.items()
    return CountKey(kind, facet, value) if facet in COUNTED and not more else None


def _key_of_tags(kind: str, tags: Collection[str], narrowed: Mapping[str, Any]) -> CountKey | None:
    """Return what is counted of the objects that have one of the tags and match what else is asked for."""
    [tag, *more] = tags
    if more or not is_tag_word(tag) or narrowed.keys() - {"type"}:
        return None
    return CountKey(kind, TYPED_TAG, _typed(narrowed["type"], tag)) if narrowed else CountKey(kind, TAG, tag)
