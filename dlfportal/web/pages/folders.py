"""The tree of folders beside a list, from the kept counts: no row of an object is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import folder_counts
from dlfportal.catalogue.kinds import KindSpec
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.web.pages.paging import Address


@dataclass(slots=True)
class FolderNode:
    """One folder: how many objects are in it and below; `open` shows what it holds, `current` is chosen."""

    path: str
    label: str
    url: str
    count: int = 0
    open: bool = False
    current: bool = False
    children: list[FolderNode] = field(default_factory=list)


def folder_tree(
    workspace: Workspace, spec: KindSpec, chosen: ListFilter, address: Address
) -> list[FolderNode]:
    """Return the top folders of a kind's objects, each with those below it; [] where there are none.

    Of very many folders there are only the top ones.
    """
    if "folder" not in spec.filters:
        return []
    nodes: dict[str, FolderNode] = {}
    tops: list[FolderNode] = []
    for directory, count in folder_counts(workspace, spec.kind)[0]:
        parts = directory[1:].split("/") if directory != "/" else []
        for depth in range(1, len(parts) + 1):
            path = "/" + "/".join(parts[:depth])
            if path not in nodes:
                nodes[path] = _node(path, parts[depth - 1], chosen.folder, address)
                siblings = nodes["/" + "/".join(parts[: depth - 1])].children if depth > 1 else tops
                siblings.append(nodes[path])
            nodes[path].count += count
    return tops


def _node(path: str, label: str, chosen: str, address: Address) -> FolderNode:
    is_above = chosen == path or chosen.startswith(f"{path}/")
    url = address.changed(folder=path, directory="")
    return FolderNode(path, label or "/", url, open=is_above, current=chosen == path)
