"""Checks a price file from the buyers before it may change a price.

Called by the job that listens for new files. Arguments: the downloaded file, the folder for the
cleaned copy. Writes cleaned.csv and report.json there; exit code 1 means that the file is refused.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

COLUMNS = ("sku_code", "price_zone", "new_price", "valid_from", "approved_by")
ZONES = {"N1", "N2", "E1", "E2", "S1", "W1", "ONLINE"}
LONGEST_LEAD = timedelta(days=120)
MOST_REFUSED_SHARE = 0.02


@dataclass
class Finding:
    line: int
    column: str
    value: str
    message: str


@dataclass
class Report:
    file_name: str
    rows: int = 0
    accepted: int = 0
    findings: list[Finding] = field(default_factory=list)
    by_zone: Counter[str] = field(default_factory=Counter)

    @property
    def is_refused(self) -> bool:
        if self.rows == 0:
            return True
        refused = len({finding.line for finding in self.findings})
        return refused / self.rows > MOST_REFUSED_SHARE


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their line numbers. Buyers save from a spreadsheet: BOM and GB18030 both occur."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    reader = csv.DictReader(text.splitlines())
    header = tuple(name.strip().lower() for name in reader.fieldnames or ())
    if header != COLUMNS:
        raise SystemExit(f"unexpected header {header}, expected {COLUMNS}")
    reader.fieldnames = list(header)
    for row in reader:
        yield reader.line_num, {key: (value or "").strip() for key, value in row.items() if key}


def check_sku(value: str) -> str | None:
    if len(value) != 10 or not value.isdigit():
        return "an article number has ten digits"
    weights = (3, 1) * 5
    total = sum(int(digit) * weight for digit, weight in zip(value[:-1], weights, strict=False))
    if (10 - total % 10) % 10 != int(value[-1]):
        return "the check digit is wrong"
    return None


def check_price(value: str) -> str | None:
    try:
        price = Decimal(value)
    except InvalidOperation:
        return "not a number"
    exponent = price.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -2:
        return "more than two decimals"
    if not Decimal("0.10") <= price <= Decimal("99999.99"):
        return "outside 0.10 to 99999.99"
    return None


def check_day(value: str, today: date) -> str | None:
    try:
        day = date.fromisoformat(value.replace("/", "-"))
    except ValueError:
        return "not a date like 2024-05-31"
    if day <= today:
        return "a price starts tomorrow at the earliest"
    if day > today + LONGEST_LEAD:
        return f"more than {LONGEST_LEAD.days} days ahead"
    return None


def examine(path: Path, today: date) -> tuple[Report, list[dict[str, str]]]:
    report = Report(path.name)
    kept: list[dict[str, str]] = []
    seen: dict[tuple[str, str, str], int] = {}
    for line, row in read_rows(path):
        report.rows += 1
        problems = {
            "sku_code": check_sku(row["sku_code"]),
            "price_zone": None if row["price_zone"] in ZONES else "unknown zone",
            "new_price": check_price(row["new_price"]),
            "valid_from": check_day(row["valid_from"], today),
            "approved_by": None if row["approved_by"] else "nobody approved this price",
        }
        key = (row["sku_code"], row["price_zone"], row["valid_from"])
        if key in seen:
            problems["sku_code"] = f"the same article, zone and day as in line {seen[key]}"
        seen.setdefault(key, line)

        found = [
            Finding(line, column, row[column], message) for column, message in problems.items() if message
        ]
        if found:
            report.findings += found
            continue
        report.accepted += 1
        report.by_zone[row["price_zone"]] += 1
        kept.append(row)
    return report, kept


def write_results(folder: Path, report: Report, kept: list[dict[str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "cleaned.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    summary = asdict(report) | {"refused": report.is_refused}
    (folder / "report.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write("usage: validate_price_csv.py FILE FOLDER\n")
        return 2
    report, kept = examine(Path(arguments[0]), date.today())
    write_results(Path(arguments[1]), report, kept)
    sys.stdout.write(f"{report.file_name}: {report.accepted} of {report.rows} rows accepted\n")
    for finding in report.findings[:20]:
        sys.stdout.write(f"  line {finding.line}, {finding.column} {finding.value!r}: {finding.message}\n")
    return 1 if report.is_refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
