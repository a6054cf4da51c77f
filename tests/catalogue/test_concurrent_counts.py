"""The kept counts stay right while several write, fold and count anew at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import sleep

import pytest
from django.db import transaction

from dlfportal.catalogue import recount
from dlfportal.catalogue.counts import CountKey, amounts_add, kind_counts
from dlfportal.catalogue.models import KeptCount
from dlfportal.catalogue.recount import counts_fold
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import script
from tests.catalogue.racing import Scene, apart, race

WRITES = 8


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fold everything at once, so that those who fold meet."""
    monkeypatch.setattr(recount, "FOLDED_FROM", 1)


def scripts(scene: Scene) -> int:
    return apart(lambda: kind_counts([scene[1]])[scene[1].pk][Kind.SCRIPT])


def wrong(scene: Scene) -> list[recount.Recounted]:
    return apart(lambda: list(recount.recount([scene[1]])))


def creates(scene: Scene, prefix: str) -> None:
    actor, workspace = scene
    for number in range(WRITES):
        document = script(f"{prefix}{number}", owner=prefix)
        object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=document)


def comes_and_goes(scene: Scene, prefix: str) -> None:
    """Create, change and delete objects, the last one again and again."""
    actor, workspace = scene
    for number in range(WRITES // 2):
        document = script(prefix, owner=f"{prefix}{number}")
        target = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=document).object
        object_update(actor=actor, target=target, document=script(prefix, owner="changed"))
        object_delete(actor=actor, target=target)


def folds() -> int:
    return sum(counts_fold(10_000) or (sleep(0.005) or 0) for _ in range(3 * WRITES))


def test_no_count_is_lost_or_doubled_while_others_fold(scene: Scene) -> None:
    seen: list[int] = []

    def reads() -> None:
        for _ in range(4 * WRITES):
            seen.append(kind_counts([scene[1]])[scene[1].pk][Kind.SCRIPT])
            sleep(0.002)

    results = race(partial(creates, scene, "a"), partial(creates, scene, "b"), folds, folds, reads)
    assert not [result for result in results if isinstance(result, BaseException)]
    assert seen == sorted(seen) and seen[-1] <= 2 * WRITES
    assert scripts(scene) == 2 * WRITES
    apart(partial(creates, scene, "c"))
    apart(folds)
    assert scripts(scene) == 3 * WRITES
    assert wrong(scene) == []
    rows = KeptCount.objects.filter(workspace=scene[1])
    assert not apart(lambda: rows.filter(folded=False).exists())
    assert 6 <= apart(rows.count) < 12  # six counts; where two folded at once, one may have two rows


def test_counts_are_put_right_once_while_others_write(scene: Scene) -> None:
    workspace = scene[1]
    apart(lambda: amounts_add(workspace.pk, {CountKey("script", "", ""): 5, CountKey("job", "tag", "x"): 2}))

    def counts_anew() -> list[recount.Recounted]:
        return list(recount.recount([workspace]))

    writers = partial(comes_and_goes, scene, "a"), partial(creates, scene, "b")
    results = race(*writers, counts_anew, counts_anew, folds)
    assert not [result for result in results if isinstance(result, BaseException)]
    assert scripts(scene) == WRITES
    assert wrong(scene) == []


def test_two_who_count_anew_do_not_both_add_what_is_missing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case a race seldom hits: the second comes while the first has read and not yet written."""
    workspace = scene[1]
    apart(lambda: amounts_add(workspace.pk, {CountKey("script", "", ""): 5}))

    def slowly(*args: object, add: Callable[..., None] = recount.amounts_add, **options: object) -> None:
        sleep(0.3)
        add(*args, **options)

    monkeypatch.setattr(recount, "amounts_add", slowly)
    results = race(*(lambda: list(recount.recount([workspace])) for _ in range(2)))
    found = [one for result in results for one in result]  # type: ignore[attr-defined]
    assert [(one.kept, one.number) for one in found] == [(5, 0)]
    assert scripts(scene) == 0


def test_what_is_not_committed_is_left_to_its_writer(scene: Scene) -> None:
    """A long import has written its counts and is not done: nobody waits for it or takes them."""
    held: list[bool] = []
    apart(partial(creates, scene, "before"))

    def slow() -> None:
        with transaction.atomic():
            creates(scene, "slow")
            held.append(True)
            sleep(0.3)

    def quick() -> int:
        while not held:
            sleep(0.01)
        return counts_fold(10_000)

    first, folded = race(slow, quick)
    assert first is None
    assert isinstance(folded, int) and folded >= 4 * WRITES
    assert scripts(scene) == 2 * WRITES
    assert wrong(scene) == []
