"""Reads and writes cost the same in a large workspace as in a small one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.counts import kind_counts
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.references import resolve, used_by
from dlfportal.catalogue.selectors import (
    document_of,
    object_get,
    object_list,
    revision_list,
)
from dlfportal.catalogue.services import object_update, version_submit
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import script
from tests.factories import JobFactory, ScriptFactory, node
from tests.queries import assert_same_queries


@pytest.fixture
def grow(workspace: Workspace, actor: Actor) -> Callable[[], None]:
    """Return a function that makes ten times the rows: objects, users, revisions, versions."""
    load = ScriptFactory(workspace=workspace, name="load", actor=actor)

    def more(rows: int = 20) -> None:
        for _ in range(rows):
            JobFactory(workspace=workspace, actor=actor, nodes=[node("n", scriptName="load")])
            document = script(content=f"SELECT {load.revisions.count()};\n")
            version_submit(actor=actor, target=load)
            object_update(actor=actor, target=load, document=document)

    more(2)
    return more


READS: dict[str, Callable[[Workspace], object]] = {
    "list": lambda w: [(o.revision.number, o.version) for o in object_list(w, Kind.JOB)],
    "detail": lambda w: document_of(object_get(w, Kind.SCRIPT, "load").revision),  # type: ignore[arg-type]
    "used by": lambda w: list(used_by(object_get(w, Kind.SCRIPT, "load"))),
    "counts": lambda w: kind_counts([w]),
    "revisions": lambda w: [
        (r.author_name, r.content.size, list(r.versions.all()))
        for r in revision_list(object_get(w, Kind.SCRIPT, "load"))
    ],
    "resolve": lambda w: resolve(w, [ReferenceKey("script", "", f"script_{n}", False) for n in range(300)]),
}


@pytest.mark.parametrize("read", list(READS))
def test_a_read_makes_the_same_queries_with_ten_times_the_rows(
    grow: Callable[[], None], workspace: Workspace, read: str
) -> None:
    assert_same_queries(grow, lambda: READS[read](workspace))


def test_a_write_makes_the_same_queries_with_ten_times_the_rows(
    grow: Callable[[], None], workspace: Workspace, actor: Actor
) -> None:
    target = object_get(workspace, Kind.SCRIPT, "load")
    contents = iter(f"SELECT 'new {n}';\n" for n in range(100))
    assert_same_queries(
        grow,
        lambda: object_update(actor=actor, target=target, document=script(content=next(contents))),
    )
