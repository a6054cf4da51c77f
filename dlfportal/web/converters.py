"""How a kind is written in an address."""

from __future__ import annotations

from dlfportal.catalogue.kinds import KINDS
from dlfportal.formats.kinds import Kind

BY_SLUG = {spec.slug: kind for kind, spec in KINDS.items()}


class KindConverter:
    """`jobs`, `scripts`, `resources` or `cdm-jobs`, as the kind."""

    regex = "|".join(BY_SLUG)

    def to_python(self, value: str) -> Kind:
        """Return the kind of a word that `regex` matched."""
        return BY_SLUG[value]

    def to_url(self, value: str) -> str:
        """Return the word of a kind; templates give its value, such as `cdm_job`."""
        return KINDS[Kind(value)].slug
