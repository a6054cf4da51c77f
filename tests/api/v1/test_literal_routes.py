"""Words of the API that may also be the name of a job: the method says which is meant."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, done, job_body, refused, shown
from tests.factories import JobFactory

WORDS = ["import", "batch-export", "check-file", "instances"]


@pytest.mark.parametrize("word", WORDS)
def test_job_may_bear_the_word(workspace: Workspace, dev: Wire, word: str) -> None:
    refused(dev.get("jobs", word), "DLF.0100")
    done(dev.post("jobs", body=job_body(word)))
    assert shown(dev.get("jobs", word))["name"] == word
    done(dev.put("jobs", word, body=job_body(word, description="x")))
    assert dev.post("jobs", word, "export").status_code == 200
    done(dev.delete("jobs", word))


def test_post_is_the_operation(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="batch-export")
    assert dev.post("jobs", "batch-export", body={"jobList": ["batch-export"]}).status_code == 200


@pytest.mark.parametrize("parts", [("jobs", "some"), ("jobs",), ("scripts", "s"), ("resources", "r")])
def test_wrong_method_is_the_gateways_404(workspace: Workspace, dev: Wire, parts: tuple[str, ...]) -> None:
    method = "PUT" if len(parts) == 1 else "POST"
    refused(dev.send(method, *parts), "APIGW.0101", "The API does not exist.", status=404)
    refused(dev.send("PATCH", *parts), "APIGW.0101", "The API does not exist.", status=404)


def test_instances_detail_is_get_only(workspace: Workspace, dev: Wire) -> None:
    assert shown(dev.get("jobs", "instances", "detail"))["total"] == 0
    refused(dev.post("jobs", "instances", "detail"), "APIGW.0101", status=404)


@pytest.mark.parametrize("path", ["jobs/", "jobs/a/", "jobs/a/b/c", "job", "scripts/a%0Ab/c"])
def test_other_paths_do_not_exist(workspace: Workspace, dev: Wire, path: str) -> None:
    answer = dev.client.get(f"{dev.base}/{path}", headers=dev.headers)
    refused(answer, "APIGW.0101", status=404)
    anonymous = dev.client.get(f"{dev.base}/{path}")
    refused(anonymous, "APIGW.0301", status=401)


def test_encoded_slash_is_part_of_no_name(workspace: Workspace, dev: Wire) -> None:
    refused(dev.get("jobs", "a/b"), "APIGW.0101", status=404)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE"])
def test_methods_of_http_are_no_exception(workspace: Workspace, dev: Wire, method: str) -> None:
    assert dev.send(method, "jobs").status_code == 404
