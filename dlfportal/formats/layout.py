"""Every path and suffix in a package, in both layouts and both directions (design, section 5)."""

from __future__ import annotations

from typing import NamedTuple

from dlfportal.formats.kinds import Kind

JOBS_FOLDER = "jobs"
CDM_FOLDER = "cdms"
FOLDERS = {
    Kind.JOB: JOBS_FOLDER,
    Kind.SCRIPT: "scripts",
    Kind.RESOURCE: "resources",
    Kind.CDM_JOB: CDM_FOLDER,
}
SUFFIXES = {Kind.JOB: ".job", Kind.SCRIPT: ".script", Kind.RESOURCE: ".resource", Kind.CDM_JOB: ".json"}
ORDER = {Kind.JOB: 0, Kind.SCRIPT: 1, Kind.RESOURCE: 2, Kind.CDM_JOB: 3}

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
    folder = f"{CDM_FOLDER}/{cluster}" if kind is Kind.CDM_JOB else FOLDERS[kind]
    return f"{folder}/{name}{SUFFIXES[kind]}"


def batch_entry(job: str, kind: Kind, name: str, cluster: str = "") -> str:
    """Return the path of an object that `job` uses in the package of several jobs: `jobs/myJob/load.script`.

    CDM jobs stand beside the jobs, once for all of them, at the path of the single layout.
    """
    if kind is Kind.CDM_JOB:
        return single_entry(kind, name, cluster)
    return f"{JOBS_FOLDER}/{job}/{name}{SUFFIXES[kind]}"


def read_entry(path: str) -> EntryName | None:
    """Return what the entry at `path` holds, or None for a folder or an entry we do not know.

    Both layouts are understood, under any further top folder, and a job, script or resource is known
    by its suffix wherever it stands (documents reference, section 8). A CDM job needs its cluster's
    folder, because the suffix `.json` alone says nothing.
    """
    *folders, file = path.split("/")
    kind = next((kind for kind, suffix in SUFFIXES.items() if file.endswith(suffix)), None)
    if kind is None or FOREIGN_FOLDER in folders:
        return None
    name = file.removesuffix(SUFFIXES[kind])
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
