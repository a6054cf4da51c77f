from __future__ import annotations

import json

import pytest

from dlfportal.access.models import Workspace
from tests.api.conftest import Call, answer
from tests.factories import JobFactory, ScriptFactory, node
from tests.packages import unzip

PATH = f"/v1/{'b' * 32}/jobs/batch-export"


@pytest.fixture
def two(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="dws_sql")
    JobFactory(workspace=workspace, name="job_batch", nodes=[node("n", scriptName="dws_sql")])
    JobFactory(workspace=workspace, name="job_stream")


def test_the_documented_example_gives_one_folder_a_job(post: Call, two: None) -> None:
    response = post(PATH, json.dumps({"jobList": ["job_batch", "job_stream"], "exportDepend": True}))
    assert response.status_code == 200
    assert 'filename="jobs.zip"' in response["Content-Disposition"]
    assert list(unzip(response.getvalue())) == [
        "jobs/job_batch/job_batch.job",
        "jobs/job_batch/dws_sql.script",
        "jobs/job_stream/job_stream.job",
    ]
    assert response["X-DLF-Package-Digest"]


def test_repeated_names_go_out_once(post: Call, two: None) -> None:
    body = {"jobList": ["job_batch", "job_batch"], "exportDepend": False}
    assert list(unzip(post(PATH, json.dumps(body)).getvalue())) == ["jobs/job_batch/job_batch.job"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        '{"jobList": null}',
        '{"jobList": []}',
        '{"jobList": "job_batch"}',
        '{"jobList": {"0": "job_batch"}}',
        '{"jobList": [null]}',
        '{"jobList": [1]}',
        '{"jobList": [["job_batch"]]}',
        '{"jobList": [{}]}',
        '{"jobList": ["job_batch"], "exportDepend": "true"}',
        '{"jobList": ["job_batch"], "exportStatus": "X"}',
        json.dumps({"jobList": [f"j{number}" for number in range(101)]}),
        json.dumps({"jobList": ["job_batch"] * 101}),
    ],
)
def test_wrong_bodies_are_answered_3051(post: Call, two: None, body: str) -> None:
    status, code, message = answer(post(PATH, body))
    assert (status, code) == (400, "DLF.3051")
    assert message.startswith("The request parameter is invalid.")


@pytest.mark.parametrize("name", ["absent", "", "JOB_BATCH", "job_batch ", "%"])
def test_a_missing_job_is_answered_0100(post: Call, two: None, name: str) -> None:
    response = post(PATH, json.dumps({"jobList": ["job_stream", name]}))
    assert answer(response) == (400, "DLF.0100", f'The job does not exists. Not in this workspace: "{name}".')


def test_a_hundred_jobs_have_their_size_known(post: Call, workspace: Workspace) -> None:
    names = [JobFactory(workspace=workspace).name for _ in range(100)]
    response = post(PATH, json.dumps({"jobList": names}))
    whole = response.getvalue()
    assert response["Content-Length"] == str(len(whole))
    assert len(unzip(whole)) == 100


def test_submit_needs_a_version_of_each_and_obs_a_developer(post: Call, two: None) -> None:
    body = {"jobList": ["job_batch"], "exportStatus": "SUBMIT"}
    assert answer(post(PATH, json.dumps(body)))[1:] == ("DLF.3051", "The job has no submitted version.")
    body = {"jobList": ["job_batch"], "obsPath": "obs://bucket/"}
    assert answer(post(PATH, json.dumps(body)))[1] == "DLF.6888"
