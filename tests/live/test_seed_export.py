"""The seed's example against a live portal: the same request by curl, the folders by unzip."""

from __future__ import annotations

import subprocess
from pathlib import Path

import requests

from tests.portal import SAMPLE_PROJECT, Portal
from tests.tools import need

SEED_FOLDERS = [
    "jobs/myJob.job",
    "scripts/CS_PROCESS_TRIP.script",
    "scripts/TRIP_RAW_STANDARD.script",
]


def test_curl_with_a_token_gets_the_folders_of_the_seed(portal: Portal, tmp_path: Path) -> None:
    curl, unzip = need("curl"), need("unzip")
    address = f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/myJob/export"
    command = [curl, "--silent", "--fail", "-OJ", "-X", "POST", address]
    headers = ["-H", f"X-Auth-Token: {portal.token()}", "-d", '{"exportDepend":true}']
    subprocess.run([*command, *headers], cwd=tmp_path, check=True)
    listing = subprocess.run(
        [unzip, "-Z1", "DLF_myJob.zip"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert listing.stdout.split() == SEED_FOLDERS


def test_missing_job_answers_the_seeds_error(portal: Portal) -> None:
    answer = requests.post(
        f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/noJob/export",
        headers={"X-Auth-Token": portal.token()},
        timeout=30,
    )
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "DLF.0100"
    assert answer.json()["error_msg"] == "The job does not exists."


def test_export_is_the_same_bytes_each_time(portal: Portal) -> None:
    headers = {"X-Auth-Token": portal.token()}
    address = f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/myJob/export"
    first, second = (requests.post(address, headers=headers, timeout=30) for _ in range(2))
    assert first.content == second.content
    assert first.headers["X-DLF-Package-Digest"] == second.headers["X-DLF-Package-Digest"]
