"""Who points to some of many objects from outside of them: what deleting them would leave behind.

That may be a job of another workspace, which waits for a job here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Replace, Substr

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import FAR_JOB
from dlfportal.catalogue.models import CatalogueObject, Reference
from dlfportal.chunks import in_chunks
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target

Objects = QuerySet[CatalogueObject]
References = QuerySet[Reference]


class Named(NamedTuple):
    """What an object can be pointed to by: a resource also by its location and id."""

    pk: int
    kind: str
    cluster: str
    name: str
    location: str
    uid: UUID


class User(NamedTuple):
    """An object that points to one of many; one of another workspace says which."""

    pk: int
    kind: str
    cluster: str
    name: str
    workspace_id: str = ""
    workspace_name: str = ""


def references_outside(workspace: Workspace, parts: Iterable[Objects]) -> References:
    """Return the references of a workspace that are none of the objects of `parts` themselves."""
    return _without(Reference.objects.filter(workspace=workspace), parts)


def references_far(words: Mapping[str, set[str]], parts: Iterable[Objects]) -> References:
    """Return the references to jobs of a workspace that name it, but for those of the objects of `parts`.

    `words` are those of `elsewhere.words_for`: only in their workspaces is looked.
    """
    named = Q(pk__in=())
    for word in sorted({word for used in words.values() for word in used}):
        within = [pk for pk, used in words.items() if word in used]
        named |= Q(cluster=word, workspace__id__within=within)
    return _without(Reference.objects.filter(named, target=FAR_JOB), parts)


def _without(found: References, parts: Iterable[Objects]) -> References:
    for part in parts:
        found = found.exclude(source__in=part.order_by().values("pk"))
    return found.order_by()


def objects_used(objects: Objects, outside: References, far: References) -> Objects:
    """Return those of the objects that one of the references points to; the database finds them.

    `outside` are those of their workspace, `far` those of `references_far`.
    """
    named = outside.filter(target=OuterRef("kind"), cluster=OuterRef("cluster"), name=OuterRef("name"))
    text = Replace(Cast("uid", CharField()), Value("-"), Value(""))
    steps = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]
    hyphened = Concat(*(part for step in steps for part in (Value("-"), Substr("hex", *step))))
    soft = outside.filter(target=Target.RESOURCE, cluster="", soft=True)
    by_text = (Exists(soft.filter(name=OuterRef(column))) for column in ("location", "hex", "hyphened_id"))
    condition = Q(Exists(named)) | Q(kind=Kind.JOB, name__in=far.values("name"))
    for one in by_text:
        condition |= Q(kind=Kind.RESOURCE) & Q(one)
    return objects.alias(hex=text).alias(hyphened_id=Substr(hyphened, 2)).filter(condition)


def users_outside(targets: Sequence[Named], outside: References) -> Iterator[tuple[int, User]]:
    """Yield (id of a target, what points to it) for each pair once; one query a thousand targets."""
    for chunk in in_chunks(targets):
        known = texts_of(chunk)
        rows = outside.filter(name__within=sorted({name for _kind, _cluster, name, _soft in known}))
        columns = ("target", "cluster", "name", "soft", "source", "source__kind", "source__cluster")
        seen = set()
        for row in rows.values_list(*columns, "source__name").distinct():
            target, cluster, name, soft, *source = row
            user = User(*source)
            for pk in known.get((target, cluster, name, False), []) + (
                known.get((target, cluster, name, True), []) if soft else []
            ):
                if (pk, user.pk) not in seen:
                    seen.add((pk, user.pk))
                    yield pk, user


def users_far(targets: Sequence[Named], far: References, most: int) -> Iterator[tuple[int, User]]:
    """Yield (id of a target, the job of another workspace that waits for it), at most so many pairs.

    One query a thousand targets.
    """
    columns = ("name", "source", "source__kind", "source__cluster", "source__name", "workspace")
    for chunk in in_chunks([one for one in targets if one.kind == Kind.JOB]):
        jobs = {one.name: one.pk for one in chunk}
        rows = far.filter(name__within=sorted(jobs)).values_list(*columns, "workspace__name").distinct()
        for name, *user in rows.order_by("workspace__name", "source__name")[:most]:
            yield jobs[name], User(*user)


def texts_of(targets: Sequence[Named]) -> dict[tuple[str, str, str, bool], list[int]]:
    """Return the ids of the targets by what names them, and whether only a soft reference does so."""
    known: dict[tuple[str, str, str, bool], list[int]] = {}
    for one in targets:
        known.setdefault((one.kind, one.cluster, one.name, False), []).append(one.pk)
        if one.kind == Kind.RESOURCE:
            for text in {one.location, str(one.uid), one.uid.hex} - {"", one.name}:
                known.setdefault((one.kind, "", text, True), []).append(one.pk)
    return known
