"""Paths in a package, in both layouts and both directions."""

from __future__ import annotations

import pytest

from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import (
    BATCH_PACKAGE,
    EntryName,
    batch_entry,
    entry_order,
    is_junk,
    package_name,
    read_entry,
    single_entry,
)

NAMES = ["myJob", "作业_一", "a.b.job", "jobs", "scripts", "cdms", "x" * 128]


def test_package_names() -> None:
    assert package_name("myJob") == "DLF_myJob.zip"
    assert BATCH_PACKAGE == "jobs.zip"


def test_paths_are_the_documented_ones() -> None:
    assert single_entry(Kind.JOB, "myJob") == "jobs/myJob.job"
    assert single_entry(Kind.SCRIPT, "load") == "scripts/load.script"
    assert single_entry(Kind.RESOURCE, "udf") == "resources/udf.resource"
    assert single_entry(Kind.CDM_JOB, "mysql2hive", "cdm-1") == "cdms/cdm-1/mysql2hive.json"
    assert batch_entry("myJob", Kind.JOB, "myJob") == "jobs/myJob/myJob.job"
    assert batch_entry("myJob", Kind.SCRIPT, "load") == "jobs/myJob/load.script"
    assert batch_entry("myJob", Kind.RESOURCE, "udf") == "jobs/myJob/udf.resource"
    assert batch_entry("myJob", Kind.CDM_JOB, "mysql2hive", "cdm-1") == "cdms/cdm-1/mysql2hive.json"


@pytest.mark.parametrize("top", ["", "export/", "a/b/"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", Kind)
def test_both_layouts_are_read_back(kind: Kind, name: str, top: str) -> None:
    cluster = "集群 1" if kind is Kind.CDM_JOB else ""
    folder = "" if kind is Kind.CDM_JOB else "someJob"
    assert read_entry(top + single_entry(kind, name, cluster)) == EntryName(kind, name, cluster)
    assert read_entry(top + batch_entry("someJob", kind, name, cluster)) == EntryName(
        kind, name, cluster, folder
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("myJob.job", EntryName(Kind.JOB, "myJob")),
        ("backup/2024/load.script", EntryName(Kind.SCRIPT, "load")),
        ("jobs/jobs.job", EntryName(Kind.JOB, "jobs")),
        ("jobs/scripts/x.script", EntryName(Kind.SCRIPT, "x", job="scripts")),
        ("cdms/cdms/x.json", EntryName(Kind.CDM_JOB, "x", cluster="cdms")),
        ("jobs/__MACOSX/__MACOSX.job", EntryName(Kind.JOB, "__MACOSX", job="__MACOSX")),
        ("__MACOSX/jobs/._a.job", EntryName(Kind.JOB, "._a")),
        ("JOBS/one/SALESDAILY.JOB", EntryName(Kind.JOB, "SALESDAILY", job="one")),
        ("Cdms/集群/X.Json", EntryName(Kind.CDM_JOB, "X", cluster="集群")),
        ("cdms/e\u0301/e\u0301.json", EntryName(Kind.CDM_JOB, "e\u0301", cluster="\u00e9")),
    ],
)
def test_entries_are_known_by_suffix_wherever_they_stand(path: str, expected: EntryName) -> None:
    assert read_entry(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "", "jobs/", "jobs/myJob/", "README.txt", "jobs/.job", "jobs/myJob.job.bak", "manifest.json",
        "cdms/x.json", "cdms//x.json", "other/cdm-1/x.json", "jobs/myJob", "JOBS/job", "x.jobs",
    ],
)  # fmt: skip
def test_other_entries_are_not_known(path: str) -> None:
    assert read_entry(path) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".DS_Store", True), ("jobs/.ds_store", True), ("a/Thumbs.db", True), ("Desktop.INI", True),
        ("__MACOSX/a/._.DS_Store", True), ("jobs/._notes.txt", True), ("jobs/DS_Store", False),
        ("README", False),
    ],
)  # fmt: skip
def test_what_file_managers_leave(path: str, expected: bool) -> None:
    assert is_junk(path) is expected


def test_entries_of_one_job_come_folder_by_folder_in_code_point_order() -> None:
    entries = [
        (Kind.JOB, "z", ""), (Kind.SCRIPT, "B", ""), (Kind.SCRIPT, "_", ""), (Kind.SCRIPT, "a", ""),
        (Kind.SCRIPT, "作", ""), (Kind.SCRIPT, "\uffe0", ""), (Kind.SCRIPT, "\U00020000", ""),
        (Kind.RESOURCE, "A", ""), (Kind.CDM_JOB, "z", "c1"), (Kind.CDM_JOB, "a", "c2"),
    ]  # fmt: skip
    backwards = entries[::-1]
    assert sorted(backwards, key=lambda entry: entry_order(*entry)) == entries


def test_entries_of_several_jobs_come_job_by_job_and_cdm_jobs_last() -> None:
    entries = [
        (Kind.JOB, "a", "", "a"), (Kind.SCRIPT, "z", "", "a"), (Kind.RESOURCE, "b", "", "a"),
        (Kind.JOB, "b", "", "b"), (Kind.SCRIPT, "a", "", "b"),
        (Kind.CDM_JOB, "a", "a", ""), (Kind.CDM_JOB, "b", "a", ""),
    ]  # fmt: skip
    backwards = entries[::-1]
    assert sorted(backwards, key=lambda entry: entry_order(*entry)) == entries
