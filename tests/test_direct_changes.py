"""Edits that need a second person: no service, address or call of the API changes an object directly then.

A new service fails `test_every_service_is_sorted`, a new address that changes objects
`test_no_address_changes_an_object`: think about each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import SecondPerson, Workspace
from dlfportal.access.policy import EditsProposed
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.acting import doing
from dlfportal.catalogue.acting.asked import Asked, BulkVerb
from dlfportal.catalogue.acting.doing import bulk_do
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.drafts import draft_lighten, draft_make
from dlfportal.catalogue.models import CatalogueObject, Deletion, Reference, Revision, Version
from dlfportal.catalogue.moving import object_copy, object_move
from dlfportal.catalogue.renaming import object_rename, rename_plan
from dlfportal.catalogue.reviving import deleted_get, object_revive
from dlfportal.catalogue.selections import Choice, Print, choice_resolve, print_of
from dlfportal.catalogue.selectors import object_get
from dlfportal.catalogue.services import (
    content_store,
    object_create,
    object_delete,
    object_update,
    revision_restore,
    version_submit,
)
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.acting import execute
from dlfportal.transfer.acting.execute import bulk_request, bulk_take
from dlfportal.transfer.models import BulkRun
from tests.access_addresses import PAGES, ROUTES, WIRE_SPACES, Line
from tests.api.conftest import token_of
from tests.factories import JobFactory, operator
from tests.test_access_matrix import scene as scene  # noqa: PLC0414 - a fixture

ROOM = Path(__file__).parent.parent / "dlfportal"
ANOTHER = {"name": "nightly", "nodes": [], "schedule": {"type": "EXECUTE_ONCE"}, "processType": "REAL_TIME"}

Write = Callable[[Actor, Workspace], object]


def nightly(workspace: Workspace) -> CatalogueObject:
    return object_get(workspace, Kind.JOB, "nightly")


def revision(workspace: Workspace) -> Revision:
    found = nightly(workspace).revision
    assert found
    return found


def rename(actor: Actor, workspace: Workspace) -> object:
    digest = rename_plan(nightly(workspace), "renamed", actor.user).digest
    return object_rename(actor=actor, target=nightly(workspace), name="renamed", digest=digest, follow=False)


def revive(actor: Actor, workspace: Workspace) -> object:
    return object_revive(actor=actor, gone=deleted_get(workspace, Kind.JOB, "gone"), expected=1)


def write_many(actor: Actor, workspace: Workspace) -> object:
    draft = draft_make(Kind.JOB, {**ANOTHER, "name": "many"}, "")
    stored = draft_lighten(draft, content_store(draft.data).sha256)
    planned = {stored.identity: None}
    return BulkWrite(actor, workspace, [stored], planned, Cause(), submit=False).write()


def act(verb: BulkVerb, service: Any = bulk_do, **fields: Any) -> Write:
    """Return an act on all jobs of a workspace."""

    def do(actor: Actor, workspace: Workspace) -> object:
        choice = Choice(kind=Kind.JOB)
        shown: Print = print_of(choice_resolve(workspace, choice))
        asked = Asked(verb, **fields)
        return service(actor=actor, workspace=workspace, asked=asked, choice=choice, shown=shown)

    return do


DIRECT: dict[str, list[Write]] = {
    "catalogue/services.py:object_create": [
        lambda actor, workspace: object_create(
            actor=actor, workspace=workspace, kind=Kind.JOB, document={**ANOTHER, "name": "new"}
        )
    ],
    "catalogue/services.py:object_update": [
        lambda actor, workspace: object_update(actor=actor, target=nightly(workspace), document=ANOTHER)
    ],
    "catalogue/services.py:revision_restore": [
        lambda actor, workspace: revision_restore(actor=actor, target=nightly(workspace), number=1)
    ],
    "catalogue/services.py:version_submit": [
        lambda actor, workspace: version_submit(actor=actor, target=nightly(workspace))
    ],
    "catalogue/services.py:object_delete": [
        lambda actor, workspace: object_delete(actor=actor, target=nightly(workspace))
    ],
    "catalogue/moving.py:object_copy": [
        lambda actor, workspace: object_copy(
            actor=actor, target=nightly(workspace), revision=revision(workspace), name="copied"
        )
    ],
    "catalogue/moving.py:object_move": [
        lambda actor, workspace: object_move(
            actor=actor, target=nightly(workspace), revision=revision(workspace), directory="/moved"
        )
    ],
    "catalogue/renaming.py:object_rename": [rename],
    "catalogue/reviving.py:object_revive": [revive],
    "catalogue/bulk.py:write": [write_many],
    "catalogue/acting/doing.py:bulk_do": [
        act(BulkVerb.SUBMIT),
        act(BulkVerb.TAG, add=("daily",)),
        act(BulkVerb.MOVE, folder="/moved"),
        act(BulkVerb.DELETE),
    ],
    "catalogue/acting/doing.py:_lock": [],  # asks within those of `bulk_do` once more
    "transfer/acting/execute.py:bulk_request": [act(BulkVerb.DELETE, bulk_request)],
}
"""The services that change objects directly, each with ways to call it."""

PREPARING = {
    "catalogue/mapping_profiles.py": "a profile changes no object; a plan keeps what was mapped in it",
    "catalogue/reindex.py": "makes anew what is derived from documents, and changes none",
    "catalogue/undoing/writing.py": "an undo, which `second_pass` has let through",
    "transfer/planning/": "plans and proposals",
    "transfer/imports/": "imports, undos and proposals, which `second_pass` lets through",
    "transfer/store/buckets.py": "files of buckets are no objects",
}
"""Where the rest of what needs the right to edit is, and why a second person need not be asked."""

WRITERS = {
    "catalogue/services.py",
    "catalogue/bulk.py",
    "catalogue/acting/deleting.py",
    "catalogue/acting/submitting.py",
    "catalogue/undoing/writing.py",
    "catalogue/acting/doing.py",
}
"""The modules that make revisions, versions and deletions, or have others make them."""


def sources(*rooms: str) -> Iterator[tuple[str, str]]:
    for room in rooms:
        for path in sorted((ROOM / room).rglob("*.py")):
            if "migrations" not in path.parts and "management" not in path.parts:
                yield str(path.relative_to(ROOM)), path.read_text()


def asking(source: str, right: str) -> set[str]:
    """Return the functions of a module that ask the policy for a right."""
    if right not in source:
        return set()
    found = set()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            asked = [call for call in calls if ast.unparse(call.func).endswith("require")]
            if any(ast.unparse(given) == right for call in asked for given in call.args):
                found.add(function.name)
    return found


def test_every_service_is_sorted() -> None:
    rooms = ("catalogue", "transfer", "sample", "access")
    direct = {f"{path}:{name}" for path, source in sources(*rooms) for name in asking(source, "Right.CHANGE")}
    assert direct | {"catalogue/bulk.py:write"} == set(DIRECT)
    edits = {path for path, source in sources(*rooms) if asking(source, "Right.EDIT")}
    assert {path for path in edits if not path.startswith(tuple(PREPARING))} == set()


MARKS = ("Revision.objects.create", "Version.objects.create", "Deletion.objects.create")
MARKS += (
    "Staged(Revision,",
    "Staged(Version,",
    "Deletion.objects.bulk_create",
    "Version.objects.bulk_create",
)
MARKS += ("going_write(", "versions_write(")


def test_only_these_modules_write_objects() -> None:
    rooms = ("catalogue", "transfer", "sample", "web", "api", "adminsite")
    writing = {path for path, source in sources(*rooms) if any(mark in source for mark in MARKS)}
    assert writing == WRITERS


@pytest.fixture
def things(workspace: Workspace) -> None:
    target = JobFactory(workspace=workspace, name="nightly")
    object_update(actor=operator(), target=target, document={**ANOTHER, "description": "second"})
    gone = JobFactory(workspace=workspace, name="gone")
    object_delete(actor=operator(), target=gone)


def state(workspace: Workspace) -> list[Any]:
    """Return all that a change of an object would show in, but what is recorded of other acts."""
    columns = ("pk", "name", "directory", "revision", "version", "state", "updated_at", "deleted_at")
    objects = CatalogueObject.objects.filter(workspace=workspace).order_by("pk")
    kinds = [f"{kind}." for kind in Kind]
    recorded = AuditEntry.objects.values_list("action", flat=True)
    return [
        list(objects.values_list(*columns)),
        *(model.objects.count() for model in (Revision, Version, Deletion, Reference, BulkRun)),
        sum(action.startswith(tuple(kinds)) for action in recorded),
    ]


CALLS = [(name, number) for name, calls in DIRECT.items() for number in range(len(calls))]


@pytest.mark.parametrize(("name", "number"), CALLS, ids=[f"{name}-{number}" for name, number in CALLS])
def test_no_service_changes_an_object_directly(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    workspace: Workspace,
    things: None,
    name: str,
    number: int,
) -> None:
    monkeypatch.setattr(execute, "runners_alive", lambda queued: True)
    call = DIRECT[name][number]
    setting = SecondPerson.objects.create(workspace=workspace, imports=True, edits=True)
    before = state(workspace)
    for person in ("developer", "workspace_admin", "admin"):
        with pytest.raises(EditsProposed):
            call(Actor(request.getfixturevalue(person), Channel.WEB), workspace)
    assert state(workspace) == before
    setting.edits = False
    setting.save()
    call(Actor(request.getfixturevalue("developer"), Channel.WEB), workspace)
    assert state(workspace) != before


def test_an_act_that_waited_for_a_worker_is_refused(
    monkeypatch: pytest.MonkeyPatch, developer: User, workspace: Workspace, things: None
) -> None:
    monkeypatch.setattr(execute, "runners_alive", lambda queued: True)
    act(BulkVerb.DELETE, bulk_request)(Actor(developer, Channel.WEB), workspace)
    SecondPerson.objects.create(workspace=workspace, imports=True, edits=True)
    before = state(workspace)
    run = BulkRun.objects.get()
    bulk_take(run.pk)
    run.refresh_from_db()
    assert state(workspace) == before and run.status == "FAILED"
    assert "need a second person" in run.message % run.params


@pytest.mark.parametrize("verb", list(BulkVerb))
def test_an_act_is_refused_in_its_transaction_too(
    monkeypatch: pytest.MonkeyPatch, developer: User, workspace: Workspace, things: None, verb: BulkVerb
) -> None:
    found = doing._fitting

    def slowly(*given: Any) -> list[int]:
        SecondPerson.objects.create(workspace=workspace, imports=True, edits=True)
        return found(*given)

    monkeypatch.setattr(doing, "_fitting", slowly)
    before = state(workspace)
    with pytest.raises(EditsProposed):
        act(verb, folder="/moved", add=("daily",))(Actor(developer, Channel.WEB), workspace)
    assert state(workspace) == before


CHANGING = {
    *("v1:jobs", "v1:job", "v1:scripts", "v1:script", "v1:resources", "v1:resource"),
    *("v2:job-rename", "web:rename", "web:copy", "web:move", "web:revive", "web:bulk-new"),
    *(f"admin:catalogue_{kind}_{page}" for kind in ("job", "script", "resource", "cdmjob") for page in (
        "add", "change", "delete", "restore", "submit",
    )),
}  # fmt: skip
"""The routes whose forms and calls change objects directly."""

FORMS = {"change": {"expected": "1"}, "add": {}, "delete": {"post": "yes", "expected": "1"}}


def lines() -> Iterator[tuple[str, Line]]:
    """Yield the requests of the access matrix that change something, and the forms of the admin."""
    for route, found in ROUTES.items():
        if not route.endswith("logout"):
            yield from ((route, line) for line in found if line.method != "get")
    for kind in ("job", "script", "resource", "cdmjob"):
        for page, data in FORMS.items():
            model = f"catalogue/{kind}"
            path = PAGES[page].replace("{model}", model).replace("{pk}", "{" + model + "}")
            given = {**data, "json": "{}", "workspace": "a" * 32}
            yield f"admin:catalogue_{kind}_{page}", Line(path, (), "post", given)


def test_no_address_changes_an_object(
    workspace: Workspace, scene: dict[str, str], developer: User, admin: User
) -> None:
    SecondPerson.objects.create(workspace=workspace, imports=True, edits=True)
    before, faults, seen = state(workspace), [], set()
    for person in (developer, admin):
        browser, wire = Client(), Client(headers={"X-Auth-Token": token_of(person, "b" * 32)})
        browser.force_login(person)
        for route, line in lines():
            on_wire = route.startswith(WIRE_SPACES)
            answer = ask(wire if on_wire else browser, line, scene, on_wire)
            said = answer.getvalue().decode("latin-1") if answer.streaming else answer.content.decode()
            if state(workspace) != before:
                faults.append((route, "changed something"))
            if route in CHANGING:
                seen.add(route)
                way = f"http://testserver/w/{workspace.pk}/import/" if on_wire else "Edits of the workspace"
                if answer.status_code != 403 or way not in said or (on_wire and "DLF.6888" not in said):
                    faults.append((route, answer.status_code, said[:200]))
            elif "Edits of the workspace" in said:
                faults.append((route, "is refused, too"))
    assert faults == []
    assert CHANGING - seen == set()


def ask(client: Client, line: Line, scene: dict[str, str], on_wire: bool) -> Any:
    path = line.path.replace("{workspace}", "a" * 32)
    for model, pk in scene.items():
        path = path.replace(f"{{{model}}}", pk)
    content = {"content_type": "application/json"} if on_wire else {}
    return getattr(client, line.method)(path, line.data or None, **content)
