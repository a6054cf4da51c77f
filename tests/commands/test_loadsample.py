from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.management.base import CommandError

from dlfportal.access.models import Project, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.package import export_job
from tests.commands.conftest import Run
from tests.factories import operator
from tests.packages import unzip
from tests.portal import SAMPLE_PROJECT


def rows() -> list[int]:
    tables = (Workspace, CatalogueObject, Revision, Version, AuditEntry)
    return [table._default_manager.count() for table in tables]


def test_it_loads_once_and_the_second_time_changes_nothing(run: Run) -> None:
    out, err = run("loadsample")
    assert err == []
    assert [line.split()[0] for line in out] == [
        workspace.pk for workspace in Workspace.objects.order_by("name")
    ]
    assert Project.objects.get().pk == SAMPLE_PROJECT
    assert set(CatalogueObject.objects.values_list("kind", flat=True)) == set(map(str, Kind))
    before = rows()
    assert run("loadsample")[0] == out
    assert rows() == before


def test_what_somebody_deleted_or_changed_comes_back_or_stays(run: Run) -> None:
    run("loadsample")
    job = CatalogueObject.objects.filter(kind="job", name="myJob").first()
    assert job is not None
    object_delete(actor=operator(), target=job)
    run("loadsample")
    job.refresh_from_db()
    assert job.deleted_at is None
    assert [revision.origin for revision in job.revisions.all()] == ["sample", "sample"]


def test_the_seeds_job_exports_with_its_two_scripts_from_the_default_workspace(run: Run, admin: User) -> None:
    run("loadsample")
    home = Workspace.objects.get(project=SAMPLE_PROJECT, name="default")
    package = export_job(actor=operator(), workspace=home, name="myJob")
    assert package.contents.missing == []
    assert list(unzip(package.stream)) == [
        "jobs/myJob.job",
        "scripts/CS_PROCESS_TRIP.script",
        "scripts/TRIP_RAW_STANDARD.script",
    ]


def test_only_a_superuser_loads_it(run: Run, workspace_admin: User) -> None:
    with pytest.raises(CommandError):
        run("loadsample", "--user", "workspace_admin")
    assert Project.objects.count() == 1
