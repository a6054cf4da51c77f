"""A worker gives up old plans, and deletes the packages that nobody needs any more."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import ImportItem, ImportRun, PlanFacts, RunStatus
from dlfportal.transfer.planning.applying import plan_apply_begin
from dlfportal.transfer.planning.cleaning import ABANDONED_AFTER, plans_clean
from dlfportal.transfer.planning.states import PlanExpired
from dlfportal.transfer.store.uploads import upload_keep
from tests.importing import job, script
from tests.planning import by, planned

pytestmark = pytest.mark.django_db


def test_an_old_plan_is_given_up_with_all_it_keeps(
    workspace: Workspace, developer: User, folder: Path
) -> None:
    old, young = (planned(workspace, developer, job()) for _ in range(2))
    ImportRun.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(PlanExpired, match="older than 7 days"):
        plan_apply_begin(actor=by(developer), run=old, digest=old.plan_digest)
    plans_clean()
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, old.package, young.status) == (RunStatus.DISCARDED, "", RunStatus.PLANNED)
    assert "for 7 days" in run_message(old)
    assert {one.run_id for one in ImportItem.objects.all()} == {young.pk}
    assert [one.pk for one in PlanFacts.objects.all()] == [young.pk]
    assert [path.name for path in folder.iterdir()] == [young.package.rpartition("/")[2]]


def test_what_was_sent_and_never_became_a_plan_is_deleted(
    workspace: Workspace, developer: User, folder: Path
) -> None:
    planned(workspace, developer, script())
    abandoned = upload_keep(BytesIO(b"broken off"))
    new = upload_keep(BytesIO(b"under way"))
    old = (timezone.now() - ABANDONED_AFTER - timedelta(minutes=1)).timestamp()
    for path in folder.iterdir():
        if path.name != new.key:
            os.utime(path, (old, old))
    plans_clean()
    assert abandoned.key not in {path.name for path in folder.iterdir()}
    assert len(list(folder.iterdir())) == 2


def test_there_may_be_nothing_to_clean(db: None) -> None:
    plans_clean()
