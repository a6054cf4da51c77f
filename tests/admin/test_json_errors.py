"""Errors are shown at their place, with line and path, and nothing typed is lost."""

from __future__ import annotations

import json

import pytest

from tests.admin.pages import as_sent, document, page_form, revision_of, save
from tests.factories import JobFactory, node


@pytest.fixture
def job(workspace):
    return JobFactory(workspace=workspace, name="wide", nodes=[node(f"n{at}") for at in range(50)])


def test_a_bad_property_marks_exactly_its_line(client_for, developer, job):
    wanted = document(job)
    wanted["nodes"][39]["properties"] = ["nowhere"]
    text = json.dumps(wanted, indent=2)
    answer = save(client_for(developer), job, json=text.replace("\n", "\r\n"))
    form = answer.context["document_form"]
    line = text.split("\n").index('        "nowhere"') + 1
    problem = form.errors_shown[0]
    assert (problem.path, problem.line) == ("$.nodes[39].properties[0]", line)
    page = answer.content.decode()
    assert f'data-error-lines="{line}"' in page
    assert f'data-goto-line="{line}"' in page
    assert revision_of(job) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n  "name": "x"\n  "nodes": []\n}', 3),
        ("", 1),
        ("{", 1),
        ('{"a": 1}\n\ntrailing', 3),
    ],
)
def test_syntax_error_shows_its_line(client_for, developer, job, text, line):
    form = save(client_for(developer), job, json=text).context["document_form"]
    assert form.errors_shown[0].line == line
    assert "column" in form.errors_shown[0].message
    assert form["json"].value() == text


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"name": "a", "name": "b"}', "$.name"),
        ('{"name": "\\ud800"}', "$.name"),
        ('{"name": "\\u0000"}', "$.name"),
        ('{"a": NaN}', "$.a"),
        ('{"a": 1e999}', "$.a"),
        ("[]", "$"),
        ("null", "$"),
        ('"text"', "$"),
    ],
)
def test_what_cannot_be_kept_names_its_place(client_for, developer, job, text, path):
    form = save(client_for(developer), job, json=text).context["document_form"]
    assert form.errors_shown[0].path == path


def test_deep_nesting_is_refused(client_for, developer, job):
    for depth in (150, 200_000):
        text = '{"a":' + "[" * depth + "]" * depth + "}"
        assert save(client_for(developer), job, json=text).context["document_form"].errors_shown


def test_refused_form_shows_again_all_that_was_typed(client_for, developer, job):
    client = client_for(developer)
    typed = {"owner": " iris ", "description": "one\r\ntwo", "json": "{not json", "reason": "why not"}
    url = f"/admin/catalogue/job/{job.pk}/change/"
    sent = as_sent(page_form(client, url)) | typed
    form = client.post(url, sent).context["document_form"]
    assert {name: form[name].value() for name in typed} == typed
    assert form["expected"].value() == "1"


def test_error_of_an_own_field_stands_at_the_field_too(client_for, developer, job):
    form = save(client_for(developer), job, name="no/slash").context["document_form"]
    assert form.errors["name"]
    assert form.errors_shown[0].path == "$.name"


def test_all_problems_come_at_once(client_for, developer, job):
    wanted = document(job) | {"name": "a/b", "basicConfig": "none"}
    wanted["nodes"][3] = "n3"
    form = save(client_for(developer), job, json=json.dumps(wanted)).context["document_form"]
    assert {problem.path for problem in form.errors_shown} >= {"$.name", "$.basicConfig", "$.nodes[3]"}


def test_warnings_are_apart_from_errors(client_for, developer, job):
    wanted = document(job) | {"directory": "/a b", "basicConfig": "none"}
    form = save(client_for(developer), job, json=json.dumps(wanted)).context["document_form"]
    assert [problem.path for problem in form.warnings_shown] == ["$.directory"]
    assert [problem.path for problem in form.errors_shown] == ["$.basicConfig"]


def test_stored_warnings_are_shown_when_the_page_opens(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="warned", directory="/a b")
    form = page_form(client_for(developer), f"/admin/catalogue/job/{job.pk}/change/")
    assert [problem.path for problem in form.warnings_shown] == ["$.directory"]


def test_typed_markup_is_escaped(client_for, developer, job):
    page = save(client_for(developer), job, json="</textarea><script>alert(1)</script>").content.decode()
    assert "<script>alert(1)" not in page
