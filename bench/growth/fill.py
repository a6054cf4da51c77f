"""Filling a portal with the growing catalogue, and with what people did in it.

`python -m bench.run bench.growth.fill JOBS` fills the portal of the environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import cast

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from bench.filling import PASSWORD, hasten, settle, superuser, token_make, write
from bench.growth.documents import JOB, RARE, catalogue, changed, is_rare
from dlfportal.access.keys import access_key_create
from dlfportal.access.models import AccessKey, Membership, Project, Role, Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.reports import reports_refresh
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_delete, object_update
from dlfportal.formats.documents import name_of
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.models import Bucket, Export, ImportItem, ImportRun, Outcome

PROJECT = MAIN = "1" * 32
SECOND, TINY = "2" * 32, "3" * 32
BUCKET = "growth"
PEOPLE = 150
TINY_JOBS = 50
DELETED = 5
REVISIONS = 30
VIEWER = "viewer"


def main(jobs: str) -> None:
    """Fill the portal of the environment."""
    call_command("migrate", verbosity=0)
    hasten()
    fill(int(jobs))
    while reports_refresh():  # as a worker does: one workspace after the other
        pass
    settle()


def fill(jobs: int) -> None:
    """Fill an empty portal: a workspace of `jobs` jobs, one of a tenth, a tiny one, and what people did."""
    actor = superuser()
    project = Project.objects.create(pk=PROJECT, name="growth")
    names = {MAIN: "default", SECOND: "second", TINY: "tiny"}
    main, second, tiny = (
        Workspace.objects.create(pk=pk, project=project, name=name) for pk, name in names.items()
    )
    people = _people(main, project, actor)
    write(actor, main, catalogue(jobs))
    write(actor, second, catalogue(max(RARE, jobs // 10)))
    write(actor, tiny, catalogue(TINY_JOBS))
    _revise(actor, main, jobs)
    _record(people, main, jobs)
    _exports(people, main, jobs // 10)
    _imports(people, main, jobs // 10)
    Bucket.objects.create(name=BUCKET).workspaces.add(main)


def _people(workspace: Workspace, project: Project, operator: Actor) -> list[User]:
    """Make the members of a workspace, each with an access key; and the token of the superuser."""
    password = make_password(PASSWORD)
    names = [VIEWER, *(f"person_{number:03}" for number in range(PEOPLE))]
    people = User.objects.bulk_create(User(username=name, password=password) for name in names)
    Membership.objects.bulk_create(
        Membership(user=user, workspace=workspace, role=Role.VIEWER) for user in people
    )
    AccessKey.objects.bulk_create(
        AccessKey(access_key=f"BENCH{number:015}", user=user, salt="0" * 32, description=f"key {number}")
        for number, user in enumerate(people)
    )
    access_key_create(actor=operator, user=operator.user)
    token_make(operator.user, project)
    return people


def _revise(actor: Actor, workspace: Workspace, jobs: int) -> None:
    """Give a twentieth of the jobs a second revision, one job many, and delete a few objects."""
    again = (one for one in catalogue(jobs) if one.kind is Kind.JOB)
    second = (one._replace(document=changed(one.document, "2")) for one in islice(again, 2, None, 20))
    write(actor, workspace, second, submit=False)
    for number in range(REVISIONS):
        job = object_get(workspace, Kind.JOB, JOB)
        document = changed(document_of(cast(Revision, job.revision)), str(number))
        object_update(actor=actor, target=job, document=document, submit=number % 5 == 0)
    for one in islice((one for one in catalogue(jobs) if one.kind is Kind.CDM_JOB), DELETED):
        target = object_get(workspace, Kind.CDM_JOB, name_of(one.kind, one.document), one.cluster)
        object_delete(actor=actor, target=target)


def _record(people: list[User], workspace: Workspace, jobs: int) -> None:
    """Write the entries of what people did beside writing: sign-ins and packages taken."""
    now = timezone.now()
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                at=now - timedelta(minutes=jobs - number),
                user=person,
                user_name=person.get_username(),
                channel=Channel.WEB,
                action=Action.SIGN_IN if number % 2 else Action.EXPORT,
                workspace_id=workspace.pk,
                workspace_name=workspace.name,
                object_name=_package(number, jobs),
            )
            for number, person in enumerate(_taken(people, jobs))
        ),
        batch_size=1000,
    )


def _package(number: int, of: int) -> str:
    return f"DLF_{'zebra' if is_rare(number, of) else 'etl'}_{number:06}.zip"


def _exports(people: list[User], workspace: Workspace, count: int) -> None:
    now = timezone.now()
    Export.objects.bulk_create(
        (
            Export(
                user=person,
                user_name=person.get_username(),
                channel=Channel.WEB,
                workspace=workspace,
                name=_package(number, count),
                state="complete",
                started_at=now - timedelta(minutes=count - number),
                ended_at=now,
            )
            for number, person in enumerate(_taken(people, count))
        ),
        batch_size=1000,
    )


def _imports(people: list[User], workspace: Workspace, count: int) -> None:
    """Make `count` import tasks that have ended; the newest has half as many objects."""
    now = timezone.now()
    runs = ImportRun.objects.bulk_create(
        (
            ImportRun(
                user=person,
                user_name=person.get_username(),
                channel=Channel.API,
                workspace=workspace,
                source=f"obs://{BUCKET}/{_package(number, count)}",
                status="FAILED" if number % 4 == 0 else "SUCCESSFUL",
                created_at=now - timedelta(minutes=count - number),
                ended_at=now,
            )
            for number, person in enumerate(_taken(people, count))
        ),
        batch_size=1000,
    )
    ImportItem.objects.bulk_create(
        (
            ImportItem(run=runs[-1], position=place, kind=Kind.JOB, name=f"job_{place}", outcome=Outcome.NEW)
            for place in range(count // 2)
        ),
        batch_size=1000,
    )


def _taken(people: list[User], count: int) -> Iterator[User]:
    return (people[number % len(people)] for number in range(count))
