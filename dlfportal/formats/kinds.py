"""The four kinds of object a workspace holds, and how the name of a cluster is compared."""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Kind(StrEnum):
    """A kind of catalogue object; the value is what the database and audit entries store."""

    JOB = "job"
    SCRIPT = "script"
    RESOURCE = "resource"
    CDM_JOB = "cdm_job"


KIND_OF: dict[str, Kind] = {kind.value: kind for kind in Kind}
"""Each kind by the word that is stored: what `Kind(word)` returns, for those who ask ten thousand times."""


def cluster_name(name: str) -> str:
    """Return the name of a cluster as it is kept and compared: in NFC.

    It is a folder of a package, and macOS writes the accents of folder names in its own way.
    """
    return unicodedata.normalize("NFC", name)
