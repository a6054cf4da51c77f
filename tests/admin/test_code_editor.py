"""What the page that edits a document carries for its editor, and that no other page carries it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.adminsite.documents.editor_files import EditorFinder
from tests.factories import JobFactory, ScriptFactory

SignIn = Callable[[User], Client]


def page_of(client: Client, kind: str, pk: object) -> str:
    return client.get(f"/admin/catalogue/{kind}/{pk}/change/").content.decode()


def test_the_text_area_is_whole_without_the_editor(
    client_for: SignIn, developer: User, workspace: Workspace
) -> None:
    script = ScriptFactory(workspace=workspace, name="s", content="SELECT 1;\n")
    page = page_of(client_for(developer), "script", script.pk)
    assert re.search(
        r'<label for="id_content">.*?<textarea name="content"[^>]*>\nSELECT 1;\n</textarea>', page, re.S
    )
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_each_text_says_its_language(client_for: SignIn, developer: User, workspace: Workspace) -> None:
    script = ScriptFactory(workspace=workspace, name="s", content="ls")
    page = page_of(client_for(developer), "script", script.pk)
    content = re.search(r'<textarea name="content"[^>]*>', page)
    document = re.search(r'<textarea name="json"[^>]*>', page)
    assert content and 'data-language="sql"' in content[0] and 'data-language-of="type"' in content[0]
    assert "&quot;Shell&quot;: &quot;sh&quot;" in content[0]
    assert document and 'data-language="json"' in document[0]


def test_the_files_that_the_page_names_are_served_and_no_others(
    client_for: SignIn, developer: User, workspace: Workspace
) -> None:
    job = JobFactory(workspace=workspace, name="j")
    page = page_of(client_for(developer), "job", job.pk)
    named = set(re.findall(r'"/static/(ace/[^"]+)"', page))
    assert {"ace/ace.js", "ace/css/ace.css", "ace/mode-json.js", "ace/mode-sql.js"} <= named
    assert all(finders.find(name) for name in named)
    assert not finders.find("ace/worker-json.js")


def test_what_is_collected_is_little() -> None:
    files = dict(EditorFinder().list(None))
    assert len(files) < 50
    assert all(finders.find(f"ace/{name}") == storage.path(name) for name, storage in files.items())


@pytest.mark.parametrize("address", ["/w/{w}/scripts/s/", "/w/{w}/scripts/", "/admin/catalogue/script/"])
def test_only_pages_that_edit_load_it(
    client_for: SignIn, developer: User, workspace: Workspace, address: str
) -> None:
    ScriptFactory(workspace=workspace, name="s", content="ls")
    page = client_for(developer).get(address.format(w=workspace.pk)).content.decode()
    assert "ace/" not in page
    assert "code-editor" not in page
