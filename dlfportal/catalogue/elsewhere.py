"""What points from one workspace into another: jobs that wait for jobs there, and things of the same name.

A document names the other workspace by id or by name. A name means the workspace of that name in the
project of the document; where it has none, the only one of that name. Nobody is led, or counted,
beyond the workspaces that they may see.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.derive import FAR_JOB
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference
from dlfportal.catalogue.references import USERS_ORDERED, Users
from dlfportal.formats.kinds import Kind

ELSEWHERE_SHOWN = 50
ID = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
"""What the id of a workspace looks like."""


class Elsewhere(NamedTuple):
    """An object of the same kind and name in another workspace."""

    workspace: Workspace
    object: CatalogueObject


class Far(NamedTuple):
    """What a document names in another workspace: that one's name, "" if not known, and the job if seen."""

    workspace: str
    job: CatalogueObject | None = None


class Place(NamedTuple):
    """What is asked of a workspace to know which one a name means."""

    pk: str
    project: str
    name: str


def same_name_elsewhere(target: CatalogueObject, workspaces: QuerySet[Workspace]) -> list[Elsewhere]:
    """Return the living objects of the same kind, name and cluster in others of these workspaces, a few."""
    others = workspaces.exclude(pk=target.workspace_id)
    found = CatalogueObject.objects.filter(
        ALIVE, kind=target.kind, name=target.name, cluster=target.cluster, workspace__in=others
    ).select_related("workspace__project")
    rows = found.order_by("workspace__project__name", "workspace__name")[:ELSEWHERE_SHOWN]
    return [Elsewhere(row.workspace, row) for row in rows]


def far_jobs(
    workspace: Workspace, workspaces: QuerySet[Workspace], wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], CatalogueObject]:
    """Return the living jobs that documents of `workspace` name as (workspace, job), by these names.

    Only those of the given workspaces are found; a name that may mean two of them means none. Two queries.
    """
    found = far_named(workspace, workspaces, wanted)
    return {key: far.job for key, far in found.items() if far.job is not None}


def far_named(
    workspace: Workspace, workspaces: QuerySet[Workspace], wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Far]:
    """Return what documents of `workspace` name as (workspace, job), all of these, as `far_jobs` does."""
    if not wanted:
        return {}
    named = {word for word, _ in wanted}
    places = _places(workspaces.filter(Q(pk__in=named) | Q(name__in=named)))
    meant = {word: _meant(word, workspace.project_id, _named(word, places)) for word in named}
    names = {place.pk: place.name for place in places}
    rows = CatalogueObject.objects.filter(
        ALIVE,
        workspace__in={pk for pk in meant.values() if pk},
        kind=Kind.JOB,
        name__in={name for _, name in wanted},
    ).select_related("workspace")
    held = {(row.workspace_id, row.name): row for row in rows}
    return {
        (word, name): Far(names.get(meant[word]) or word_shown(word), held.get((meant[word], name)))
        for word, name in wanted
    }


def word_shown(word: str) -> str:
    """Return the word by which a document names a workspace if people can read it: an id says nothing."""
    return "" if ID.fullmatch(word) else word


def far_names(jobs: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Return by id what each of some jobs waits for elsewhere, as (workspace, job). One query."""
    rows = Reference.objects.filter(source__id__within=list(jobs), target=FAR_JOB)
    found: dict[int, list[tuple[str, str]]] = {}
    for source, workspace, name in rows.order_by("cluster", "name").values_list("source", "cluster", "name"):
        found.setdefault(source, []).append((workspace, name))
    return found


def words_for(workspace: Workspace, workspaces: QuerySet[Workspace]) -> dict[str, set[str]]:
    """Return the words by which documents of each of these workspaces name `workspace`, by their ids.

    One query.
    """
    places = _places(workspaces)
    words = {word: _named(word, places) for word in (workspace.pk, workspace.name)}
    return {
        place.pk: {
            word for word, named in words.items() if _meant(word, place.project, named) == workspace.pk
        }
        for place in places
    }


def far_users(job: str, words: Mapping[str, set[str]], size: int, without: int = 0) -> Users:
    """Return the first `size` of the jobs that name a job together with its workspace.

    `words` are those of `words_for`; only in their workspaces is looked. The rows have their workspaces. As
    many queries whatever there is: the index begins with the workspace, so a look costs a step for each.
    """
    sources: set[int] = set()
    rows = Reference.objects.filter(target=FAR_JOB, name=job).order_by("source_id")
    for word in sorted({word for used in words.values() for word in used}):
        within = [pk for pk, used in words.items() if word in used]
        named = rows.filter(cluster=word, workspace__id__within=within)
        sources.update(named.values_list("source", flat=True).distinct()[: USERS_ORDERED + 2])
    few = sorted(sources - {without})[: USERS_ORDERED + 1]
    found = CatalogueObject.objects.filter(ALIVE, pk__within=few).select_related("workspace__project")
    ordered = found.order_by("workspace__project__name", "workspace__name", "name")
    return Users(list(ordered[:size]), Total(min(len(few), USERS_ORDERED), len(few) > USERS_ORDERED))


def _places(workspaces: QuerySet[Workspace]) -> list[Place]:
    return [Place._make(row) for row in workspaces.order_by().values_list("pk", "project_id", "name")]


def _named(word: str, places: Iterable[Place]) -> list[Place]:
    return [place for place in places if word in (place.pk, place.name)]


def _meant(word: str, project: str, named: Sequence[Place]) -> str:
    """Return which of the workspaces `named` so a document of a project means by `word`, "" for none."""
    for own in (
        [place for place in named if place.pk == word],
        [place for place in named if place.project == project],
        named,
    ):
        if len(own) == 1:
            return own[0].pk
    return ""
