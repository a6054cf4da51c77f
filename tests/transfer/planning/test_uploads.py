"""Packages that are sent are kept in a bucket that no workspace can have, in a folder or on a server."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.errors import BadRequest
from dlfportal.transfer.models import RunStatus
from dlfportal.transfer.planning.choosing import plan_discard
from dlfportal.transfer.store.buckets import bucket_give
from dlfportal.transfer.store.storage import obs_fetch
from dlfportal.transfer.store.uploads import UPLOADS, upload_drop, upload_keep, uploads_before
from tests.factories import operator
from tests.importing import job
from tests.planning import by, planned

pytestmark = pytest.mark.django_db


def test_what_is_sent_is_kept_and_deleted(store: str) -> None:
    path = upload_keep(BytesIO(b"package"))
    with obs_fetch(path) as file:
        assert file.read() == b"package"
    assert uploads_before(timezone.now()) == [path]
    upload_drop(path)
    upload_drop(path)
    assert uploads_before(timezone.now()) == []


def test_a_plan_is_made_of_what_either_store_keeps(store: str, workspace: Workspace, developer: User) -> None:
    run = planned(workspace, developer, job())
    assert run.status == RunStatus.PLANNED
    plan_discard(actor=by(developer), run=run)
    assert uploads_before(timezone.now()) == []


def test_no_workspace_gets_the_bucket(workspace: Workspace) -> None:
    with pytest.raises(BadRequest, match="keeps uploads"):
        bucket_give(actor=operator(), name=UPLOADS, workspace=workspace)
