"""Lines of comma-separated values, for tables of all kinds."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

BEGINNING = "\ufeff"
"""The mark in front of the first line: it says that what follows is UTF-8."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Sequence[object]) -> str:
    """Return one line. A cell that a table would take for a formula has `'` before it."""
    line = io.StringIO()
    csv.writer(line).writerow([_safe(str(cell)) for cell in cells])
    return line.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
