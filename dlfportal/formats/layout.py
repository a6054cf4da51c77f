"""Every path and suffix in a package, in both layouts and both directions (design, section 5)."""

from __future__ import annotations

from typing import NamedTuple

from dlfportal.formats.kinds import Kind, cluster_name
from dlfportal.formats.registry import FORMATS

JOBS_FOLDER = FORMATS[Kind.JOB].folder
CDM_FOLDER = FORMATS[Kind.CDM_JOB].folder
KINDS = {row.suffix: kind for kind, row in FORMATS.items()}
ORDER = {kind: place for place, kind in enumerate(FORMATS)}

BATCH_PACKAGE = "jobs.zip"

KNOWN_JUNK = frozenset((".ds_store", "thumbs.db", "desktop.ini", "icon\r"))
"""What file managers leave in folders."""

APPLE_MARK = "._"
"""How macOS names the file with the attributes of another: `._myJob.job`."""

EntryOrder = tuple[bool, str, int, str, str]


class EntryName(NamedTuple):
    """What an entry's path says; `cluster` is a CDM job's, `job` the job folder it is in (batch layout).

    The object itself is named by its document; its cluster stands nowhere else.
    """

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
    folder, because the suffix `.json` alone says nothing. Windows does not mind the case of a name.
    """
    *folders, file = path.split("/")
    name, dot, suffix = file.rpartition(".")
    kind = KINDS.get(dot + suffix.lower())
    if kind is None or not name:
        return None
    above, folder = folders[-2:] if len(folders) >= 2 else ("", "")
    if kind is not Kind.CDM_JOB:
        return EntryName(kind, name, job=folder if above.lower() == JOBS_FOLDER else "")
    if above.lower() != CDM_FOLDER or not folder:
        return None
    return EntryName(kind, name, cluster=cluster_name(folder))


def is_junk(path: str) -> bool:
    """Whether the entry at `path`, which holds no object, is what file managers add: not worth a word."""
    file = path.rpartition("/")[2]
    return file.lower() in KNOWN_JUNK or file.startswith(APPLE_MARK)


def entry_order(kind: Kind, name: str, cluster: str = "", job: str = "") -> EntryOrder:
    """Return the sort key of an entry; `job` is the job folder of the batch layout, "" in the single one.

    Folder by folder (jobs, scripts, resources), job by job in the batch layout, by name in code point
    order, and the CDM jobs at the very end by cluster and name.
    """
    if kind is Kind.CDM_JOB:
        return (True, "", ORDER[kind], cluster, name)
    return (False, job, ORDER[kind], "", name)
