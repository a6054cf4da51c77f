"""The three calls of v2, by Huawei's SDK for them, unmodified and signing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdataartsstudio.v1 import (
    DataArtsStudioClient,
    ListFactoryJobsRequest,
    ListFactoryScriptsRequest,
    UpdateFactoryJobNameRequest,
    UpdateFactoryJobNameRequestBody,
)

from tests.live.sdk.catalogue import RESOURCES, SCRIPTS
from tests.live.sdk.client import Key
from tests.portal import SAMPLE_PROJECT, Portal

DEFAULT = "e1b7d0c4a52f4f6d9c38a7706b1f2d95"


@pytest.fixture(scope="module")
def studio(portal: Portal, key: Key) -> Any:
    """A client of the SDK as its users make one."""
    credentials = BasicCredentials(*key, SAMPLE_PROJECT)
    builder = DataArtsStudioClient.new_builder().with_credentials(credentials)
    return builder.with_endpoint(portal.url).build()


def renamed(studio: Any, name: str, new: str) -> Any:
    body = UpdateFactoryJobNameRequestBody(name=new)
    request = UpdateFactoryJobNameRequest(workspace=DEFAULT, job_name=name, body=body)
    return studio.update_factory_job_name(request)


def test_scripts_page_by_page(studio: Any) -> None:
    rows: list[Any] = []
    for offset in range(100):
        page = studio.list_factory_scripts(
            ListFactoryScriptsRequest(workspace=DEFAULT, limit=5, offset=offset)
        )
        rows += page.scripts
        if not page.scripts:
            assert page.total == len(rows)
            break
    assert rows and [row.name for row in rows] == sorted({row.name for row in rows})
    by_name = {row.name: row for row in rows}
    row, document = by_name["TRIP_RAW_STANDARD"], SCRIPTS["TRIP_RAW_STANDARD"]
    assert (row.type, row.database, row.queue_name) == (
        document["type"],
        document.get("database"),
        document.get("queueName"),
    )
    assert isinstance(row.modify_time, int) and row.create_user and row.id
    assert RESOURCES.keys().isdisjoint(by_name)


def test_jobs_with_filters(studio: Any) -> None:
    page = studio.list_factory_jobs(ListFactoryJobsRequest(workspace=DEFAULT, limit=1000))
    assert page.total == len(page.jobs)
    mine = next(row for row in page.jobs if row.name == "myJob")
    assert (mine.job_type, mine.status, mine.path) == ("REAL_TIME", "STOPPED", "/trip")
    assert isinstance(mine.create_time, int) and isinstance(mine.single_node_job_flag, bool)
    request = ListFactoryJobsRequest(
        workspace=DEFAULT, job_type="BATCH", job_name="a", status="STOPPED", match_all_tags=False
    )
    found = studio.list_factory_jobs(request)
    assert {row.job_type for row in found.jobs} <= {"BATCH"}
    assert all("a" in row.name.lower() for row in found.jobs)


def test_a_job_is_renamed_and_back(studio: Any) -> None:
    answer = renamed(studio, "myJob", "改名")
    assert (answer.is_success, answer.status_code) == (True, 200)
    for name, new, code in (("myJob", "x", "DLF.30100"), ("改名", "日报_销售汇总", "DLF.30102")):
        with pytest.raises(ClientRequestException) as refused:
            renamed(studio, name, new)
        assert (refused.value.status_code, refused.value.error_code) == (400, code)
        assert re.fullmatch("[0-9a-f]{32}", refused.value.request_id)
    assert renamed(studio, "改名", "myJob").is_success
