"""`make mutate`: breaks the code in small ways, one at a time, and counts the breaks that a test notices.

A random sample of all mutants of four rooms is judged by the tests that reach them, for a bounded time
(`MUTANTS=400 MINUTES=30 SEED=1`). The score is killed / (killed + survived): texts for people are not
mutated, and mutants that no test reaches are counted as survivors. Survivors are listed with their change.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MUTMUT = [str(Path(sys.executable).with_name("mutmut"))]
MUTANTS = Path("mutants")
FIRST = "dlfportal.formats.cron.x_cron_fault__mutmut_1"
"""One mutant: its run makes all others, and learns which tests reach which function."""

KILLED, SURVIVED, UNREACHED = {1, 3}, {0}, {5, 33}
"""Exit codes as mutmut keeps them; the others (time-outs, crashes of the runner) are not judged."""


def main() -> int:
    """Run the sample, print the score and the survivors, and return 0."""
    wanted, minutes = int(os.environ.get("MUTANTS", "400")), float(os.environ.get("MINUTES", "30"))
    seed = int(os.environ.get("SEED", "1"))
    _run(FIRST, timeout=None)
    names = sorted(name for name, _code in _results())
    sample = random.Random(seed).sample(names, min(wanted, len(names)))
    print(
        f"{len(names)} mutants, a sample of {len(sample)} with seed {seed}, {minutes:g} minutes", flush=True
    )
    _forget(set(sample))
    _run(*sample, timeout=minutes * 60)
    _report({name: code for name, code in _results() if name in set(sample)})
    return 0


def _run(*names: str, timeout: float | None) -> None:
    """Let mutmut judge mutants; what it judged when the time is up counts."""
    command = [*MUTMUT, "run", *names]
    try:
        done = subprocess.run(command, timeout=timeout, stdout=subprocess.PIPE, text=True)
    except subprocess.TimeoutExpired:
        print("The time is up.", flush=True)
        return
    if done.returncode:
        sys.exit(done.stdout[-5000:])


def _results() -> Iterator[tuple[str, int | None]]:
    for path in sorted(MUTANTS.rglob("*.meta")):
        yield from json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items()


def _forget(names: set[str]) -> None:
    """Forget what an earlier run said of the mutants: only this one counts."""
    for path in MUTANTS.rglob("*.meta"):
        facts = json.loads(path.read_text(encoding="utf-8"))
        for name in names & facts["exit_code_by_key"].keys():
            facts["exit_code_by_key"][name] = None
        path.write_text(json.dumps(facts), encoding="utf-8")


def _report(codes: dict[str, int | None]) -> None:
    killed = [name for name, code in codes.items() if code in KILLED]
    survived = [name for name, code in codes.items() if code in SURVIVED | UNREACHED]
    judged = len(killed) + len(survived)
    for name in survived:
        shown = subprocess.run([*MUTMUT, "show", name], capture_output=True, text=True).stdout
        lines = [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        print("\n".join([f"\nsurvived: {name}", *lines]))
    score = len(killed) / judged if judged else 0.0
    print(f"\njudged: {judged} of {len(codes)}, killed: {len(killed)}, score: {score:.3f}")


if __name__ == "__main__":
    sys.exit(main())
