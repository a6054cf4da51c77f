"""Packages as the world makes them: each is taken as its maker meant it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.transfer.models import RunStatus
from tests.cases.packages import importpackage, package_of
from tests.importing import alive, exported, imported, package
from tests.packages import unzip

pytestmark = pytest.mark.django_db

DAILY = [
    "cdm_job cdm-lake-01/ods_shop_orders",
    "job job_订单域_每日",
    "script dwd_orders_daily",
]
SALES = ["job salesDaily", "script load_sales"]

CASES: dict[str, list[str]] = {
    "autoscr-good": DAILY,
    "backslash": SALES,
    "cdm-two-in-one-file": ["cdm_job c1/t_a", "cdm_job c1/t_b"],
    "content-gbk": ["job b3", "script s3"],
    "job-file-other-name": DAILY[1:],
    "lhm-package": sorted([*DAILY, "cdm_job cdm-lake-01/ods_shop_items", "resource udf_jar"]),
    "macos-archive-utility": ["job 日报", "script 清洗"],
    "macos-dotunderscore": SALES,
    "macos-rezip": SALES,
    "names-gbk": ["job 日报", "script 清洗脚本"],
    "names-gbk-cluster": ["cdm_job 系统/crm2hive", "job a1"],
    "names-gbk-xitong": ["job 系统", "script 清洗脚本", "script 系统_学习"],
    "nfd-cluster": ["cdm_job データ連携/k1", "job nfdjob"],
    "silently-left-out": ["job salesDaily", "script LOAD2"],
    "suffix-case": ["job SALESDAILY", "script load_sales"],
}
SILENTLY = [
    "The script load_sales, which it uses, is neither in the package nor in the workspace.",
    "ignored: 4 (scripts/load_sales.script.txt, cdms/crm2hive.json, cdm/cdm_1/crm2hive.json, "
    "resources/udf.resource.json)",
    "The script load_sales, used by salesDaily, is neither in the package nor in the workspace.",
]
NOTES = {
    "cdm-two-in-one-file": ["t_b", "cdms/c1/t_a.json"],
    "content-gbk": ["GBK"],
    "job-file-other-name": ["out/GEN_job_订单域_每日_2023010910.job"],
    "lhm-package": ["cdms/cdm-lake-01/cdm_ods_20230109.json"],
    "names-gbk-cluster": ["系统", "encoded"],
    "silently-left-out": SILENTLY,
}


@pytest.mark.parametrize("case", CASES)
def test_a_dry_run_finds_all_objects(workspace: Workspace, case: str) -> None:
    lines = importpackage(case, workspace, "--dry-run")
    found = [line.split() for line in lines if line.startswith("new ")]
    assert sorted(" ".join(words[1:3]) for words in found) == sorted(CASES[case])
    assert f"would be: {len(CASES[case])} new, 0 changed" in "\n".join(lines)
    assert all(note in "\n".join(lines) for note in NOTES.get(case, []))


@pytest.mark.parametrize("case", CASES)
def test_an_import_keeps_all_objects(workspace: Workspace, case: str) -> None:
    imported(workspace, package_of(case).read_bytes())
    kept = [f"{one.kind} {one.cluster}/{one.name}".replace(" /", " ") for one in alive(workspace)]
    assert sorted(kept) == sorted(CASES[case])


def test_a_job_finds_its_cdm_job_in_a_folder_of_macos(workspace: Workspace) -> None:
    imported(workspace, package_of("nfd-cluster").read_bytes())
    assert list(unzip(exported(workspace, "nfdjob"))) == ["jobs/nfdjob.job", "cdms/データ連携/k1.json"]


def test_the_page_of_an_exported_script_shows_its_database(
    workspace: Workspace, viewer: User, client: Client
) -> None:
    imported(workspace, package_of("autoscr-good").read_bytes())
    client.force_login(viewer)
    page = client.get(f"/w/{workspace.pk}/scripts/dwd_orders_daily/").content.decode()
    assert "<dd>dwi</dd>" in page


def test_files_without_an_object_are_named(workspace: Workspace) -> None:
    lines = "\n".join(importpackage("silently-left-out", workspace, "--dry-run"))
    for name in (
        "load_sales.script.txt",
        "cdms/crm2hive.json",
        "cdm/cdm_1/crm2hive.json",
        "udf.resource.json",
    ):
        assert name in lines


def test_a_bad_job_of_a_cdm_file_is_named_with_its_place(workspace: Workspace) -> None:
    run = imported(workspace, package({"cdms/c/all.json": {"jobs": [{"name": "a"}, {"name": ""}]}}))
    assert run.status == RunStatus.FAILED
    assert "cdms/c/all.json $.jobs[1].name" in " ".join(str(item.messages) for item in run.items.all())


def test_text_in_gbk_is_kept_as_utf8(workspace: Workspace) -> None:
    imported(workspace, package_of("content-gbk").read_bytes())
    assert "每日销售".encode() in unzip(exported(workspace, "b3"))["scripts/s3.script"]
