"""The whole sample catalogue, in both layouts: export, delete, import, export gives identical bytes."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selectors import object_list
from dlfportal.formats.kinds import Kind
from dlfportal.sample.loader import sample_load
from dlfportal.transfer.models import RunStatus
from tests.factories import WorkspaceFactory, operator
from tests.importing import OVERWRITE, delete_all, exported, imported, outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(db: None) -> list[Workspace]:
    return sample_load(actor=operator())


def test_batch_layout(sample: list[Workspace]) -> None:
    for workspace in sample:
        before = exported(workspace)
        delete_all(workspace)
        run = imported(workspace, before)
        assert run.status == RunStatus.SUCCESSFUL and set(outcomes(run).values()) == {"new"}
        assert exported(workspace) == before
        assert set(outcomes(imported(workspace, before, OVERWRITE)).values()) == {"same"}


def test_single_layout(sample: list[Workspace]) -> None:
    for workspace in sample:
        names = list(object_list(workspace, Kind.JOB).values_list("name", flat=True))
        packages = {name: exported(workspace, name) for name in names}
        delete_all(workspace)
        for name in names:
            assert imported(workspace, packages[name]).status == RunStatus.SUCCESSFUL
        assert {name: exported(workspace, name) for name in names} == packages


def test_into_another_workspace(sample: list[Workspace]) -> None:
    copy = WorkspaceFactory()
    before = exported(sample[0])
    assert imported(copy, before).status == RunStatus.SUCCESSFUL
    assert exported(copy) == before
