"""A small package that is asked for again is sent as it was kept, as long as it is the same."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_update
from dlfportal.errors import NotFound
from dlfportal.formats.zip.writer import PackageDigest
from dlfportal.transfer.exports import package
from dlfportal.transfer.exports.kept import KeptPackages, Piece
from dlfportal.transfer.exports.package import Download, export_job
from dlfportal.transfer.models import Export, ExportState
from tests.factories import JobFactory, ScriptFactory, node, operator


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "PIECE_BYTES", 256)


@pytest.fixture(autouse=True)
def nightly(workspace: Workspace) -> CatalogueObject:
    names = [ScriptFactory(workspace=workspace, name=f"s{number}").name for number in range(5)]
    return JobFactory(
        workspace=workspace, name="nightly", nodes=[node(name, scriptName=name) for name in names]
    )


def export(actor: Actor, workspace: Workspace) -> Download:
    return export_job(actor=actor, workspace=workspace, name="nightly")


def taken(made: Download) -> tuple[bytes, bool]:
    """Return a package, and whether its contents were read for it."""
    with CaptureQueriesContext(connection) as asked:
        data = b"".join(made.stream)
    return data, any("data" in query["sql"] for query in asked if query["sql"].startswith("SELECT"))


def test_the_same_package_again_has_the_same_bytes_and_record(actor: Actor, workspace: Workspace) -> None:
    assert (first := taken(export(actor, workspace)))[1]
    assert taken(export(actor, workspace)) == (first[0], False)
    one, two = Export.objects.order_by("started_at")
    facts = ("state", "digest", "size", "entries", "missing", "contents", "sent", "selection", "options")
    assert [getattr(one, name) for name in facts] == [getattr(two, name) for name in facts]
    ends = [entry.detail for entry in AuditEntry.objects.filter(action=Action.EXPORT_END).order_by("pk")]
    assert len(ends) == 2 and ends[0] | {"export": ""} == ends[1] | {"export": ""}


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_one_broken_off_is_recorded_as_when_it_was_made(
    actor: Actor, workspace: Workspace, pieces: int
) -> None:
    def broken_off() -> dict[str, object]:
        made = export(actor, workspace)
        for _ in range(pieces):
            next(made.stream)
        made.stream.close()
        assert Export.objects.latest("started_at").state == ExportState.BROKEN_OFF
        detail: dict[str, object] = AuditEntry.objects.latest("pk").detail
        return detail | {"export": ""}

    made = broken_off()
    assert not package.packages.get(export(actor, workspace).head.digest), "only a whole one is kept"  # type: ignore[union-attr]
    taken(export(actor, workspace))
    assert broken_off() == made


def test_a_change_is_sent_at_once(actor: Actor, workspace: Workspace) -> None:
    before, _read = taken(export(actor, workspace))
    script = CatalogueObject.objects.get(name="s3")
    document = document_of(script.revision) | {"content": "select 2"}  # type: ignore[arg-type]
    object_update(actor=operator(), target=script, document=document)
    after, read = taken(export(actor, workspace))
    assert read and after != before


def test_a_stranger_gets_nothing_of_it(actor: Actor, workspace: Workspace, stranger: User) -> None:
    taken(export(actor, workspace))
    with pytest.raises(NotFound):
        export(Actor(stranger, Channel.API), workspace)


def test_a_large_one_is_not_kept(actor: Actor, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "PACKAGE_BYTES", 10)
    assert taken(export(actor, workspace)) == taken(export(actor, workspace))


def test_the_one_that_was_asked_for_the_longest_ago_makes_room() -> None:
    packages = KeptPackages(10)
    pieces = [Piece(b"12345", 1, PackageDigest())]
    for digest in ("a", "b"):
        packages.put(digest, pieces)
    assert packages.get("a")
    packages.put("c", pieces)
    assert [bool(packages.get(digest)) for digest in "abc"] == [True, False, True]
