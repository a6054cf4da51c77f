"""Contents that nothing points to go after a day, and never one that somebody is about to use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.contents import contents_known, contents_store
from dlfportal.catalogue.models import Content, Orphan
from dlfportal.catalogue.orphans import orphans_delete, orphans_mark
from dlfportal.catalogue.services import content_store, object_create
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import deflate
from tests.catalogue.racing import race
from tests.factories import operator
from tests.importing import script

pytestmark = pytest.mark.django_db


def nothing(_: object) -> list[str]:
    return []


def mark_old(kept: object = nothing) -> None:
    """Mark what nothing points to, and let a day pass."""
    orphans_mark(kept)  # type: ignore[arg-type]
    Orphan.objects.update(since=timezone.now() - timedelta(days=2))


def test_what_nothing_points_to_goes_after_a_day(workspace: Workspace) -> None:
    object_create(actor=operator(), workspace=workspace, kind=Kind.SCRIPT, document=script())
    contents_store([deflate(b"unused"), deflate(b"planned")])
    planned = deflate(b"planned").sha256
    assert orphans_mark(lambda sha256s: [one for one in sha256s if one == planned]) == 1
    assert orphans_delete(nothing) == 0
    Orphan.objects.update(since=timezone.now() - timedelta(days=2))
    assert orphans_delete(nothing) == 1
    assert Content.objects.count() == 2 and not Content.objects.filter(size=6).exists()


def test_what_a_plan_needs_meanwhile_stays(workspace: Workspace) -> None:
    contents_store([deflate(b"needed")])
    mark_old()
    assert orphans_delete(lambda sha256s: list(sha256s)) == 0
    assert (Content.objects.count(), Orphan.objects.count()) == (1, 0)


def test_what_got_a_revision_meanwhile_stays(workspace: Workspace) -> None:
    object_create(actor=operator(), workspace=workspace, kind=Kind.SCRIPT, document=script())
    Orphan.objects.create(content=Content.objects.get(), since=timezone.now() - timedelta(days=2))
    assert orphans_delete(nothing) == 0
    assert Content.objects.count() == 1


@pytest.mark.parametrize("use", ["store", "known", "one"])
def test_who_uses_a_content_takes_its_mark_away(workspace: Workspace, use: str) -> None:
    data = deflate(b"again")
    contents_store([data])
    mark_old()
    if use == "store":
        contents_store([data])
    elif use == "known":
        assert list(contents_known([data.sha256])) == [data.sha256]
    else:
        content_store(b"again")
    assert not Orphan.objects.exists()
    assert orphans_delete(nothing) == 0
    assert Content.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_writer_and_a_worker_that_deletes(workspace: Workspace) -> None:
    """Whoever comes first: the object is written, and its content is there."""
    for number in range(6):
        document = script(f"load_{number}")
        made = object_create(
            actor=operator(), workspace=workspace, kind=Kind.SCRIPT, document={**document, "content": "x"}
        )
        assert made
        kept = content_store(b"%d" % number)
        Orphan.objects.create(content=kept, since=timezone.now() - timedelta(days=2))
        results = race(
            lambda number=number: content_store(b"%d" % number).pk,  # type: ignore[misc]
            lambda: orphans_delete(nothing),
        )
        assert all(isinstance(one, int) for one in results), results
        assert Content.objects.filter(pk=results[0]).exists()
