"""What processes cost, by what Linux tells of them: processor time and memory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
MEBIBYTE = 1024.0


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it started and that still live."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(task).split():
            yield from family(int(child))


def processor(pids: list[int]) -> float:
    """Return the seconds of processor time that these processes spent so far."""
    ticks = 0
    for pid in pids:
        fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:13]))  # utime and stime
    return ticks / TICK


def pss(pids: list[int]) -> float:
    """Return the MiB that these processes hold, what they share counted once in all."""
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", "Pss") for pid in pids) / MEBIBYTE


def memory(pid: int) -> float:
    """Return the MiB of a process now."""
    return _kilobytes(f"/proc/{pid}/status", "VmRSS") / MEBIBYTE


def memory_peak(pid: int) -> float:
    """Return the most MiB of a process since `peak_reset`."""
    return _kilobytes(f"/proc/{pid}/status", "VmHWM") / MEBIBYTE


def peak_reset(pid: int) -> None:
    """Begin anew to note the most memory of a process."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _kilobytes(path: str, field: str) -> int:
    found = re.search(rf"^{field}:\s+(\d+) kB", _read(Path(path)), re.MULTILINE)
    return int(found[1]) if found else 0


def _read(path: Path) -> str:
    """Return the text of a file of /proc, "" when its process has ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
