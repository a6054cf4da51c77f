"""Parts that DataArts takes:

together they are the whole, each has all that its jobs use, and they stay the same.
"""

from __future__ import annotations

import io
import zipfile

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.packed import packed_resolve
from dlfportal.catalogue.selections import Choice
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports import splitting
from dlfportal.transfer.exports.package import export_jobs, export_preview
from dlfportal.transfer.exports.selection import PackageLayout, Selector
from dlfportal.transfer.exports.splitting import Part, export_split, part_name
from dlfportal.transfer.models import Export
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node
from tests.queries import assert_same_queries
from tests.web.pages import export_page_of, shown, unzip

EVERYTHING = Choice(everything=True)


@pytest.fixture
def groups(workspace: Workspace) -> None:
    """Nine jobs:

    three pairs that share a script, a pair of which one starts the other, one alone; all use one lib.
    """
    ResourceFactory(workspace=workspace, name="lib")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    ScriptFactory(workspace=workspace, name="unused")
    lib = node("lib", "DLISpark", resourcePath="lib")
    for pair in range(3):
        ScriptFactory(workspace=workspace, name=f"s{pair}")
        for half in ("a", "z"):
            nodes = [node("n", scriptName=f"s{pair}"), lib]
            JobFactory(workspace=workspace, name=f"{half}{pair}", nodes=nodes)
    JobFactory(workspace=workspace, name="caller", nodes=[node("n", "DLFSubJob", jobName="yielded"), lib])
    JobFactory(workspace=workspace, name="yielded", nodes=[lib])
    JobFactory(workspace=workspace, name="solo", nodes=[lib])


def split(actor: Actor, workspace: Workspace, choice: Choice = EVERYTHING) -> list[Part]:
    selector = Selector(workspace, PackageLayout.BATCH)
    return export_split(actor=actor, selector=selector, resolved=packed_resolve(workspace, choice))


def names(part: Part) -> list[str]:
    found = dict(CatalogueObject.objects.values_list("pk", "name"))
    return [found[pk] for pk in part.jobs]


def test_what_belongs_together_stays_together(
    actor: Actor, workspace: Workspace, groups: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "JOBS_AT_MOST", 3)
    parts = split(actor, workspace)
    assert all(part.fits for part in parts)
    homes = {name: number for number, part in enumerate(parts) for name in names(part)}
    for one, other in (("a0", "z0"), ("a1", "z1"), ("a2", "z2"), ("caller", "yielded")):
        assert homes[one] == homes[other], (one, other, homes)
    assert [part.digest for part in split(actor, workspace)] == [part.digest for part in parts]


def test_parts_together_are_the_whole_and_each_has_all_that_its_jobs_use(
    actor: Actor, workspace: Workspace, groups: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "JOBS_AT_MOST", 3)
    resolved = packed_resolve(workspace, EVERYTHING)
    whole = export_preview(actor=actor, workspace=workspace, jobs=resolved.jobs, others=resolved.others)
    seen: set[str] = set()
    jobs: list[str] = []
    for part in split(actor, workspace):
        own = part.resolved(workspace)
        held = export_preview(actor=actor, workspace=workspace, jobs=own.jobs, others=own.others)
        assert held.missing == []
        assert len(held.entries) <= part.files
        jobs += held.jobs
        seen |= {entry.path for entry in held.entries}
    assert seen == {entry.path for entry in whole.entries}
    assert sorted(jobs) == whole.jobs, "no job stands in two parts"


def test_no_part_is_larger_than_was_said(
    actor: Actor, workspace: Workspace, groups: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "PACKAGE_BYTES_AT_MOST", 2500)
    parts = split(actor, workspace)
    assert len(parts) > 2
    for part in parts:
        own = part.resolved(workspace)
        package = export_jobs(actor=actor, workspace=workspace, jobs=own.jobs, others=own.others)
        data = b"".join(package.stream)
        assert len(data) <= part.size
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
        assert part.fits or len(part.jobs) == 1


@pytest.mark.parametrize(
    ("number", "count", "name"),
    [(1, 3, "jobs_1_of_3.zip"), (7, 30, "jobs_07_of_30.zip"), (300, 300, "jobs_300_of_300.zip")],
)
def test_names_sort_as_the_parts_do(number: int, count: int, name: str) -> None:
    assert part_name(number, count) == name


def test_splitting_costs_the_same_queries_with_ten_times_the_jobs(
    actor: Actor, workspace: Workspace, groups: None
) -> None:
    def more() -> None:
        for number in range(40):
            ScriptFactory(workspace=workspace, name=f"more{number}")
            JobFactory(workspace=workspace, name=f"m{number}", nodes=[node("n", scriptName=f"more{number}")])

    assert_same_queries(more, lambda: split(actor, workspace))


def test_each_part_is_a_download_and_one_that_moved_is_said(
    client: Client, viewer: User, workspace: Workspace, groups: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "JOBS_AT_MOST", 3)
    client.force_login(viewer)
    start = export_page_of(client, f"/w/{workspace.pk}/export/", kinds=["jobs"]).context["page"]
    page = client.get(start.split_url).context["page"]
    assert [line.name for line in page.lines] == [f"jobs_{number}_of_4.zip" for number in (1, 2, 3, 4)]
    found: list[str] = []
    for line in page.lines:
        answer = client.post(page.post_url, shown(page, part=line.value))
        assert f'filename="{line.name}"' in answer["Content-Disposition"]
        found += [name for name in unzip(answer) if name.endswith(".job")]
        export = Export.objects.latest("started_at")
        assert (export.name, export.options["part"]) == (line.name, line.name)
    assert len(found) == len(set(found)) == 9
    assert client.post(page.post_url, shown(page, part="9-x")).status_code == 409
    JobFactory(workspace=workspace, name="another")
    answer = client.post(page.post_url, shown(page, part=page.lines[0].value))
    assert answer.status_code == 409
    assert answer.context["page"].count == 4


def test_a_selection_without_jobs_is_split_by_size(
    actor: Actor, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "PACKAGE_BYTES_AT_MOST", 1500)
    for number in range(9):
        ScriptFactory(workspace=workspace, name=f"s{number}")
    parts = split(actor, workspace, Choice(kind=Kind.SCRIPT))
    assert len(parts) > 1
    assert sum(len(part.others) for part in parts) == 9
