"""Huawei's own SDKs, unmodified, against a live portal; and curl with a signature made here."""

from __future__ import annotations

import hashlib
import io
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkdgc.v1 import DgcClient
from huaweicloudsdkdgc.v1 import ExportJobListRequest as DgcExportJobListRequest
from huaweicloudsdkdgc.v1 import ExportJobRequest as DgcExportJobRequest
from huaweicloudsdkdgc.v1.model import ExportJobReq
from huaweicloudsdkdgc.v1.model import ExportJobsReq as DgcExportJobsReq
from huaweicloudsdkdlf.v1 import DlfClient, ExportJobListRequest, ExportJobRequest
from huaweicloudsdkdlf.v1.model import ExportJobsReq

from tests.live.sdk.client import Key
from tests.portal import SAMPLE_PROJECT, Portal
from tests.signing import authorization, date_now
from tests.tools import need

DEFAULT = "e1b7d0c4a52f4f6d9c38a7706b1f2d95"
PRODUCTION = "7c2a94e06d3b4b1f8ef5120c9da6b843"
CHINESE = "日报_销售汇总"
FOLDERS = ["jobs/myJob.job", "scripts/CS_PROCESS_TRIP.script", "scripts/TRIP_RAW_STANDARD.script"]


def sdk(kind: Any, portal: Portal, key: Key, project: str | None = SAMPLE_PROJECT) -> Any:
    """Return a client of the SDK as its users make one."""
    config = HttpConfig.get_default_config()
    config.ignore_ssl_verification = True
    builder = kind.new_builder().with_http_config(config)
    if project:
        credentials = BasicCredentials(*key, project)
        return builder.with_credentials(credentials).with_endpoint(portal.url).build()
    credentials = BasicCredentials(*key).with_iam_endpoint(portal.url)
    region = Region("cn-north-4_retail", portal.url)
    return builder.with_credentials(credentials).with_region(region).build()


def entries(package: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert opened.testzip() is None
        return opened.namelist()


def by_token(portal: Portal, path: str, body: Any = None) -> bytes:
    headers = {"X-Auth-Token": portal.token()}
    answer = requests.post(f"{portal.url}/v1/{SAMPLE_PROJECT}/{path}", json=body, headers=headers, timeout=30)
    answer.raise_for_status()
    return answer.content


def test_dlf_sdk_exports_a_job(portal: Portal, key: Key) -> None:
    answer = sdk(DlfClient, portal, key).export_job(ExportJobRequest(job_name="myJob"))
    assert answer.status_code == 200
    assert entries(answer.raw_content) == FOLDERS
    assert answer.raw_content == by_token(portal, "jobs/myJob/export")


def test_dlf_sdk_exports_a_job_with_a_chinese_name(portal: Portal, key: Key) -> None:
    request = ExportJobRequest(workspace=PRODUCTION, job_name=CHINESE)
    answer = sdk(DlfClient, portal, key).export_job(request)
    assert f"jobs/{CHINESE}.job" in entries(answer.raw_content)


def test_dgc_sdk_exports_a_job_without_what_it_uses(portal: Portal, key: Key) -> None:
    body = ExportJobReq(export_depend=False)
    request = DgcExportJobRequest(workspace=DEFAULT, job_name="myJob", body=body)
    assert entries(sdk(DgcClient, portal, key).export_job(request).raw_content) == ["jobs/myJob.job"]


def test_both_sdks_export_several_jobs(portal: Portal, key: Key) -> None:
    names = ["myJob", CHINESE]
    dlf = sdk(DlfClient, portal, key).export_job_list(
        ExportJobListRequest(body=ExportJobsReq(job_list=names, export_depend=True))
    )
    dgc = sdk(DgcClient, portal, key).export_job_list(
        DgcExportJobListRequest(body=DgcExportJobsReq(job_list=names, export_depend=True))
    )
    assert f"jobs/{CHINESE}/{CHINESE}.job" in entries(dlf.raw_content)
    expected = by_token(portal, "jobs/batch-export", {"jobList": names})
    assert dlf.raw_content == dgc.raw_content == expected


def test_sdk_finds_the_project_by_itself(portal: Portal, key: Key) -> None:
    client = sdk(DlfClient, portal, key, project=None)
    assert entries(client.export_job(ExportJobRequest(job_name="myJob")).raw_content) == FOLDERS


@pytest.mark.parametrize("name", ["noJob", "没有这个作业", "no such job"])
def test_missing_job_is_the_seeds_exception(portal: Portal, key: Key, name: str) -> None:
    with pytest.raises(ClientRequestException) as missing:
        sdk(DlfClient, portal, key).export_job(ExportJobRequest(job_name=name))
    error = missing.value
    assert (error.status_code, error.error_code) == (400, "DLF.0100")
    assert error.error_msg == "The job does not exists."
    assert len(error.request_id) == 32


def test_wrong_secret_is_401(portal: Portal, key: Key) -> None:
    with pytest.raises(ClientRequestException) as wrong:
        sdk(DlfClient, portal, (key[0], "x" * 40)).export_job(ExportJobRequest(job_name="myJob"))
    assert (wrong.value.status_code, wrong.value.error_code) == (401, "APIGW.0301")
    assert "verify aksk signature fail" in wrong.value.error_msg


def test_temporary_credentials_are_401(portal: Portal, key: Key) -> None:
    credentials = BasicCredentials(*key, SAMPLE_PROJECT).with_security_token("session")
    client = DlfClient.new_builder().with_credentials(credentials).with_endpoint(portal.url).build()
    with pytest.raises(ClientRequestException) as refused:
        client.export_job(ExportJobRequest(job_name="myJob"))
    assert refused.value.status_code == 401


def signed(portal: Portal, key: Key, path: str, body: bytes = b"", **more: str) -> dict[str, str]:
    """Return the headers of a signed POST, every one of them signed."""
    host = portal.url.removeprefix("http://")
    headers = {"Host": host, "X-Sdk-Date": date_now(), "Content-Type": "application/json"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return {**headers, "Authorization": authorization(key, "POST", path, headers, body)}


def curl(portal: Portal, folder: Path, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Send by curl and return the file it saved."""
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [need("curl"), "--silent", "--fail", "-o", "out.zip", "-X", "POST", f"{portal.url}{path}"]
    subprocess.run([*command, *options, "--data-binary", body.decode()], cwd=folder, check=True)
    return (folder / "out.zip").read_bytes()


@pytest.mark.parametrize("body", [b"", b'{"exportDepend":true}', b'{"exportDepend": true}\n'])
def test_curl_with_a_signature_of_our_own(portal: Portal, key: Key, tmp_path: Path, body: bytes) -> None:
    path = f"/v1/{SAMPLE_PROJECT}/jobs/{quote('月结_财务对账')}/export?b=%E6%97%A5%2F%20x&a=2&a=1"
    headers = signed(portal, key, path, body, workspace=PRODUCTION, X_Note="a  b")
    assert "jobs/月结_财务对账.job" in entries(curl(portal, tmp_path, path, headers, body))


def test_header_bytes_are_signed_as_utf8(portal: Portal, key: Key) -> None:
    path = f"/v1/{SAMPLE_PROJECT}/jobs/myJob/export"
    headers: dict[str, Any] = signed(portal, key, path, X_Note="日报 à")
    headers["X-Note"] = "日报 à".encode()
    assert requests.post(portal.url + path, headers=headers, timeout=30).status_code == 200
    headers["X-Note"] = "月报 à".encode()
    assert requests.post(portal.url + path, headers=headers, timeout=30).status_code == 401


def test_repeated_signed_header_is_refused(portal: Portal, key: Key) -> None:
    path = f"/v1/{SAMPLE_PROJECT}/jobs/myJob/export"
    headers = signed(portal, key, path, workspace=DEFAULT)
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    ends = ["Connection: close", "Content-Length: 0", "", ""]
    assert raw(portal, "\r\n".join([*lines, *ends])).startswith("HTTP/1.1 200")
    again = raw(portal, "\r\n".join([*lines, f"workspace: {PRODUCTION}", *ends]))
    assert again.startswith("HTTP/1.1 401")


def raw(portal: Portal, text: str) -> str:
    """Send bytes that no client would send and return the whole answer."""
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        connection.sendall(text.encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin-1")


# Chunked bodies: no header says how long they are.


def pieces(*parts: bytes) -> Iterator[bytes]:
    yield from parts


def send_chunked(portal: Portal, headers: dict[str, str], *parts: bytes) -> requests.Response:
    path = f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/myJob/export"
    return requests.post(path, data=pieces(*parts), headers=headers, timeout=60)


def test_chunked_body_counts(portal: Portal, key: Key) -> None:
    body, path = (b'{"exportDepend": ', b"false}"), f"/v1/{SAMPLE_PROJECT}/jobs/myJob/export"
    by_token = send_chunked(portal, {"X-Auth-Token": portal.token()}, *body)
    assert entries(by_token.content) == ["jobs/myJob.job"]
    headers = signed(portal, key, path, b"".join(body))
    assert entries(send_chunked(portal, headers, *body).content) == ["jobs/myJob.job"]
    assert send_chunked(portal, headers, b"{}").status_code == 401


def test_chunked_body_is_checked_against_its_digest(portal: Portal, key: Key) -> None:
    body, path = b'{"exportDepend": false}', f"/v1/{SAMPLE_PROJECT}/jobs/myJob/export"
    headers = signed(portal, key, path, body, X_Sdk_Content_Sha256=hashlib.sha256(body).hexdigest())
    assert entries(send_chunked(portal, headers, body).content) == ["jobs/myJob.job"]
    assert send_chunked(portal, headers, body, b" ").status_code == 401


def test_chunked_body_of_more_than_12_mb_is_413(portal: Portal, key: Key) -> None:
    parts = [b" " * 1024 * 1024] * 12
    headers = {"X-Auth-Token": portal.token()}
    assert send_chunked(portal, headers, *parts).status_code == 200
    answer = send_chunked(portal, headers, *parts, b" ")
    assert (answer.status_code, answer.json()["error_code"]) == (413, "APIGW.0201")
    path = f"/v1/{SAMPLE_PROJECT}/jobs/myJob/export"
    over = send_chunked(portal, signed(portal, key, path, b" "), *parts, b" ")
    assert over.status_code == 413


@pytest.mark.parametrize("chunks", ["zz\r\n{}\r\n0\r\n\r\n", "5\r\n{}"])
def test_broken_chunks_are_a_bad_request(portal: Portal, chunks: str) -> None:
    head = [
        f"POST /v1/{SAMPLE_PROJECT}/jobs/myJob/export HTTP/1.1",
        f"Host: 127.0.0.1:{portal.port}",
        f"X-Auth-Token: {portal.token()}",
        "Transfer-Encoding: chunked",
        "Connection: close",
        "",
        chunks,
    ]
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        connection.sendall("\r\n".join(head).encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin-1")
    assert answer.startswith("HTTP/1.1 400")
    assert "APIGW.0602" in answer


def test_the_secret_is_in_no_file_of_the_server(portal: Portal, key: Key) -> None:
    """Neither the database nor a log holds what signs."""
    files = [path for path in portal.folder.rglob("*") if path.is_file()]
    assert any(path.name == "server.log" for path in files)
    assert [path for path in files if key[1].encode() in path.read_bytes()] == []
