"""The table of what `make bench` asks in a small and in a large catalogue: whole, and nothing of it refused.

A new address fails `test_every_address_is_asked_or_left_out`: add a line to `bench.growth.asks`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from bench.filling import SUPERUSER
from bench.growth.asked import Asked
from bench.growth.asks import Ask, asks
from bench.growth.fill import MAIN, fill
from bench.growth.links import admin_lists, last_page
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.formats.kinds import Kind
from tests.access_addresses import MODELS
from tests.test_access_matrix import routes

JOBS = 120

LEFT_OUT = {
    # what changes something, or only leads elsewhere: of each such service one call is asked
    "web:access-key-revoke", "web:member-role", "web:member-remove", "web:theme", "logout", "set_language",
    "tokens", "web:bulk-begin", "web:comparing-export", "web:comparing-read",
    "web:comparing-bring", "web:export-again", "web:export-last",
    "web:selection", "web:selection-delete",
    # how a worker is getting on: nothing here gives it work
    "web:bulk",
    "admin:login", "admin:logout", "admin:password_change", "admin:password_change_done",
    "admin:autocomplete", "admin:jsi18n", "admin:view_on_site", "admin:*", "admin:transfer_bucket_put",
    "admin:transfer_bucket_get", "admin:transfer_bucket_remove",
    "v1:jobs-import", "v1:system-task-old", "v2:job-rename",
    # what is refused before anything is looked up
    "v1:StartJob", "v1:StopJob", "v1:RunOnce", "v1:ShowJobInstance", "v1:StopJobInstance",
    "v1:RestoreJobInstance", "v1:ExecuteScript", "v1:ListScriptResults", "v1:CancelScript", "v1:connections",
    "v1:connections-export", "v1:connections-import", "v1:connection", "v1.0:directory-tree", "v1.0:unknown",
    "v2:unknown",
}  # fmt: skip
ADMIN_LEFT_OUT = ("add", "delete", "history", "restore", "submit")
"""Pages that every model of the admin has; they are asked of the objects of the catalogue."""

MISSING = {"job that is not there", "GET unknown job", "GET unknown path"}


@pytest.fixture
def asked(transactional_db: None, settings: Any, tmp_path: Path) -> Asked:
    settings.DATA_DIR = tmp_path
    fill(JOBS)
    return Asked()


def test_every_address_is_asked_or_left_out(asked: Asked) -> None:
    found = {_route(asked, ask) for ask in [*asks(), *admin_lists(asked.clients[SUPERUSER])] if ask.path}
    of_models = {f"admin:{model.replace('/', '_')}_{page}" for model in MODELS for page in ADMIN_LEFT_OUT}
    assert set(routes()) - found - LEFT_OUT - of_models == set(), "add a line to bench.growth.asks"
    assert found & LEFT_OUT == set(), "asked after all"


def test_each_kind_of_page_and_call_answers(asked: Asked) -> None:
    """One of each address and method: all of them would be more than a suite should wait for."""
    one_each = {(_route(asked, ask), ask.method, ask.name in MISSING): ask for ask in asks() if ask.path}
    for ask in one_each.values():
        cost = asked.cost(ask, 1, cold=True)
        expected = (400, 404) if ask.name in MISSING else (200, 204, 302)
        assert cost.status in expected, ask
        assert cost.queries > 0 or ask.who == ""
        assert cost.cpu[0] > 0


def test_the_package_of_a_hundred_objects_comes_in_each_time(asked: Asked) -> None:
    for _ in range(2):
        asked.cost(Ask("import", "", method="import"), 1, cold=False)
    imported = CatalogueObject.objects.filter(workspace=MAIN, name__startswith="import_")
    assert imported.count() == 100
    assert set(imported.values_list("revision__number", flat=True)) == {2}


def test_the_last_page_of_a_list_is_found_on_pages_and_on_the_wire(asked: Asked) -> None:
    total = CatalogueObject.objects.filter(workspace=MAIN, kind=Kind.JOB).count()
    page = asked.clients[SUPERUSER].get(last_page(asked.clients[SUPERUSER], f"/w/{MAIN}/jobs/?limit=25"))
    names = sorted(
        CatalogueObject.objects.filter(workspace=MAIN, kind=Kind.JOB).values_list("name", flat=True)
    )
    assert names[-1] in page.content.decode()
    wire: Client = asked.clients["wire"]
    answer = wire.get(last_page(wire, f"/v2/{MAIN}/factory/jobs?limit=25")).json()
    assert len(answer["jobs"]) == total % 25


def _route(asked: Asked, ask: Ask) -> str:
    path = asked.placed(ask.path)
    match = resolve(path.partition("?")[0])
    return f"{match.namespace}:{match.url_name or '*'}" if match.namespace else str(match.url_name)
