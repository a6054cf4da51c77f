from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from tests.catalogue.racing import Scene, apart
from tests.factories import WorkspaceFactory


@pytest.fixture
def actor(developer: User) -> Actor:
    """The developer, on the web channel."""
    return Actor(developer, Channel.WEB, "r" * 32)


@pytest.fixture(scope="session")
def sqlite_file(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: pytest.FixtureDef
) -> Iterator[Path]:
    """A migrated SQLite file: connections to the suite's database in memory would not queue as real ones."""
    path = tmp_path_factory.mktemp("race") / "dlf.sqlite3"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(connections.settings["default"], "NAME", str(path))
        apart(lambda: call_command("migrate", verbosity=0))
    yield path


@pytest.fixture
def scene(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Scene]:
    """An operator and a workspace in a database that several connections share."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            path = request.getfixturevalue("sqlite_file")
            patch.setitem(connections.settings["default"], "NAME", str(path))
        yield apart(_scene)


def _scene() -> Scene:
    user, _created = User.objects.get_or_create(username="racer", is_superuser=True)
    return Actor(user, Channel.COMMAND), WorkspaceFactory(id=_fresh_id(), project__id=_fresh_id())


def _fresh_id() -> str:
    return f"{Workspace.objects.count():032x}"
