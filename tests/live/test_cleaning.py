"""Contents that nothing points to are deleted by one process while another one uses them again."""

from __future__ import annotations

from tests.live.worker import count
from tests.portal import SAMPLE_PROJECT, Portal

WORKSPACE, ROUNDS = "c" * 31 + "1", 4
CLEANER = """
import time
from django.db import OperationalError
from dlfportal.access.models import Workspace
from dlfportal.transfer.planning.cleaning import contents_clean
end, rounds = time.monotonic() + 60, 0
while time.monotonic() < end and not Workspace.objects.filter(pk="{workspace}", name="cleaned").exists():
    contents_clean()
    rounds += 1
assert rounds > {rounds}, rounds
"""
WRITER = """
import time
from datetime import timedelta
from io import BytesIO
from django.contrib.auth.models import User
from django.utils import timezone
from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.models import Content, Orphan
from dlfportal.transfer.imports.execute import import_file
from dlfportal.transfer.imports.options import ImportOptions, Policy
from dlfportal.transfer.planning.applying import plan_apply_begin
from dlfportal.transfer.planning.choosing import plan_discard
from dlfportal.transfer.planning.making import plan_begin
from tests.importing import pack, script

actor = Actor(User.objects.get(username="admin"), Channel.WEB)
workspace = Workspace.objects.get(pk="{workspace}")
made = dict(actor=actor, workspace=workspace, options=ImportOptions(Policy.OVERWRITE))

def planned(package):
    return plan_begin(file=BytesIO(package), name="a.zip", **made)

def a_day_passes(ids):
    end = time.monotonic() + 30
    while Orphan.objects.filter(content__in=ids).count() < len(ids) and time.monotonic() < end:
        time.sleep(0.01)
    Orphan.objects.filter(content__in=ids).update(since=timezone.now() - timedelta(days=2))

for number in range({rounds}):
    package = pack(*(script(f"s{{one}}", f"SELECT {{number}}, {{one}};") for one in range(20))).getvalue()
    before = set(Content.objects.values_list("pk", flat=True))
    plan_discard(actor=actor, run=planned(package))
    a_day_passes(list(Content.objects.exclude(pk__in=before).values_list("pk", flat=True)))
    if number % 2:
        run = import_file(file=BytesIO(package), source="a.zip", **made)
    else:
        run = planned(package)
        run = plan_apply_begin(actor=actor, run=run, digest=run.plan_digest)
    print(run.status)
Workspace.objects.filter(pk="{workspace}").update(name="cleaned")
"""


def test_what_is_used_again_is_there_although_a_worker_deletes(portal: Portal) -> None:
    """Each round a day passes after a plan was given up; the worker deletes while its package is imported."""
    portal.manage("createworkspace", "cleaning", "--project", SAMPLE_PROJECT, "--id", WORKSPACE)
    names = {"workspace": WORKSPACE, "rounds": str(ROUNDS)}
    cleaner = portal.begin("shell", "--verbosity=0", "-c", CLEANER.format(**names))
    try:
        printed = portal.manage("shell", "--verbosity=0", "-c", WRITER.format(**names))
    finally:
        assert cleaner.wait() == 0
    assert printed.split() == ["SUCCESSFUL"] * ROUNDS
    objects = f"SELECT id FROM catalogue_catalogueobject WHERE workspace_id = '{WORKSPACE}'"
    revisions = f"catalogue_revision r WHERE r.object_id IN ({objects})"
    assert count(portal, revisions) == 20 * ROUNDS
    whole = f"{revisions} AND r.content_id IN (SELECT id FROM catalogue_content)"
    assert count(portal, whole) == 20 * ROUNDS
