"""What the pages of a portal need to be seen in all their states.

Everything is in workspaces of its own, so that other tests of the same portal find theirs as they were.
"""

from __future__ import annotations

import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from dlfportal.access.keys import access_key_create
from dlfportal.access.models import Covered, Project, SecondPerson, Workspace
from dlfportal.access.services import membership_set, workspace_save
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.acting.asked import Asked, BulkVerb
from dlfportal.catalogue.models import CatalogueObject, Selection
from dlfportal.catalogue.saved import selection_save
from dlfportal.catalogue.selections import Choice, selection_store
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.package import export_job
from dlfportal.transfer.imports.execute import import_file
from dlfportal.transfer.imports.options import ImportOptions, Policy
from dlfportal.transfer.imports.undo import undo_propose, undo_request
from dlfportal.transfer.imports.undo_look import undo_look
from dlfportal.transfer.models import BulkRun, Export, ImportRun
from dlfportal.transfer.planning.choosing import plan_discard
from dlfportal.transfer.planning.making import plan_begin
from dlfportal.transfer.planning.proposing import plan_propose
from dlfportal.transfer.store.buckets import bucket_give, file_put
from dlfportal.transfer.store.paths import ObsPath
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node
from tests.portal import SAMPLE_PROJECT

SEEN, EMPTY, SECOND, PROPOSING = "5" * 32, "6" * 32, "7" * 32, "9" * 32
DAILY = {"type": "CRON", "cron": {"expression": "0 15 5 * * ?", "expressionTimeZone": "GMT+8"}}
NODES = [
    node("check", "DLISQL", statementOrScript="SCRIPT", scriptName="load_orders"),
    node("load", "Shell", ["check"], scriptName="not_there"),
    node("copy", "CDMJob", ["load"], clusterName="cdm-1", jobName="copy_orders"),
]


def scene_set() -> str:
    """Fill the workspaces; return the id of a row of each model and the pages that stand alone, as JSON."""
    admin = Actor(User.objects.get(username="admin"), Channel.COMMAND)
    workspace = _workspace(admin, SEEN, "seen")
    _workspace(admin, EMPTY, "empty")
    rows = {**_objects(admin, workspace), **_people(admin, workspace), **_packages(admin, workspace)}
    rows |= {"catalogue/proposed": _proposing(admin), **_second(admin, rows["auth/user"])}
    ids = {model: str(row.pk) for model, row in rows.items()}
    spaces = {"w": SEEN, "empty": EMPTY, "second": SECOND, "proposing": PROPOSING}
    return json.dumps({**spaces, **ids, **_alone()})


def _workspace(admin: Actor, pk: str, name: str) -> Workspace:
    project = Project.objects.get(pk=SAMPLE_PROJECT)
    return workspace_save(actor=admin, workspace=Workspace(pk=pk, project=project, name=name))


def _proposing(admin: Actor) -> CatalogueObject:
    """A job whose workspace takes edits as proposals only; that this ends is asked for."""
    workspace = _workspace(admin, PROPOSING, "proposing")
    job: CatalogueObject = JobFactory(actor=admin, workspace=workspace, name="orders", nodes=NODES[:2])
    asked = {"setting": Covered.EDITS, "wanted": False, "asked_name": "dora", "asked_at": timezone.now()}
    SecondPerson.objects.create(workspace=workspace, imports=True, edits=True, **asked)
    return job


def _objects(admin: Actor, workspace: Workspace) -> dict[str, Any]:
    """An object of each kind; the job has a missing script, a submitted version and a change since."""
    made = {"actor": admin, "workspace": workspace}
    script = ScriptFactory(**made, name="load_orders", content="SELECT 1;\nSELECT 2;\n", directory="/ods")
    resource = ResourceFactory(**made, name="parser")
    copy = CdmJobFactory(**made, name="copy_orders")
    object_delete(actor=admin, target=ScriptFactory(**made, name="gone_orders", content="SELECT 3;\n"))
    job = JobFactory(**made, name="orders", nodes=NODES, schedule=DAILY, directory="/ods/daily")
    version_submit(actor=admin, target=job, comment="first")
    changed = document_of(job.revision) | {
        "nodes": [NODES[0], NODES[1] | {"type": "DLISQL"}],
        "owner": "dora",
    }
    object_update(actor=admin, target=job, document=changed, reason="without the copy")
    selection = selection_store(actor=admin, workspace=workspace, choice=Choice({Kind.JOB: ["orders"]}))
    return {
        "catalogue/job": job,
        "catalogue/script": script,
        "catalogue/resource": resource,
        "catalogue/cdmjob": copy,
        "catalogue/selection": selection,
        **_many(admin, workspace, selection),
    }


def _many(admin: Actor, workspace: Workspace, selection: Selection) -> dict[str, Any]:
    """A selection kept under a name; an act on many objects that was done, and one that was not."""
    asked = Asked(BulkVerb.TAG, add=("q4",), remove=("old",))
    run = {"workspace": workspace, "user": admin.user, "user_name": "admin", "asked": asked.write()}
    run |= {"chosen": {"everything": True}, "count": 501, "digest": "", "channel": "web"}
    refused = {"message": "Nothing is chosen. Tick objects in a list first."}
    return {
        "catalogue/saved": selection_save(
            actor=admin, workspace=workspace, pk=selection.pk, name="What is seen by the browser"
        ),
        "transfer/bulkrun": BulkRun.objects.create(**run, status="SUCCESSFUL", result={"changed": 501}),
        "transfer/bulkfailed": BulkRun.objects.create(**run, status="FAILED", **refused),
    }


def _people(admin: Actor, workspace: Workspace) -> dict[str, Any]:
    person = User.objects.create_user("dora", first_name="Dora")
    return {
        "auth/user": person,
        "access/project": workspace.project,
        "access/workspace": workspace,
        "access/membership": membership_set(actor=admin, workspace=workspace, user=person, role="admin"),
        "access/accesskey": access_key_create(actor=admin, user=person, description="nightly export").row,
    }


def _packages(admin: Actor, workspace: Workspace) -> dict[str, Any]:
    """A package in a bucket, one that was imported, one that was exported; and what the record says."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("scripts/other.script", '{"name": "other", "type": "Shell", "content": "ls"}')
    bucket = bucket_give(actor=admin, name="seen-packages", workspace=workspace)
    path = ObsPath("seen-packages", "orders.zip")
    package.seek(0)
    file_put(actor=admin, workspace=workspace, path=path, content=package)
    run = {"actor": admin, "workspace": workspace, "source": "orders.zip", "options": ImportOptions()}
    package.seek(0)
    imported = import_file(file=package, **run)
    for _chunk in export_job(actor=admin, workspace=workspace, name="orders").stream:
        pass
    return {
        **_undos(admin, workspace),
        "transfer/bucket": bucket,
        "transfer/importrun": imported,
        **_plans(admin, workspace),
        "transfer/export": Export.objects.filter(workspace=workspace).latest("pk"),
        "audit/auditentry": AuditEntry.objects.filter(workspace_id=workspace.pk, part_of=None).latest("pk"),
    }


def _undos(admin: Actor, workspace: Workspace) -> dict[str, Any]:
    """An import of which something was changed since; one that was undone, and its undo."""

    def brought(text: str, *names: str) -> ImportRun:
        run = {"actor": admin, "workspace": workspace, "source": "scripts.zip"}
        documents = [{"name": name, "type": "Shell", "content": text} for name in names]
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            for document in documents:
                archive.writestr(f"scripts/{document['name']}.script", json.dumps(document))
        return import_file(file=package, **run, options=ImportOptions(policy=Policy.OVERWRITE))

    brought("ls\n", "back_one", "back_two")
    undone = brought("ls -l\n", "back_one", "back_two", "gone")
    digest = undo_look(actor=admin, run=undone).digest
    undo = undo_request(actor=admin, run=undone, digest=digest, rest=False)
    undoable = brought("ls -l -a\n", "back_one", "back_two", "new_one")
    two = CatalogueObject.objects.get(workspace=workspace, name="back_two")
    object_update(actor=admin, target=two, document={"name": "back_two", "type": "Shell", "content": "w"})
    return {"transfer/undoable": undoable, "transfer/undone": undone, "transfer/undo": undo}


def _plans(admin: Actor, workspace: Workspace) -> dict[str, Any]:
    """A plan with an object of each outcome, one of its objects, and a plan that was given up."""
    file = io.BytesIO()
    changed = {
        "name": "load_orders",
        "type": "Shell",
        "content": "ls\nls -l\n",
        "connectionName": "elsewhere",
    }
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("scripts/other.script", '{"name": "other", "type": "Shell", "content": "ls"}')
        archive.writestr("scripts/load_orders.script", json.dumps(changed))
        archive.writestr("scripts/new.script", '{"name": "new", "type": "Shell", "content": "pwd"}')
        archive.writestr("jobs/bad/bad.job", '{"name": "bad", "nodes": [], "schedule": "daily"}')
    options = ImportOptions(policy=Policy.OVERWRITE)
    planned = {"actor": admin, "workspace": workspace, "name": "orders.zip", "options": options}
    plan = plan_begin(file=file, **planned)
    given_up = plan_discard(actor=admin, run=plan_begin(file=file, **planned))
    position = SimpleNamespace(pk=plan.items.get(name="load_orders").position)
    return {"transfer/plan": plan, "transfer/item": position, "transfer/givenup": given_up}


def _second(admin: Actor, person: User) -> dict[str, Any]:
    """A workspace whose imports need a second person: what one of two people proposed, and a new plan."""
    workspace, dora = _workspace(admin, SECOND, "seen by two"), Actor(person, Channel.WEB)
    membership_set(actor=admin, workspace=workspace, user=person, role="admin")

    def package(*names: str) -> io.BytesIO:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in names:
                document = {"name": name, "type": "Shell", "content": "ls\n"}
                archive.writestr(f"scripts/{name}.script", json.dumps(document))
        return file

    options, there = ImportOptions(policy=Policy.OVERWRITE), {"actor": dora, "workspace": workspace}
    undo = import_file(**there, file=package("one", "two"), source="two.zip", options=options)
    SecondPerson.objects.create(workspace=workspace, imports=True)
    plans = [plan_begin(**there, file=package(name), name="new.zip", options=options) for name in ("a", "b")]
    comment = "As discussed with those who run it at night"
    plan_propose(actor=dora, run=plans[0], digest=plans[0].plan_digest, comment=comment)
    digest = undo_look(actor=dora, run=undo).digest
    undo_propose(actor=dora, run=undo, digest=digest, rest=False, comment=comment)
    return {"second/proposed": plans[0], "second/plan": plans[1], "second/undo": undo}


def _alone() -> dict[str, str]:
    """The pages that are shown while the portal is broken, in both languages."""
    pages = {}
    for language in ("en", "zh-hans"):
        with override(language):
            pages[f"500 {language}"] = render_to_string("500.html")
            pages[f"503 {language}"] = render_to_string("503.html", {"detail": "…"})
    return pages
