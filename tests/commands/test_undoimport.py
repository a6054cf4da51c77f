"""`manage.py undoimport`: what it prints, what it does, and how it ends."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.services import object_update
from dlfportal.transfer.models import ImportRun
from tests.factories import operator
from tests.importing import OVERWRITE, imported, job, pack, script

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(workspace: Workspace) -> ImportRun:
    imported(workspace, pack(script("load")))
    return imported(workspace, pack(script("load", "SELECT 2;\n"), job("nightly")), OVERWRITE)


def undo(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("undoimport", *arguments, stdout=out)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def alive() -> set[str]:
    return set(CatalogueObject.objects.filter(ALIVE).values_list("name", flat=True))


def test_it_prints_what_it_does_and_takes_it_back(run: ImportRun, developer: User) -> None:
    would = ["delete job nightly", "restore script load"]
    assert undo(run.pk, "--dry-run") == [*would, "Nothing was undone yet."]
    assert alive() == {"load", "nightly"}
    told = undo(run.pk, "--user", "developer")
    assert told == [*would, "1 restored, 1 deleted, 0 brought back."]
    back = ImportRun.objects.get(undoes=run)
    assert back.user == developer and AuditEntry.objects.latest("id").channel == "command"
    assert undo(back.pk)[-1] == "1 restored, 0 deleted, 1 brought back."
    assert alive() == {"load", "nightly"}


def test_it_ends_with_an_error_when_something_was_changed_since(run: ImportRun) -> None:
    load = CatalogueObject.objects.get(name="load")
    object_update(actor=operator(), target=load, document=script("load", "SELECT 3;\n"))
    with pytest.raises(CommandError, match="Changed since: 1"):
        undo(run.pk)
    assert alive() == {"load", "nightly"}
    told = undo(run.pk, "--rest")
    assert told[0] == "delete job nightly" and told[1].startswith("stays script load edited by operator 2")
    assert alive() == {"load"}
    with pytest.raises(CommandError, match="Nothing can be undone"):
        undo(run.pk, "--rest")


def test_strangers_and_viewers_find_no_import(run: ImportRun, viewer: User, stranger: User) -> None:
    for name in ("viewer", "stranger"):
        with pytest.raises(CommandError, match="There is no import"):
            undo(run.pk, "--user", name)
    with pytest.raises(CommandError, match="There is no import"):
        undo("nothing\udcff")
