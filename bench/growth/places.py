"""What `{...}` stands for in the paths that are asked: the ids that differ between catalogues."""

from __future__ import annotations

from django.contrib.auth.models import User

from bench.filling import SUPERUSER
from bench.growth.documents import JOB, RARE_LIB, SHARED_LIB, SHARED_SCRIPT, WIDE_JOB
from bench.growth.fill import BUCKET, MAIN, VIEWER
from bench.growth.package import package_plan
from dlfportal.access.models import AccessKey, Membership, Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.selections import Choice, selection_store
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.formats.kinds import Kind
from dlfportal.links import revive_url
from dlfportal.transfer.models import Export, ImportRun

BUCKET_FILE = f"obs://{BUCKET}/package.zip"


def places() -> dict[str, str]:
    """Look all of them up in the portal of this process."""
    runs = ImportRun.objects.order_by("created_at")
    job = _object(Kind.JOB, JOB)
    cdm_job = (
        CatalogueObject.objects.filter(ALIVE, workspace=MAIN, kind=Kind.CDM_JOB).order_by("name").first()
    )
    found = {
        "job": job.pk,
        "job_id": job.pk,
        "script": _object(Kind.SCRIPT, f"{JOB}_a").pk,
        "shared_script": _object(Kind.SCRIPT, SHARED_SCRIPT).pk,
        "resource": _object(Kind.RESOURCE, RARE_LIB).pk,
        "cdmjob": cdm_job and cdm_job.pk,
        "cdm_job": cdm_job and cdm_job.name,
        "deleted": revive_url(CatalogueObject.objects.filter(~ALIVE, workspace=MAIN).order_by("pk")[0]),
        "rare_lib": _object(Kind.RESOURCE, RARE_LIB).uid,
        "shared_lib": _object(Kind.RESOURCE, SHARED_LIB).uid,
        "membership": Membership.objects.order_by("pk").values_list("pk", flat=True)[0],
        "access_key": AccessKey.objects.order_by("pk").values_list("pk", flat=True)[0],
        "user": User.objects.get(username=VIEWER).pk,
        "bucket": BUCKET,
        "package": BUCKET_FILE,
        "import_run": runs[0].pk,
        "newest_run": runs.reverse()[0].pk,
        "plan": package_plan(User.objects.get(username=SUPERUSER)),
        "export": Export.objects.order_by("started_at").values_list("pk", flat=True)[0],
        **{f"selection_of_{name}": _selection(choice) for name, choice in CHOICES.items()},
        "act": AuditEntry.objects.filter(workspace_id=MAIN, part_of=None).values_list("pk", flat=True)[0],
        "entry": AuditEntry.objects.order_by("pk").values_list("pk", flat=True)[0],
    }
    return {name: str(value) for name, value in found.items()}


CHOICES = {
    "two": Choice({Kind.JOB: [JOB, WIDE_JOB]}),
    "script": Choice({Kind.SCRIPT: [SHARED_SCRIPT]}),
    "search": Choice(kind=Kind.JOB, chosen=ListFilter(search="zebra")),
    "jobs": Choice(kind=Kind.JOB),
    "everything": Choice(everything=True),
}


def _selection(choice: Choice) -> str:
    """Store a selection and return its id."""
    actor = Actor(User.objects.get(username=SUPERUSER), Channel.WEB)
    workspace = Workspace.objects.get(pk=MAIN)
    return str(selection_store(actor=actor, workspace=workspace, choice=choice).pk)


def _object(kind: Kind, name: str) -> CatalogueObject:
    found: CatalogueObject = CatalogueObject.objects.get(ALIVE, workspace=MAIN, kind=kind, name=name)
    return found
