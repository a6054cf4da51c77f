"""A comparison as addresses, commands and workers name it: two sides, and a profile that maps one's names."""

from __future__ import annotations

from dataclasses import dataclass, field

from dlfportal.audit.actor import Actor
from dlfportal.catalogue.comparing.pairs import Paired, paired
from dlfportal.catalogue.comparing.reading import View
from dlfportal.catalogue.comparing.sides import Side
from dlfportal.catalogue.mapping_profiles import ProfileMissing, profile_get
from dlfportal.errors import gettext_noop
from dlfportal.formats.mapping import Merging, NameMap, mapping_back, merged_names
from dlfportal.transfer.comparing.sides import side_read

HERE, THERE = "here", "there"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and how their documents are looked at.

    `profile` is `there:NAME` for a mapping profile of the second side's workspace, whose names the first
    one's documents are given; `here:NAME` for the other way round; "" for none.
    """

    here: Side
    there: Side
    profile: str = ""
    view: View = field(default_factory=View)

    def paired(self) -> Paired:
        """Return both sides in pairs; no document is read."""
        return paired(self.here.rows(), self.there.rows(), self.view.clusters)

    @property
    def names_there(self) -> NameMap:
        """What the second side calls the names of the first; a profile of the first is turned round."""
        return self.view.mapping if self.view.of_here else mapping_back(self.view.mapping)

    @property
    def profile_there(self) -> str:
        """The name of the profile, if it is one of the second side's workspace; else ""."""
        whose, _colon, name = self.profile.partition(":")
        return name if whose == THERE else ""

    @property
    def unclear_names(self) -> list[Merging]:
        """The names of the first side that stand for several of the second, so that none is chosen."""
        return [] if self.view.of_here else merged_names(self.view.mapping)


def comparison_read(actor: Actor, here: str, there: str, profile: str = "") -> Comparison:
    """Return the comparison that texts name, as `side_read` and `Comparison` say.

    Raises NotFound for what is not there or not the person's, BadRequest, or Conflict.
    """
    return comparison_of(actor, side_read(actor.user, here), side_read(actor.user, there), profile)


def comparison_of(actor: Actor, here: Side, there: Side, profile: str) -> Comparison:
    """Return the comparison of two sides, looked at with a profile of one of their workspaces.

    Raises NotFound where there is no such profile.
    """
    if not profile:
        return Comparison(here, there)
    whose, colon, name = profile.partition(":")
    if whose not in (HERE, THERE) or not colon:
        raise ProfileMissing(gettext_noop("There is no such mapping profile."))
    workspace = (here if whose == HERE else there).workspace
    found = profile_get(actor=actor, workspace=workspace, name=name)
    return Comparison(here, there, profile, View(found.mapping, of_here=whose == THERE))
