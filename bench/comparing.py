"""The list of a comparison of two large workspaces: `python -m bench.run bench.comparing DATABASE`."""

from __future__ import annotations

from contextlib import ExitStack

from bench.databases import copy_of, filled_portal
from bench.goals import Goal, report
from bench.rounds import Figure
from bench.sizes import sizes


def main(database: str) -> None:
    """Fill a portal unless one is kept, and ask for the page in a copy of it."""
    jobs = sizes().jobs
    with ExitStack() as stack:
        portal = stack.enter_context(copy_of(filled_portal(database, "bench.twins", jobs)))
        printed = portal.run("-m", "bench.run", "bench.twins_asked", str(sizes().rounds))
    print(f"\ntwo workspaces of {jobs} jobs with {jobs * 2} scripts, of which about an eighth differs")
    for line in printed.splitlines():
        what, _tab, seconds = line.partition("\t")
        found = Figure.of([float(one) for one in seconds.split()])
        report(Goal(f"comparison: {what}", database, found.median, 1.0, "s", note=found.show()))
