"""The packages that are imported, made once and kept.

`python -m bench.run bench.packages WHAT NUMBER FILE`
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from bench.data import many_jobs
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import ZipEntry, deflate, zip_stream

DIGITS = "0123456789"


def main(what: str, number: str, file: str) -> None:
    """Write the package "jobs", "changed", "scripts" or "numbers" of that many."""
    entries = {"jobs": _jobs, "changed": _changed, "scripts": _scripts, "numbers": _numbers}[what]
    made = Path(f"{file}.part")
    with made.open("wb") as package:
        package.writelines(zip_stream(entries(int(number))))
    made.rename(file)


def _changed(count: int) -> Iterator[ZipEntry]:
    """Yield the same catalogue with another description in each document."""
    return _jobs(count, description="changed")


def _jobs(count: int, **changes: str) -> Iterator[ZipEntry]:
    """Yield the catalogue of the exports in the batch layout: a job's scripts are in its folder."""
    scripts: list[bytes] = []
    names: list[str] = []
    for one in many_jobs(count):
        name, data = one.document["name"], canonical({**one.document, **changes})
        if one.kind is Kind.SCRIPT:
            names.append(name)
            scripts.append(data)
            continue
        yield _entry(f"jobs/{name}/{name}.job", data)
        for script, text in zip(names, scripts, strict=True):
            yield _entry(f"jobs/{name}/{script}.script", text)
        names, scripts = [], []


def _scripts(count: int) -> Iterator[ZipEntry]:
    for number in range(count):
        name = f"small_{number:06}"
        document = {"name": name, "type": "DLISQL", "content": f"SELECT {number};", "directory": "/small"}
        yield _entry(f"scripts/{name}.script", canonical(document))


def _numbers(count: int) -> Iterator[ZipEntry]:
    """Yield one job whose file holds that many numbers of one digit, as small as they can be written."""
    numbers = ",".join(random.Random(3).choices(DIGITS, k=count))
    head = json.dumps({"name": "numbers", "nodes": [], "processType": "BATCH"})[:-1]
    schedule = '"schedule": {"type": "EXECUTE_ONCE"}'
    yield _entry("jobs/numbers.job", f'{head}, {schedule}, "numbers": [{numbers}]}}'.encode())


def _entry(path: str, data: bytes) -> ZipEntry:
    content = deflate(data)
    return ZipEntry(path, content.size, content.crc32, content.data)
