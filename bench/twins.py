"""Two workspaces that hold nearly the same, to be compared: `python -m bench.run bench.twins JOBS`.

Each has so many jobs and twice as many scripts; of the second one, every tenth job and script differs, one
in a hundred is left out, and as many have other names.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from django.core.management import call_command

from bench.data import job, script
from bench.filling import Document, hasten, settle, superuser, token_make, write
from dlfportal.access.models import Project, Workspace

PROJECT = FIRST = "7" * 32
SECOND = "8" * 32
SCRIPT_BYTES, JOB_BYTES = 600, 1500
"""Small ones: a comparison reads no document, so that their size does not matter."""


def main(jobs: str) -> None:
    """Fill both workspaces."""
    call_command("migrate", verbosity=0)
    hasten()
    actor = superuser()
    project = Project.objects.create(pk=PROJECT, name="twins")
    for pk, name, is_second in ((FIRST, "first", False), (SECOND, "second", True)):
        write(
            actor,
            Workspace.objects.create(pk=pk, project=project, name=name),
            _documents(int(jobs), is_second),
        )
    token_make(actor.user, project)
    settle()


def _documents(count: int, is_second: bool) -> Iterator[Document]:
    for number in range(count):
        chance = random.Random(number)
        named = f"{number:05}_renamed" if is_second and number % 100 == 1 else f"{number:05}"
        own = [f"script_{named}_{end}" for end in "ab"]
        found = [
            *(script(name, SCRIPT_BYTES, chance) for name in own),
            job(f"job_{named}", own, JOB_BYTES, chance),
        ]
        if is_second and number % 100 == 2:
            continue
        if is_second and not number % 10:
            found = [
                Document(one.kind, "", {**one.document, "description": "as in production"}) for one in found
            ]
        yield from found
