"""The index of texts under bulk writes, and when it is built anew."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

import pytest
from django.db import transaction

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.contents import contents_store
from dlfportal.catalogue.drafts import draft_lighten, draft_make
from dlfportal.catalogue.existing import existing_objects
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.reindex import reindex
from dlfportal.catalogue.search import sqlite
from dlfportal.catalogue.search.finding import candidates
from dlfportal.catalogue.search.grams import Keys
from dlfportal.catalogue.search.index import index
from dlfportal.catalogue.search.writing import index_build, text_of, texts_drop
from dlfportal.catalogue.selectors import ListFilter, object_list
from dlfportal.catalogue.services import object_delete, object_update
from dlfportal.db.rows import ids_reserve, ids_take
from dlfportal.errors import StalePlan
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import deflate
from tests.catalogue.documents import script
from tests.factories import ScriptFactory, WorkspaceFactory, operator
from tests.importing import OVERWRITE, imported, pack
from tests.importing import script as packed_script

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_indexed(db: None) -> None:
    """What tests committed that looked from outside stays in the index: no model says that it is emptied."""
    forget_all()


def bulk_write(workspace: Workspace, **descriptions: str) -> BulkWrite:
    """Return the planned write of scripts of these names."""
    drafts = [draft_make(Kind.SCRIPT, script(name, description=text)) for name, text in descriptions.items()]
    light = [draft_lighten(draft, sha256(draft.data).hexdigest()) for draft in drafts]
    contents_store(deflate(draft.data) for draft in drafts)
    existing = existing_objects(workspace, [draft.identity for draft in light])
    planned = {draft.identity: existing.get(draft.identity) for draft in light}
    return BulkWrite(operator(), workspace, light, planned, Cause(), submit=False)


def found(workspace: Workspace, text: str) -> list[str]:
    return [row.name for row in object_list(workspace, Kind.SCRIPT, ListFilter(search=text))]


def named(text: str) -> int:
    """Return how many rows the index names for a text."""
    return len(candidates(text, Kind.SCRIPT, None, 100))


def forget_all() -> None:
    with transaction.atomic():
        index().rows_clear()


def test_objects_are_found_when_the_transaction_is_done(workspace: Workspace) -> None:
    write = bulk_write(workspace, load_a="morning", load_b="evening")
    with write.ahead():
        assert named("load") == 2
        assert found(workspace, "load") == []
        write.write()
    assert found(workspace, "load") == ["load_a", "load_b"]
    assert found(workspace, "EVEN") == ["load_b"]


def test_a_write_that_fails_leaves_no_row_behind(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="stands", description="before")
    write = bulk_write(workspace, stands="afterwards", load="night")
    object_update(
        actor=operator(), target=CatalogueObject.objects.get(), document=script("stands", description="moved")
    )
    with pytest.raises(StalePlan), write.ahead():
        assert (named("afterw"), named("load")) == (1, 1)
        write.write()
    assert [named(text) for text in ("afterw", "night", "before", "moved")] == [0, 0, 0, 1]
    assert found(workspace, "moved") == ["stands"]


def test_a_text_that_is_overwritten_is_no_longer_named(workspace: Workspace) -> None:
    for name in ("same", "other"):
        ScriptFactory(workspace=workspace, name=name, description="before")
    with (write := bulk_write(workspace, same="before", other="afterwards")).ahead():
        write.write()
    assert (named("before"), found(workspace, "before")) == (1, ["same"])
    assert (named("afterw"), found(workspace, "afterw")) == (1, ["other"])


def test_a_revived_object_is_found(workspace: Workspace) -> None:
    object_delete(actor=operator(), target=ScriptFactory(workspace=workspace, name="load"))
    with (write := bulk_write(workspace, load="again")).ahead():
        write.write()
    assert found(workspace, "aga") == found(workspace, "loa") == ["load"]


@pytest.mark.parametrize("ahead", [True, False])
def test_a_write_that_was_not_written_ahead_or_for_nothing_is_found(
    workspace: Workspace, ahead: bool
) -> None:
    """The index was built anew in between, by `reindex` in another process."""
    write = bulk_write(workspace, load="morning")
    if ahead:
        with write.ahead():
            index_build()
            assert named("load") == 0
            write.write()
    else:
        write.write()
    assert found(workspace, "load") == ["load"]


def test_what_an_import_brings_is_found(workspace: Workspace, actor: Actor) -> None:
    imported(workspace, pack(packed_script("load_日报", description="morning")))
    imported(workspace, pack(packed_script("load_日报", description="evening")), OVERWRITE)
    assert found(workspace, "日报") == found(workspace, "even") == ["load_日报"]
    assert found(workspace, "morn") == []


def test_reindex_builds_the_index_anew(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load")
    object_delete(actor=operator(), target=ScriptFactory(workspace=workspace, name="gone"))
    forget_all()
    index().rows_add([(10**6, "5 6 7")])
    assert found(workspace, "load") == []
    assert index().rows_find([[6], [8]], [5], 9) == [10**6]
    list(reindex(actor=operator()))
    assert found(workspace, "load") == ["load"]
    assert named("gone") == 0
    assert index().rows_find([[6], [8]], [5], 9) == []


def test_reindex_of_one_workspace_completes_the_index(workspace: Workspace, actor: Actor) -> None:
    other = WorkspaceFactory(project=workspace.project)
    for place in (workspace, other):
        ScriptFactory(workspace=place, name="load")
    forget_all()
    list(reindex(actor=actor, workspace=workspace))
    assert (found(workspace, "load"), found(other, "load")) == (["load"], [])
    forget_all()
    list(reindex(actor=actor))
    assert (found(workspace, "load"), found(other, "load")) == (["load"], [])
    list(reindex(actor=operator()))
    assert found(other, "load") == ["load"]


def test_an_object_that_the_index_lacks_can_be_written(workspace: Workspace) -> None:
    """Of a table that counts its keys, less than none would be a damaged database."""
    targets = [ScriptFactory(workspace=workspace, name=name, description="long " * 9) for name in "ab"]
    forget_all()
    object_update(actor=operator(), target=targets[0], document=script("c"))
    object_delete(actor=operator(), target=targets[1])
    with (write := bulk_write(workspace, c="short")).ahead():
        write.write()
    assert found(workspace, "c") == ["c"]


@pytest.mark.parametrize("gap", [1, 500])
def test_rows_are_taken_away_from_among_those_that_lack(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, gap: int
) -> None:
    """Whether their ids lie close together or not."""
    monkeypatch.setattr(sqlite, "GAP", gap)
    targets = [ScriptFactory(workspace=workspace, name=f"orders_{number}") for number in range(12)]
    texts = [(target.pk, text) for target in targets if (text := text_of(target))]
    assert len(texts) == named("orders") == 12
    forget_all()
    known = Keys()
    index().rows_add((pk, text.keys(known)) for pk, text in texts[::3])
    assert named("orders") == 4
    texts_drop(texts[:9])
    assert named("orders") == 1
    texts_drop(texts)
    assert named("orders") == 0


def test_reserved_ids_are_nobody_elses(workspace: Workspace) -> None:
    first, second = ids_reserve(CatalogueObject, 3), ids_reserve(CatalogueObject, 2)
    with transaction.atomic():
        taken = ids_take(CatalogueObject, 2)
    assert len({*first, *second, *taken}) == 7
    with suppress(ZeroDivisionError), transaction.atomic():
        lost = ids_reserve(CatalogueObject, 1)
        raise ZeroDivisionError
    assert lost
    assert ScriptFactory(workspace=workspace).pk not in {*first, *second}
