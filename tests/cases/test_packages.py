"""Packages as the world makes them: each is taken as its maker meant it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from dlfportal.access.models import Workspace
from tests.factories import operator
from tests.importing import alive, exported, imported
from tests.packages import unzip

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent
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
NOTES = {
    "cdm-two-in-one-file": ["t_b", "cdms/c1/t_a.json"],
    "content-gbk": ["GBK"],
    "job-file-other-name": ["out/GEN_job_订单域_每日_2023010910.job"],
    "lhm-package": ["cdms/cdm-lake-01/cdm_ods_20230109.json"],
    "names-gbk-cluster": ["系统", "encoded"],
}


def package(case: str) -> Path:
    return FOLDER / case / "package.zip"


def dry_run(workspace: Workspace, case: str) -> list[str]:
    """Return the lines that `importpackage --dry-run` prints."""
    operator()
    out = StringIO()
    call_command("importpackage", str(package(case)), "--workspace", workspace.pk, "--dry-run", stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("case", CASES)
def test_a_dry_run_finds_all_objects(workspace: Workspace, case: str) -> None:
    lines = dry_run(workspace, case)
    found = [line.split() for line in lines if line.startswith("new ")]
    assert sorted(" ".join(words[1:3]) for words in found) == sorted(CASES[case])
    assert f"would be: {len(CASES[case])} new, 0 changed" in "\n".join(lines)
    assert all(note in "\n".join(lines) for note in NOTES.get(case, []))


@pytest.mark.parametrize("case", CASES)
def test_an_import_keeps_all_objects(workspace: Workspace, case: str) -> None:
    imported(workspace, package(case).read_bytes())
    kept = [f"{one.kind} {one.cluster}/{one.name}".replace(" /", " ") for one in alive(workspace)]
    assert sorted(kept) == sorted(CASES[case])


def test_a_job_finds_its_cdm_job_in_a_folder_of_macos(workspace: Workspace) -> None:
    imported(workspace, package("nfd-cluster").read_bytes())
    assert list(unzip(exported(workspace, "nfdjob"))) == ["jobs/nfdjob.job", "cdms/データ連携/k1.json"]


def test_text_in_gbk_is_kept_as_utf8(workspace: Workspace) -> None:
    imported(workspace, package("content-gbk").read_bytes())
    assert "每日销售".encode() in unzip(exported(workspace, "b3"))["scripts/s3.script"]
