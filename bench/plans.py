"""A plan of what is there already beside reading its package, and an undo beside the apply that it undoes.

`python -m bench.run bench.plans DATABASE`
"""

from __future__ import annotations

import json

from bench.databases import new_portal
from bench.goals import Goal, report
from bench.imports import package
from bench.rounds import Figure
from bench.sizes import sizes


def main(database: str) -> None:
    """Measure both on the catalogue of the exports."""
    jobs = sizes().jobs
    packages = [str(package(what, jobs)) for what in ("jobs", "changed")]
    with new_portal(database) as portal:
        printed = portal.run("-m", "bench.run", "bench.planning", str(sizes().import_rounds), *packages)
    found = json.loads(printed.splitlines()[-1])
    seconds = {what: Figure.of(times) for what, times in found.items()}
    print(f"\n{jobs} jobs with {jobs * 2} scripts")
    for what, figure in seconds.items():
        print(f"  {what:12}{figure.show():>24} s")
    plan = Figure.ratio(found["plan"], found["read"])
    undo = Figure.ratio(found["undo"], found["apply"])
    print()
    report(
        Goal("plan of what is there / reading its package", database, plan.median, 1.5, "x", note=plan.show())
    )
    report(Goal("undo of an import / its apply", database, undo.median, 1.0, "x", note=undo.show()))
