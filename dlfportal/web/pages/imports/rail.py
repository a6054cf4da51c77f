"""What the rows of a plan or an import may be narrowed to, with counts: outcomes, remarks, kinds, folders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from dlfportal.formats.kinds import Kind
from dlfportal.transfer.planning.remarks import Remark

LONGEST_FOLDER = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the rows asks for; what cannot be is left out."""

    show: str = ""
    kind: str = ""
    folder: str = ""
    remark: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str], shows: Collection[str]) -> Wanted:
        """Return what `params` ask for; `shows` has the words that `show` may be."""
        show, kind = params.get("show", ""), params.get("kind", "")
        return cls(
            show=show if show in shows else "",
            kind=kind if kind in list(Kind) else "",
            folder=params.get("folder", "")[:LONGEST_FOLDER],
            remark=remark if (remark := params.get("remark", "")) in list(Remark) else "",
        )

    @property
    def params(self) -> dict[str, str]:
        """The parameters of its address."""
        return {"show": self.show, "kind": self.kind, "folder": self.folder, "remark": self.remark}

    def changed(self, **changes: str) -> dict[str, str]:
        """Return the parameters with some others in their place."""
        return {**self.params, **changes}


@dataclass(frozen=True, slots=True)
class RailLink:
    """One thing to narrow to: its label, the token or icon before it, how many there are."""

    label: str | Promise
    count: int
    url: str
    current: bool
    token: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class RailGroup:
    """Links under one heading."""

    heading: str
    links: list[RailLink] = field(default_factory=list)
