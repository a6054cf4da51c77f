"""Every path and suffix in a package, in both layouts and both directions (design, section 5)."""

from __future__ import annotations

from typing import NamedTuple

from dlfportal.formats.kinds import Kind
from dlfportal.formats.registry import FORMATS

JOBS_FOLDER = FORMATS[Kind.JOB].folder
CDM_FOLDER = FORMATS[Kind.CDM_JOB].folder
ORDER = {kind: place for place, kind in enumerate(FORMATS)}

BATCH_PACKAGE = "jobs.zip"

FOREIGN_FOLDER = "__MACOSX"
"""Where macOS puts its own copies, `._myJob.job` and the like, when it makes a zip."""

EntryOrder = tuple[bool, str, int, str, str]


class EntryName(NamedTuple):
    """What an entry's path says; `cluster` is a CDM job's, `job` the job folder it is in (batch layout)."""

    kind: Kind
    name: str
    cluster: str = ""
    job: str = ""


def package_name(job_name: str) -> str:
    """Return the file name of a single job's package: `DLF_myJob.zip`."""
    return f"DLF_{job_name}.zip"


def single_entry(kind: Kind, name: str, cluster: str = "") -> str:
    """Return the path of an object in the package of one job: `scripts/load.script`."""
    folder = f"{CDM_FOLDER}/{cluster}" if kind is Kind.CDM_JOB else FORMATS[kind].folder
    return f"{folder}/{name}{FORMATS[kind].suffix}"


def batch_entry(job: str, kind: Kind, name: str, cluster: str = "") -> str:
    """Return the path of an object that `job` uses in the package of several jobs: `jobs/myJob/load.script`.

    CDM jobs stand beside the jobs, once for all of them, at the path of the single layout.
    """
    if kind is Kind.CDM_JOB:
        return single_entry(kind, name, cluster)
    return f"{JOBS_FOLDER}/{job}/{name}{FORMATS[kind].suffix}"


def read_entry(path: str) -> EntryName | None:
    """Return what the entry at `path` holds, or None for a folder or an entry we do not know.

    Both layouts are understood, under any further top folder, and a job, script or resource is known
    by its suffix wherever it stands (documents reference, section 8). A CDM job needs its cluster's
    folder, because the suffix `.json` alone says nothing.
    """
    *folders, file = path.split("/")
    kind = next((kind for kind, row in FORMATS.items() if file.endswith(row.suffix)), None)
    if kind is None or FOREIGN_FOLDER in folders:
        return None
    name = file.removesuffix(FORMATS[kind].suffix)
    above, folder = folders[-2:] if len(folders) >= 2 else ("", "")
    if not name or (kind is Kind.CDM_JOB and (above != CDM_FOLDER or not folder)):
        return None
    if kind is Kind.CDM_JOB:
        return EntryName(kind, name, cluster=folder)
    return EntryName(kind, name, job=folder if above == JOBS_FOLDER else "")


def entry_order(kind: Kind, name: str, cluster: str = "", job: str = "") -> EntryOrder:
    """Return the sort key of an entry; `job` is the job folder of the batch layout, "" in the single one.

    Folder by folder (jobs, scripts, resources), job by job in the batch layout, by name in code point
    order, and the CDM jobs at the very end by cluster and name.
    """
    if kind is Kind.CDM_JOB:
        return (True, "", ORDER[kind], cluster, name)
    return (False, job, ORDER[kind], "", name)
