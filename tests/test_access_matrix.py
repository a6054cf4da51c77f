"""Every address and every kind of person: one line a route, and no route without its line.

A new route fails `test_every_route_has_its_line`: add a line to `tests/access_addresses.py`, and think about
each of the six.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from dlfportal.access.keys import access_key_create
from dlfportal.access.models import Membership, Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.acting.asked import Asked, BulkVerb
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.selections import Choice, selection_store
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.models import Bucket, BulkRun, Export, ImportRun
from tests.access_addresses import PEOPLE, ROUTES, WIRE_SPACES, Line
from tests.api.conftest import token_of
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node


def routes() -> dict[str, str]:
    """Return every route of the resolver: its name (`admin:*` for what has none there), and its pattern."""
    return dict(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for found in resolver.url_patterns:
        pattern = prefix + str(found.pattern)
        if isinstance(found, URLPattern):
            yield space + (found.name or "*"), pattern
        else:
            yield from _walk(found, pattern, space + (f"{found.namespace}:" if found.namespace else ""))


@pytest.fixture
def scene(workspace: Workspace, viewer: User, other_workspace: Workspace) -> dict[str, str]:
    """Fill `workspace` and return the id of a row of each model."""
    bucket = Bucket.objects.create(name="packages")
    bucket.workspaces.add(workspace)
    JobFactory(workspace=workspace, name="drawn", nodes=[node("only")])
    gone = JobFactory(workspace=workspace, name="gone")
    object_delete(actor=Actor(gone.revision.author, Channel.WEB), target=gone)
    made = {
        "catalogue/job": JobFactory(workspace=workspace, name="nightly"),
        "catalogue/script": ScriptFactory(workspace=workspace, name="load"),
        "catalogue/resource": ResourceFactory(workspace=workspace, name="lib"),
        "catalogue/cdmjob": CdmJobFactory(workspace=workspace, name="copy"),
        "catalogue/selection": selection_store(
            actor=Actor(viewer, Channel.WEB), workspace=workspace, choice=Choice({Kind.JOB: ["nightly"]})
        ),
        "catalogue/saved": Selection.objects.create(
            id="5" * 32, workspace=workspace, user=viewer, name="mine", chosen={"names": {}}, count=0
        ),
        "transfer/bulkrun": BulkRun.objects.create(
            workspace=workspace, asked=Asked(BulkVerb.DELETE).write(), chosen={}, count=501, status="FAILED"
        ),
        "access/project": workspace.project,
        "access/workspace": workspace,
        "access/membership": Membership.objects.get(user=viewer),
        "access/accesskey": access_key_create(actor=Actor(viewer, Channel.WEB), user=viewer).row,
        "auth/user": viewer,
        "transfer/bucket": bucket,
        "transfer/importrun": ImportRun.objects.create(workspace=workspace, source="a.zip", status="FAILED"),
        "transfer/plan": _plan(workspace),
        "transfer/export": Export.objects.create(workspace=workspace, name="jobs.zip"),
        "audit/auditentry": AuditEntry.objects.filter(workspace_id=workspace.pk).first(),
    }
    return {model: str(row.pk) for model, row in made.items()} | {"uid": made["catalogue/resource"].uid.hex}


def _plan(workspace: Workspace) -> ImportRun:
    """Make a plan that waits to be applied, with one object."""
    until = timezone.now() + timedelta(days=7)
    run = ImportRun.objects.create(
        workspace=workspace, source="a.zip", status="PLANNED", plan_digest="f" * 64, expires_at=until
    )
    run.items.create(position=0, kind="job", name="bad", outcome="invalid")
    return run


def test_every_route_has_its_line() -> None:
    assert set(routes()) - set(ROUTES) == set(), "routes without a line in the table"
    assert set(ROUTES) - set(routes()) == set(), "lines of routes that are gone"


CASES = [(name, number) for name, lines in ROUTES.items() for number in range(len(lines))]


@pytest.mark.parametrize(("name", "number"), CASES, ids=[f"{name}-{number}" for name, number in CASES])
def test_each_person_gets_the_answer_of_the_table(
    request: pytest.FixtureRequest, scene: dict[str, str], name: str, number: int
) -> None:
    line = ROUTES[name][number]
    got = tuple(_ask(request, scene, name, line, person) for person in PEOPLE)
    assert got == line.answers


def _ask(request: pytest.FixtureRequest, scene: dict[str, str], name: str, line: Line, person: str) -> int:
    """Send the request of `line` as `person`: with a token on the wire, with a session elsewhere."""
    client = Client()
    user: User | None = None if person == "anonymous" else request.getfixturevalue(person)
    wire = name.startswith(WIRE_SPACES) or name == "projects"
    if user and wire:
        own = "d" * 32 if person == "stranger" else "b" * 32
        client = Client(headers={"X-Auth-Token": token_of(user, own)})
    elif user:
        client.force_login(user)
    path = line.path.replace("{workspace}", "a" * 32)
    for model, pk in scene.items():
        path = path.replace(f"{{{model}}}", pk)
    content = {"content_type": "application/json"} if name.startswith((*WIRE_SPACES, "tokens")) else {}
    response: Any = getattr(client, line.method)(path, line.data or None, **content)
    if response.streaming:
        response.getvalue()
    status: int = response.status_code
    return status
