"""A script's text keeps its line endings and its first empty line, whatever a browser makes of them."""

from __future__ import annotations

import pytest

from tests.admin.pages import as_sent, document, page_form, revision_of, save, told
from tests.factories import ScriptFactory


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("text", ["a|b|", "|a|b", "||x", "one line", "", "  spaces|\ttab  |"])
def test_unchanged_text_makes_no_revision(client_for, developer, workspace, ending, text):
    stored = text.replace("|", ending)
    script = ScriptFactory(workspace=workspace, name="s", content=stored)
    assert "Nothing changed" in told(save(client_for(developer), script))
    assert (document(script)["content"], revision_of(script)) == (stored, 1)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_changed_text_keeps_its_style(client_for, developer, workspace, ending):
    script = ScriptFactory(workspace=workspace, name="s", content=f"a{ending}b{ending}")
    save(client_for(developer), script, content="\r\na\r\nc\r\n")
    assert document(script)["content"] == f"{ending}a{ending}c{ending}"


def test_new_text_has_unix_line_endings(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="s", content="")
    save(client_for(developer), script, content="a\r\nb\r\n")
    assert document(script)["content"] == "a\nb\n"


def test_first_empty_line_survives_the_page(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="s", content="\nSELECT 1;\n")
    page = client_for(developer).get(f"/admin/catalogue/script/{script.pk}/change/").content.decode()
    assert 'id="id_content">\n\nSELECT 1;' in page  # HTML drops the first of the two


def test_mixed_endings_are_read_only(client_for, developer, workspace):
    mixed = "a\r\nb\nc\r"
    script = ScriptFactory(workspace=workspace, name="s", content=mixed)
    client = client_for(developer)
    form = page_form(client, f"/admin/catalogue/script/{script.pk}/change/")
    assert form.fields["content"].disabled
    assert "mixes line endings" in form.fields["content"].help_text
    save(client, script, content="forged", description="other")
    assert document(script)["content"] == mixed
    assert document(script)["description"] == "other"


def test_mixed_endings_are_edited_as_json(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="s", content="a\r\nb\n")
    client = client_for(developer)
    text = as_sent(page_form(client, f"/admin/catalogue/script/{script.pk}/change/"))["json"]
    save(client, script, json=text.replace('"a\\r\\nb\\n"', '"a\\r\\nB\\n"'))
    assert document(script)["content"] == "a\r\nB\n"


def test_description_of_several_lines_keeps_its_style(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="s", description="one\r\ntwo")
    assert "Nothing changed" in told(save(client_for(developer), script))


def test_name_like_line_with_a_break_is_no_change(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="s", database="a\nb")
    answer = save(client_for(developer), script, database="ab")  # what an <input> sends back
    assert "Nothing changed" in told(answer)
