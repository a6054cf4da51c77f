"""Two people write at once: the second is told, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from time import sleep

import pytest
from django.db import transaction

from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.contents import contents_known, contents_store
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Content, Revision, Version
from dlfportal.catalogue.selectors import ObjectMissing, document_of, object_get
from dlfportal.catalogue.services import (
    content_store,
    object_create,
    object_delete,
    object_update,
    version_submit,
)
from dlfportal.errors import StaleEdit
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import deflate
from tests.catalogue.documents import script
from tests.catalogue.racing import Scene, apart, race

WRITERS = 4


def made(scene: Scene, name: str = "load") -> CatalogueObject:
    actor, workspace = scene
    return apart(
        lambda: (
            object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(name)).object
        )
    )


def outcomes(results: list[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def create(scene: Scene, name: str, content: str) -> Callable[[], object]:
    actor, workspace = scene
    return lambda: object_create(
        actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(name, content=content)
    )


def update(scene: Scene, target: CatalogueObject, content: str, expected: int | None, name: str = "load"):
    return partial(
        object_update,
        actor=scene[0],
        target=target,
        document=script(name, content=content),
        expected=expected,
    )


@pytest.mark.parametrize("round_", range(3))
def test_of_edits_of_one_revision_the_first_wins_and_the_others_are_told(scene: Scene, round_: int) -> None:
    target = made(scene)
    results = race(*(update(scene, target, f"writer {n}", 1) for n in range(WRITERS)))
    assert outcomes(results) == {"Saved": 1, "StaleEdit": WRITERS - 1}
    told = {str(result) for result in results if isinstance(result, StaleEdit)}
    assert all("racer saved revision 2 of load" in text for text in told)
    numbers = apart(lambda: list(Revision.objects.filter(object=target).values_list("number", flat=True)))
    assert numbers == [2, 1]


def test_edits_that_expect_nothing_all_become_revisions(scene: Scene) -> None:
    target = made(scene)
    results = race(*(update(scene, target, f"writer {n}", None) for n in range(WRITERS)))
    assert outcomes(results) == {"Saved": WRITERS}

    def kept() -> tuple[set[str], list[int], int]:
        rows = list(Revision.objects.filter(object=target).select_related("content"))
        entries = AuditEntry.objects.filter(workspace_id=scene[1].pk, action="script.update")
        return {document_of(row)["content"] for row in rows}, [row.number for row in rows], entries.count()

    contents, numbers, entries = apart(kept)
    assert contents == {"SELECT 1;\n", *(f"writer {n}" for n in range(WRITERS))}
    assert numbers == [5, 4, 3, 2, 1]
    assert entries == WRITERS


def test_of_creations_of_one_name_one_succeeds(scene: Scene) -> None:
    results = race(*(create(scene, "new", f"writer {n}") for n in range(WRITERS)))
    assert outcomes(results) == {"Saved": 1, "NameTaken": WRITERS - 1}
    assert apart(lambda: CatalogueObject.objects.filter(ALIVE, workspace=scene[1]).count()) == 1


def test_one_deleted_name_is_revived_once(scene: Scene) -> None:
    target = made(scene)
    apart(lambda: object_delete(actor=scene[0], target=target))
    results = race(*(create(scene, "load", f"writer {n}") for n in range(WRITERS)))
    assert outcomes(results) == {"Saved": 1, "NameTaken": WRITERS - 1}

    def kept() -> tuple[int, int | None, list[int]]:
        row = object_get(scene[1], Kind.SCRIPT, "load")
        rows = CatalogueObject.objects.filter(workspace=scene[1]).count()
        return rows, row.pk, list(row.revisions.values_list("number", flat=True))

    assert apart(kept) == (1, target.pk, [2, 1])


def test_of_a_rename_and_a_creation_of_the_same_name_one_succeeds(scene: Scene) -> None:
    target = made(scene)
    results = race(update(scene, target, "x", None, name="wanted"), create(scene, "wanted", "y"))
    assert outcomes(results) == {"Saved": 1, "NameTaken": 1}


def test_an_edit_and_a_deletion_leave_no_half(scene: Scene) -> None:
    target = made(scene)
    results = race(update(scene, target, "x", None), lambda: object_delete(actor=scene[0], target=target))
    assert outcomes(results) in ({"Saved": 1, "list": 1}, {"ObjectMissing": 1, "list": 1})
    with pytest.raises(ObjectMissing):
        apart(lambda: object_get(scene[1], Kind.SCRIPT, "load"))


def test_submits_at_once_make_one_version(scene: Scene) -> None:
    target = made(scene)
    results = race(*(lambda: version_submit(actor=scene[0], target=target) for _ in range(WRITERS)))
    assert outcomes(results) == {"Version": WRITERS}
    assert apart(lambda: Version.objects.filter(object=target).count()) == 1


def test_equal_contents_written_at_once_are_kept_once(scene: Scene) -> None:
    results = race(*(lambda: content_store(b"the same bytes") for _ in range(WRITERS)))
    assert outcomes(results) == {"Content": WRITERS}
    assert apart(lambda: Content.objects.filter(size=14).count()) == 1


def test_a_writer_that_waits_sees_what_the_other_committed(scene: Scene) -> None:
    """The case a race seldom hits: the second has asked for the row while the first holds it."""
    target = made(scene)
    held = []

    def slow() -> None:
        with transaction.atomic():
            update(scene, target, "slow", 1)()
            held.append(True)
            sleep(0.5)

    def quick() -> None:
        while not held:
            sleep(0.01)
        update(scene, target, "quick", 1)()

    first, second = race(slow, quick)
    assert first is None
    assert isinstance(second, StaleEdit), repr(second)


def test_two_imports_with_common_contents_do_not_stop_each_other(scene: Scene) -> None:
    """Their packages bring them in any order; PostgreSQL ends one of two writers that wait for each other."""
    for turn in range(5):
        contents = [deflate(f"{turn} {number}".encode() * 50) for number in range(190)]
        results = race(partial(contents_store, contents), partial(contents_store, contents[::-1]))
        assert results == [None, None]
        assert len(apart(lambda: contents_known([one.sha256 for one in contents]))) == 190  # noqa: B023
