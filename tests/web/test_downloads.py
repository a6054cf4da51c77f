"""Single files to take away: the document of an object, the text of a script."""

from __future__ import annotations

import json
from urllib.parse import quote

from dlfportal.catalogue.selectors import content_bytes
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory
from tests.web.pages import address


def test_text_of_a_script_comes_as_it_is_kept(client_for, viewer, workspace):
    text = "SELECT '<b>' -- 注释\r\n"
    ScriptFactory(workspace=workspace, name="日报 1", content=text)
    answer = client_for(viewer).get(address(workspace, f"scripts/{quote('日报 1')}/download/"))
    assert answer.content == text.encode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert quote("日报 1.sql") in answer["Content-Disposition"]


def test_name_of_the_file_says_what_a_script_is_written_in(client_for, viewer, workspace):
    for name, script_type, ending in (("s", "Shell", "sh"), ("p", "PYTHON", "py"), ("q", "New", "sql")):
        ScriptFactory(workspace=workspace, name=name, type=script_type)
        answer = client_for(viewer).get(address(workspace, f"scripts/{name}/download/"))
        assert f'filename="{name}.{ending}"' in answer["Content-Disposition"]


def test_document_is_the_canonical_one(client_for, viewer, workspace):
    job = JobFactory(workspace=workspace, name="daily")
    answer = client_for(viewer).get(address(workspace, "jobs/daily/document/"))
    assert answer.content == content_bytes(job.revision.content)
    assert 'filename="daily.json"' in answer["Content-Disposition"]


def test_document_of_a_cdm_job_is_that_of_its_cluster(client_for, viewer, workspace):
    for cluster in ("one", "two"):
        CdmJobFactory(workspace=workspace, name="a?:b", cluster=cluster, to_link=f"link_{cluster}")
    url = address(workspace, f"cdm-jobs/{quote('a?:b')}/document/")
    answer = client_for(viewer).get(url, {"cluster": "two"})
    assert json.loads(answer.content)["jobs"][0]["to-link-name"] == "link_two"
    assert 'filename="a__b.json"' in answer["Content-Disposition"]
    assert client_for(viewer).get(url).status_code == 404


def test_strangers_get_nothing(client_for, stranger, workspace):
    ScriptFactory(workspace=workspace, name="load")
    for rest in ("scripts/load/download/", "scripts/load/document/"):
        assert client_for(stranger).get(address(workspace, rest)).status_code == 404
