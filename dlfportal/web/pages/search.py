"""The page of a search over all that one may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.http import QueryDict

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.catalogue.everywhere import Hit, Hits, find_everywhere, words_of
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.formats.kinds import Kind
from dlfportal.links import object_url
from dlfportal.web.pages.paging import Address

HITS_A_KIND = 12
HITS_A_PAGE = 50
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Place:
    """One object that was found, in the workspace where it is."""

    hit: Hit
    workspace: Workspace

    @property
    def url(self) -> str:
        """The address of the object."""
        hit = self.hit
        return object_url(hit.workspace_id, Kind(hit.kind), hit.name, hit.cluster)


@dataclass(frozen=True, slots=True)
class KindHits:
    """What was found of one kind: a page of it, and `url`, which leads to all of it if there is more."""

    spec: KindSpec
    places: list[Place]
    count: int
    is_more: bool
    url: str

    @property
    def total(self) -> str:
        """How many were found, with a plus where there may be more."""
        return f"{self.count:,}{'+' if self.is_more else ''}"


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What the template of a search is given; `only` is the kind that it is narrowed to."""

    text: str
    groups: list[KindHits]
    only: KindSpec | None
    previous: str
    next: str
    all_url: str

    @property
    def count(self) -> int:
        """How many objects were found."""
        return sum(group.count for group in self.groups)

    @property
    def is_more(self) -> bool:
        """Whether a word is so frequent that there may be more."""
        return any(group.is_more for group in self.groups)


def search_page(user: User | AnonymousUser, params: QueryDict) -> SearchPage:
    """Return the page of the search for `q`, of all kinds or of one (`kind`, its word in addresses)."""
    text, address = params.get("q", "").strip()[:LONGEST], Address(params)
    only = next((spec for spec in KINDS.values() if spec.slug == params.get("kind")), None)
    workspaces = {found.pk: found for found in workspaces_with(user, Right.VIEW)} if text else {}
    found = {
        spec: find_everywhere(words_of(text), spec.kind, workspaces)
        for spec in ([only] if only else KINDS.values())
    }
    start = _page_of(params, found[only]) * HITS_A_PAGE if only else 0
    size = HITS_A_PAGE if only else HITS_A_KIND
    count = len(found[only].hits) if only else 0
    number = start // HITS_A_PAGE + 1
    groups = [
        _group(spec, hits, workspaces, address, start, size) for spec, hits in found.items() if hits.hits
    ]
    return SearchPage(
        text=text,
        groups=groups,
        only=only,
        previous=address.changed(page=str(number - 1)) if start else "",
        next=address.changed(page=str(number + 1)) if only and start + size < count else "",
        all_url=address.changed(kind=""),
    )


def _page_of(params: QueryDict, hits: Hits) -> int:
    """Return the number, from 0, of the page asked for; the first for one that is not there."""
    text = params.get("page", "")
    number = int(text) - 1 if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    return number if 0 <= number * HITS_A_PAGE < len(hits.hits) else 0


def _group(
    spec: KindSpec, found: Hits, workspaces: Mapping[str, Workspace], address: Address, start: int, size: int
) -> KindHits:
    places = [Place(hit, workspaces[hit.workspace_id]) for hit in found.hits[start : start + size]]
    url = address.changed(kind=spec.slug) if len(found.hits) > size else ""
    return KindHits(spec, places, len(found.hits), found.is_more, url)
