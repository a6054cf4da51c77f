"""Where a package comes in: a file, a bucket; what is wrong with it is said in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Role, Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.saved import selection_save
from dlfportal.catalogue.selections import Choice, selection_store
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.models import ImportRun, Runner, RunStatus
from dlfportal.transfer.planning import making
from dlfportal.transfer.store.buckets import bucket_give, file_put
from dlfportal.transfer.store.paths import ObsPath
from tests.factories import MembershipFactory, ScriptFactory, WorkspaceFactory, operator
from tests.importing import pack, script
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


@pytest.fixture(autouse=True)
def store(settings: LazySettings, tmp_path: Path) -> None:
    """Keep the packages of these tests apart."""
    settings.DATA_DIR = tmp_path


def send(browser: Client, workspace: Workspace, data: bytes | None, **fields: str) -> Any:
    file = {} if data is None else {"file": SimpleUploadedFile("jobs.zip", data, "application/zip")}
    return browser.post(address(workspace, "import/"), {"from": "file", **file, **fields})


def kept(settings: LazySettings) -> list[Path]:
    """Return the files that are kept of what was sent."""
    return [path for path in Path(settings.DATA_DIR).rglob("*.zip") if path.is_file()]


def test_the_limits_are_shown_before(browser: Client, workspace: Workspace) -> None:
    text = text_of(browser, address(workspace, "import/"))
    assert "1.0\xa0GB" in text and "200,000 entries" in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no archive", "zip"),
        (b"", "not a zip package"),
        (None, "Choose a file first."),
        (pack().getvalue(), "The package is empty."),
    ],
)
def test_a_package_that_cannot_be_read_gives_one_sentence_and_no_plan(
    browser: Client, workspace: Workspace, settings: LazySettings, data: bytes | None, said: str
) -> None:
    answer = send(browser, workspace, data)
    assert answer.status_code == 400 and said in answer.context["page"].refused
    assert kept(settings) == []
    assert not ImportRun.objects.exclude(status=RunStatus.DISCARDED).exists()


def test_a_package_of_a_bucket_is_planned_where_it_lies(browser: Client, workspace: Workspace) -> None:
    bucket_give(actor=operator(), name="packages", workspace=workspace)
    for name in ("in/jobs.zip", "in/readme.txt"):
        path, content = ObsPath("packages", name), pack(script("load"))
        file_put(actor=operator(), workspace=workspace, path=path, content=content)
    page = browser.get(address(workspace, "import/"), {"bucket": "packages"}).context["page"]
    assert [path for _file, path in page.bucket.paths] == ["obs://packages/in/jobs.zip"]
    form = {"from": "bucket", "bucket": "packages", "path": "obs://packages/in/jobs.zip"}
    answer = browser.post(address(workspace, "import/"), form, follow=True)
    assert answer.context["page"].run.source == form["path"] and answer.context["page"].counts.new == 1
    for path in ("", "obs://packages/absent.zip", "obs://other/jobs.zip", "obs://packages/../x.zip", "a\0b"):
        refused = browser.post(address(workspace, "import/"), {**form, "path": path})
        assert refused.status_code == 400, path
        assert refused.context["page"].bucket.bucket == "packages"


def test_objects_of_another_workspace_come_without_a_file_in_between(
    browser: Client, workspace: Workspace, developer: User, other_workspace: Workspace
) -> None:
    origin = WorkspaceFactory(name="dev", project=workspace.project)
    ScriptFactory(workspace=origin, name="load")
    form = {"from": "workspace", "origin": origin.pk, "what": "everything"}
    url = address(workspace, "import/")
    refused = browser.post(url, form)
    assert refused.status_code == 400 and browser.get(url).context["page"].origins == []
    MembershipFactory(user=developer, workspace=origin, role=Role.VIEWER)
    actor = Actor(developer, Channel.WEB)
    stored = selection_store(actor=actor, workspace=origin, choice=Choice({Kind.SCRIPT: ["load"]}))
    selection_save(actor=actor, workspace=origin, pk=stored.pk, name="mine")
    page = browser.get(url, {"origin": origin.pk}).context["page"]
    assert page.origins == [origin] and [one.name for one in page.selections] == ["mine"]
    for what in ("everything", page.selections[0].pk):
        answer = browser.post(url, {**form, "what": what}, follow=True)
        assert answer.context["page"].counts.new == 1, what
    assert browser.post(url, {**form, "what": "0" * 32}).status_code == 400


def test_a_bucket_of_others_is_not_listed(browser: Client, workspace: Workspace) -> None:
    page = browser.get(address(workspace, "import/"), {"bucket": "dlfportal-uploads"}).context["page"]
    assert page.bucket is None and page.buckets == []


def test_a_large_package_waits_for_a_worker_and_says_when_there_is_none(
    browser: Client, workspace: Workspace, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE_BYTES", 10)
    answer = send(browser, workspace, pack(script("load")).getvalue())
    assert answer.status_code == 409 and "importworker" in answer.context["page"].refused
    assert kept(settings) == [] and not ImportRun.objects.exists()


def test_a_file_over_the_limit_is_refused_by_its_head(
    browser: Client, workspace: Workspace, settings: LazySettings
) -> None:
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "package_bytes": 1000}
    assert send(browser, workspace, b"x" * 100_000).status_code == 413


def test_a_plan_that_is_made_and_an_import_that_runs_show_how_they_get_on(
    browser: Client, workspace: Workspace
) -> None:
    run = ImportRun.objects.create(
        workspace=workspace, source="a.zip", status=RunStatus.PLANNING, phase="checking", done=3, total=9,
        runner=_runner(), begun_at=timezone.now() - timedelta(minutes=65),
    )  # fmt: skip
    plan = address(workspace, f"imports/{run.pk}/plan/")
    # It counts since it was asked for, and not since it last said how far it is.
    assert "<dt>Elapsed</dt><dd>65:0" in text_of(browser, plan)
    assert "3 of 9" in text_of(browser, plan) and "data-open" in text_of(browser, plan, fragment="1")
    ImportRun.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, phase="writing")
    page = address(workspace, f"imports/{run.pk}/")
    assert browser.get(plan)["Location"] == page
    assert "Writes" in text_of(browser, page, fragment="1")
    ImportRun.objects.filter(pk=run.pk).update(status=RunStatus.SUCCESSFUL)
    assert browser.get(page, {"fragment": "1"})["Location"] == page


def _runner() -> str:
    """Return a process that is alive."""
    pk: str = Runner.objects.create(queued=False, alive_until=timezone.now() + timedelta(minutes=1)).pk
    return pk
