"""Asks two catalogues the same in turns and prints what each page and call costs in both.

`python -m bench.run bench.growth.compare DATABASE`
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import IO, Any, cast

from bench.databases import ROOT, Portal, copy_of, filled_portal
from bench.goals import Goal, report
from bench.growth.asks import LIST_PAGE, Ask, asks
from bench.rounds import Figure
from bench.sizes import sizes

GROWTH = 1.5
BATCH_MS = 40.0
"""A round asks so often that the small catalogue works for about so many milliseconds."""
SLOW_MS, VERY_SLOW_MS = 500.0, 3000.0
"""What costs more is asked in two rounds, or in one: the whole part is to end within minutes."""
MOST_A_ROUND = 10
LARGER = 1.25
"""An answer that is so many times as large is named beside what it costs."""


class Child:
    """A process that asks one catalogue; see `bench.growth.asked`."""

    def __init__(self, portal: Portal) -> None:
        environment = portal.environment() | {"PGOPTIONS": "-c max_parallel_workers_per_gather=0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.run", "bench.growth.asked"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        cast(IO[str], self.process.stdin).close()
        self.process.wait()

    def ask(self, ask: Ask, times: int, *, cold: bool = False) -> dict[str, Any]:
        """Return the cost of asking `times` times."""
        found: dict[str, Any] = self._do({"do": "ask", "ask": asdict(ask), "times": times, "cold": cold})
        return found

    def admin_lists(self) -> list[Ask]:
        """Return what the admin's lists offer in this catalogue."""
        return [Ask(**found) for found in self._do({"do": "lists"})]

    def _do(self, command: dict[str, Any]) -> Any:
        stdin, stdout = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)
        stdin.write(json.dumps(command) + "\n")
        stdin.flush()
        if line := stdout.readline():
            return json.loads(line)
        raise RuntimeError(f"the process ended when it was given {command}")


@dataclass(slots=True)
class Grown:
    """One page or call in both catalogues: milliseconds, round by round; queries, bytes, statuses."""

    ask: Ask
    cpu: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    first: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    queries: tuple[int, int] = (0, 0)
    size: tuple[int, int] = (0, 0)
    status: tuple[int, int] = (0, 0)

    @property
    def ratio(self) -> Figure:
        """How many times as much it costs in the large catalogue."""
        return Figure.ratio(self.cpu[1], self.cpu[0])

    @property
    def large_cpu(self) -> float:
        """Milliseconds of processor time in the large catalogue."""
        return Figure.of(self.cpu[1]).median

    @property
    def verdict(self) -> str:
        """Whether the goal is met, or why there is none."""
        if self.status[0] != self.status[1] or max(self.status) >= 500:
            return f"STATUS {self.status[0]}/{self.status[1]}"
        if self.ratio.median <= GROWTH:
            return "met"
        if self.ask.larger:
            return f"larger: {self.ask.larger}"
        answer = self.size[1] / self.size[0] if self.size[0] else 1.0
        return f"MISSED (answer {answer:.1f}x)" if answer > LARGER else "MISSED"

    @property
    def line(self) -> str:
        """The line of the table."""
        small = Figure.of(self.cpu[0]).median
        times = f"{small:8.1f}{self.large_cpu:9.1f}  {self.ratio.show():>22}"
        counts = f"{self.queries[0]:4}{self.queries[1]:4} {self.size[0] / 1e3:8.1f}{self.size[1] / 1e3:8.1f}"
        return f"{self.ask.name[:70]:70} {times} {counts}  {self.verdict}"


def main(database: str) -> None:
    """Fill both catalogues unless they are kept, ask them in turns, and report the goals."""
    few, many = sizes().growth_jobs
    with ExitStack() as stack:
        portals = [
            stack.enter_context(copy_of(filled_portal(database, "bench.growth.fill", jobs)))
            for jobs in (few, many)
        ]
        small, large = (stack.enter_context(Child(portal)) for portal in portals)
        every = _wanted([*asks(), *small.admin_lists()])
        print(f"\n{database}: {len(every)} pages and calls in catalogues of {few} and {many} jobs")
        heads = f"{few:8}{many:9}  {'ratio (spread)':>22}  queries        kB"
        print(f"{'milliseconds of processor time':70} {heads}")
        grown = []
        for ask in every:
            grown.append(measure(ask, small, large))
            print(grown[-1].line, flush=True)
    _report(database, grown)


def _wanted(every: list[Ask]) -> list[Ask]:
    """Return what is asked in this run: what `ONLY`, a regular expression, names; when quick, a part."""
    if only := os.environ.get("ONLY"):
        return [ask for ask in every if re.search(only, ask.name)]
    return every[:: sizes().growth_step]


def measure(ask: Ask, small: Child, large: Child) -> Grown:
    """Ask both in turns, as many rounds as there is time for."""
    grown = Grown(ask)
    first = [child.ask(ask, 1, cold=True) for child in (small, large)]
    most = max(found["cpu"][0] for found in first)
    rounds = 1 if most > VERY_SLOW_MS else 2 if most > SLOW_MS else sizes().growth_rounds
    times = max(1, min(MOST_A_ROUND, round(BATCH_MS / max(1.0, first[0]["cpu"][0]))))
    for _ in range(rounds):
        for place, child in enumerate((small, large)):
            found = first[place] if rounds == 1 else child.ask(ask, times)
            grown.cpu[place].append(Figure.of(found["cpu"]).median)
            grown.first[place].append(Figure.of(found["first"]).median)
    for key in ("queries", "size", "status"):
        setattr(grown, key, tuple(found[key] for found in first))
    return grown


def _report(database: str, grown: list[Grown]) -> None:
    """Report how many grow, and the figures that are bounded in themselves."""
    bound = [one for one in grown if not one.ask.larger]
    kept = sum(one.verdict == "met" for one in bound)
    worst = max(bound, key=lambda one: one.ratio.median)
    note = f"the most: {worst.ask.name}, {worst.ratio.median:.1f}x"
    what = f"pages and calls within {GROWTH}x, of {len(bound)}"
    print()
    report(Goal(what, database, kept, len(bound), at_least=True, note=note))
    for what, is_of_job in (("list page", False), ("job page of 15 nodes", True)):
        found = [one for one in grown if one.ask.cpu and ("nodes" in one.ask.name) is is_of_job]
        if found:
            slow = max(found, key=lambda one: one.large_cpu)
            above = sum(one.large_cpu > LIST_PAGE for one in found)
            note = f"the slowest: {slow.ask.name}; {above} of {len(found)} above"
            report(Goal(f"CPU of a {what}", database, slow.large_cpu, LIST_PAGE, "ms", note=note))
    for one in grown:
        if one.ask.first_byte:
            first = Figure.of(one.first[1]).median
            report(Goal(one.ask.name, database, first, one.ask.first_byte, "ms"))
