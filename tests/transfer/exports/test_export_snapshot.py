"""A package shows one moment: what is written while it streams does not change it."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import document_of, object_list
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.package import export_job, export_jobs
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.packages import digest_by_hand, unzip


@pytest.fixture
def load(workspace: Workspace) -> CatalogueObject:
    script = ScriptFactory(workspace=workspace, name="load")
    JobFactory(workspace=workspace, name="nightly", nodes=[node("n", scriptName="load")])
    return script


def disturb(workspace: Workspace, load: CatalogueObject) -> None:
    """Edit and delete the script, and put another in its place."""
    by = operator()
    edited = document_of(load.revision) | {"content": "later\n"}  # type: ignore[arg-type]
    object_update(actor=by, target=load, document=edited)
    object_delete(actor=by, target=load)
    object_create(actor=by, workspace=workspace, kind=Kind.SCRIPT, document=edited | {"content": "latest\n"})


@pytest.mark.parametrize("after", [0, 1])
def test_a_write_between_pick_and_read_does_not_change_the_package(
    actor: Actor, workspace: Workspace, load: CatalogueObject, after: int
) -> None:
    package = export_job(actor=actor, workspace=workspace, name="nightly")
    pieces = [next(package.stream) for _ in range(after)]
    disturb(workspace, load)
    whole = b"".join([*pieces, *package.stream])
    found = unzip(whole)
    assert b"SELECT 'load'" in found["scripts/load.script"]
    assert package.head is not None
    assert (package.head.size, package.head.digest) == (len(whole), digest_by_hand(found))


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="in memory a second connection cannot write")
@pytest.mark.django_db(transaction=True)
def test_a_commit_after_the_first_byte_of_many_jobs_does_not_change_the_package(
    transactional_db: None, actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    """The first job's bytes leave before the rest is picked; the moment is the same for both."""
    for number in range(101):
        JobFactory(workspace=workspace, name=f"z{number:03}", nodes=[node("n", scriptName="load")])
    stream = export_jobs(actor=actor, workspace=workspace, jobs=object_list(workspace, Kind.JOB)).stream
    first = next(stream)
    written: list[bool] = []

    def write() -> None:
        try:
            disturb(workspace, load)
            written.append(True)
        finally:
            connection.close()

    writer = Thread(target=write)
    writer.start()
    writer.join()
    assert written
    found = unzip(b"".join([first, *stream]))
    scripts = {data for name, data in found.items() if name.endswith(".script")}
    assert len(scripts) == 1
    assert b"SELECT 'load'" in scripts.pop()
    assert len(found) == 204
