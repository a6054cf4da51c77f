"""A package of what is there already: told by its bytes, with the plan that reading it would give."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import Content, ContentNames
from dlfportal.catalogue.orphans import orphans_delete
from dlfportal.catalogue.stored import Orphan
from dlfportal.formats.mapping import MapKind
from dlfportal.formats.zip import reader
from dlfportal.formats.zip.writer import inflate
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import ImportItem, ImportRun, PlanFacts
from dlfportal.transfer.planning.choosing import plan_map
from tests.importing import exported, imported, job, pack, package, script
from tests.planning import by, choices, planned_file
from tests.queries import count_queries
from tests.transfer.planning.test_plan_apply import node

pytestmark = pytest.mark.django_db


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the entries that were unpacked."""
    found: list[str] = []
    unpack = reader.unpack

    def noted(member: Any, packed: bytes) -> bytes:
        found.append(member.path)
        return unpack(member, packed)

    monkeypatch.setattr(reader, "unpack", noted)
    return found


@pytest.fixture
def export(workspace: Workspace) -> bytes:
    """What the workspace exports: two jobs that share a script, and one with a script of its own."""
    shared = node("DLISQL", scriptName="shared", connectionName="lake", database="ods")
    own = node("DLISQL", scriptName="own")
    imported(
        workspace,
        pack(
            job("a", nodes=[shared], directory="/ods"),
            job("b", nodes=[shared], logPath="obs://logs/b"),
            job("c", nodes=[own]),
            script("shared", connectionName="lake", directory="/sql"),
            script("own", content="SELECT 2;", owner="ann"),
        ),
    )
    return exported(workspace)


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> BytesIO:
    """Return a package with the contents of its entries changed."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return package({name: change(name, archive.read(name)) for name in archive.namelist()})


def made(run: ImportRun) -> tuple[Any, ...]:
    """Return all that a plan says, but for when and by which ids."""
    columns = [field.attname for field in ImportItem._meta.concrete_fields if field.name not in ("id", "run")]
    facts = PlanFacts.objects.get(run=run)
    rows = list(run.items.order_by("position").values_list(*columns))
    return rows, facts.uses, facts.needs, run.digest, run.notes, run.plan_digest


def test_what_is_there_is_told_by_its_bytes(
    workspace: Workspace, developer: User, export: bytes, unpacked: list[str]
) -> None:
    first = planned_file(workspace, developer, BytesIO(export))
    assert len(unpacked) == 6  # the shared script stands with both jobs
    unpacked.clear()
    second = planned_file(workspace, developer, BytesIO(export))
    assert (unpacked, made(second)) == ([], made(first))
    assert choices(second) == dict.fromkeys(("a", "b", "c", "own", "shared"), "same take")


def test_a_package_in_part_the_same_gives_the_plan_that_reading_all_gives(
    workspace: Workspace, developer: User, export: bytes, unpacked: list[str]
) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name.endswith("own.script"):
            return content.replace(b"SELECT 2", b"SELECT 3")
        return b"{" if name.endswith("c.job") else content

    read = made(planned_file(workspace, developer, changed(export, change)))
    planned_file(workspace, developer, BytesIO(export))
    unpacked.clear()
    told = planned_file(workspace, developer, changed(export, change))
    assert (sorted(unpacked), made(told)) == (["jobs/c/c.job", "jobs/c/own.script"], read)


def test_under_a_mapping_all_is_read_again(workspace: Workspace, developer: User, export: bytes) -> None:
    planned_file(workspace, developer, BytesIO(export))
    run = planned_file(workspace, developer, BytesIO(export))
    run = plan_map(
        actor=by(developer),
        run=run,
        digest=run.plan_digest,
        mapping={(MapKind.CONNECTION, "lake"): "sea"},
    )
    mapped = dict.fromkeys(("a", "b", "shared"), "changed take")
    assert choices(run) == mapped | dict.fromkeys(("c", "own"), "same take")


def test_a_document_of_another_kind_or_name_is_read(
    workspace: Workspace, developer: User, unpacked: list[str]
) -> None:
    imported(workspace, pack(script("load")))
    data = exported_script(workspace)
    planned_file(workspace, developer, package({"scripts/load.script": data}))
    unpacked.clear()
    moved = planned_file(workspace, developer, package({"scripts/other.script": data}))
    assert (unpacked, choices(moved)) == (["scripts/other.script"], {"load": "same take"})


def exported_script(workspace: Workspace) -> bytes:
    """Return the document of the one script of a workspace as it is kept."""
    content = Content.objects.get()
    return inflate(bytes(content.data), content.size)


def test_a_damaged_entry_is_not_taken_for_what_is_there(
    workspace: Workspace, developer: User, export: bytes
) -> None:
    planned_file(workspace, developer, BytesIO(export))
    stream = bytes(Content.objects.get(names__uses__contains="ann").data)
    place = export.index(stream) + len(stream) // 2
    run = planned_file(
        workspace, developer, BytesIO(export[:place] + bytes([export[place] ^ 1]) + export[place + 1 :])
    )
    assert "own.script" in run_message(run)


def test_what_other_rules_found_is_read_anew(
    workspace: Workspace, developer: User, export: bytes, unpacked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned_file(workspace, developer, BytesIO(export))
    ContentNames.objects.update(reader="older", uses='[["owner", "wrong"]]')
    unpacked.clear()
    first = planned_file(workspace, developer, BytesIO(export))
    assert len(unpacked) == 6
    assert made(planned_file(workspace, developer, BytesIO(export))) == made(first)
    assert not ContentNames.objects.filter(reader="older").exists()


def test_what_a_document_names_goes_with_it(workspace: Workspace, developer: User) -> None:
    run = planned_file(workspace, developer, pack(script(connectionName="lake")))
    assert ContentNames.objects.get().uses == '[["connection", "lake"]]'
    run.items.all().delete()
    Orphan.objects.create(content=Content.objects.get(), since="2020-01-01T00:00:00Z")
    assert (orphans_delete(lambda sha256s: []), ContentNames.objects.count()) == (1, 0)


def test_queries_do_not_grow_with_what_is_told(workspace: Workspace, developer: User) -> None:
    def plan() -> None:
        planned_file(workspace, developer, BytesIO(exported(workspace)))

    imported(workspace, pack(*(job(f"job_{number}") for number in range(3))))
    plan()
    before = count_queries(plan)
    imported(workspace, pack(*(job(f"more_{number}") for number in range(30))))
    plan()
    assert count_queries(plan) == before
