"""What the plan of a large package takes of memory: so much an object, and nothing that grows faster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pickle import dumps, loads
from typing import Any

import pytest

from dlfportal.access.models import Workspace
from dlfportal.chunks import pieces
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.imports.plan import Plan, package_open, plan_make
from dlfportal.transfer.imports.spool import Spool
from tests.factories import operator
from tests.importing import package, script
from tests.memory import takes_less

OBJECTS = 1500
BYTES_AN_OBJECT = 1500


def apart(work: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
    """Do as further processes: what they make comes back as a copy, piece by piece."""
    for piece in pieces(values, lambda value: 0, 50, 1):
        yield from loads(dumps([work(value) for value in piece]))  # noqa: S301


@pytest.mark.django_db
def test_a_plan_takes_little_for_each_object(workspace: Workspace) -> None:
    actor = operator()
    file = package({f"scripts/s_{number}.script": script(f"s_{number}") for number in range(OBJECTS)})

    def planned() -> Plan:
        with Spool() as spool:
            plan = plan_make(
                actor=actor,
                workspace=workspace,
                package=package_open(file),
                options=ImportOptions(),
                spread=apart,
                spool=spool,
            )
        assert len(plan.rows) == OBJECTS
        return plan

    assert takes_less(planned, kept=OBJECTS * BYTES_AN_OBJECT)
