"""The page of a resource: where its file is, and the files that it depends on."""

from __future__ import annotations

from dlfportal.formats.shapes import items, shown
from dlfportal.web.pages.object import ObjectPage
from dlfportal.web.pages.uses import Use
from dlfportal.web.words import object_type


class ResourcePage(ObjectPage):
    """A resource: the files it depends on beside what every object shows."""

    @property
    def packages(self) -> list[tuple[str, str, Use | None, str]]:
        """The files it depends on, as (type on the wire, in words, the resource a path names, the path)."""
        by_path = {use.reference.path[:2]: use for use in self.uses}
        rows = []
        for key in ("dependPackages", "dependFiles"):
            for place, item in enumerate(items(self.document, key)):
                kind, location = (
                    (item.get("type"), item.get("location")) if isinstance(item, dict) else ("", item)
                )
                wire, use = shown(kind), by_path.get((key, place))
                rows.append((wire, object_type(self.kind, wire), use, shown(location)))
        return rows
