"""Packages that were taken by whatever channel, taken again over their pages after a thousand later edits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue.renaming import object_rename, rename_plan
from dlfportal.catalogue.selectors import object_get
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports import package
from dlfportal.transfer.exports.kept import KeptPackages
from dlfportal.transfer.models import Export
from tests.api.conftest import token_of
from tests.factories import node, operator
from tests.importing import OVERWRITE, imported, job, pack, script
from tests.web.pages import address

pytestmark = pytest.mark.django_db

JOBS, ROUNDS = 10, 50
"""Ten jobs and their scripts, each changed so often, are a thousand edits."""


def put(workspace: Workspace, number: int) -> None:
    """Give every object of the workspace another content, in one import."""
    scripts = [script(f"load_{one}", f"SELECT {number};\n", directory=f"/{number}") for one in range(JOBS)]
    jobs = [
        job(f"job_{one}", nodes=[node("n", scriptName=f"load_{(one + number) % JOBS}")])
        for one in range(JOBS)
    ]
    imported(workspace, pack(*scripts, *jobs), OVERWRITE)


def taken(answer: Any) -> bytes:
    assert answer.status_code == 200, answer
    return answer.getvalue()  # type: ignore[no-any-return]


def exports(browser: Client, viewer: User, workspace: Workspace) -> dict[str, bytes]:
    """Take one job and several over the API, and the whole workspace; return export -> package."""
    program = Client(headers={"X-Auth-Token": token_of(viewer, workspace.project_id)})
    jobs = f"/v1/{workspace.project_id}/jobs"
    several = json.dumps({"jobList": ["job_1", "job_2"], "exportDepend": True})
    page = address(workspace, "export/")
    calls: list[Callable[[], Any]] = [
        lambda: program.post(
            f"{jobs}/job_1/export", '{"exportDepend":true}', content_type="application/json"
        ),
        lambda: program.post(f"{jobs}/batch-export", several, content_type="application/json"),
        lambda: browser.post(page, {"everything": "1"}),
    ]
    found: dict[str, bytes] = {}
    for call in calls:
        whole = taken(call())
        found[Export.objects.exclude(pk__in=found).get().pk] = whole
    return found


def test_packages_of_the_api_and_of_pages_are_the_same_after_a_thousand_edits(
    client_for: Callable[[User], Client], viewer: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_for(viewer)
    put(workspace, 0)
    first = exports(browser, viewer, workspace)
    assert len({*first.values()}) == 3
    for number in range(1, ROUNDS):
        put(workspace, number)
    renamed, who = object_get(workspace, Kind.JOB, "job_1"), operator()
    digest = rename_plan(renamed, "other", who.user).digest
    object_rename(actor=who, target=renamed, name="other", digest=digest, follow=True)
    for kind, name in ((Kind.JOB, "job_2"), (Kind.SCRIPT, "load_1"), (Kind.SCRIPT, "load_2")):
        object_delete(actor=who, target=object_get(workspace, kind, name))
    put(workspace, ROUNDS)
    monkeypatch.setattr(package, "packages", KeptPackages(0))  # they left a long time ago
    for pk, whole in first.items():
        assert taken(browser.post(address(workspace, f"exports/{pk}/again/"))) == whole
