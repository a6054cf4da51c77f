"""The four kinds of object a workspace holds."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A kind of catalogue object; the value is what the database and audit entries store."""

    JOB = "job"
    SCRIPT = "script"
    RESOURCE = "resource"
    CDM_JOB = "cdm_job"
