"""Documents made to keep the portal busy: each is judged, or refused, in little time."""

from __future__ import annotations

import json
import zipfile
from functools import partial
from io import BytesIO
from time import process_time

import pytest

from dlfportal.formats.zip.limits import BadPackage, Limits
from dlfportal.formats.zip.reader import open_package, package_take
from dlfportal.transfer.imports.drafts import Changes, draft_one
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.imports.parallel import rare_collections

SIZE = 2 << 20
SECONDS = 3.0
"""An eighth of the largest entry in the three seconds that the whole may take: the machine may be busy."""

JOB = '{"name":"a","nodes":[],"schedule":{"type":"EXECUTE_ONCE"},"processType":"BATCH","x":%s}'
SCRIPT = '{"name":"a","type":"DLISQL","content":"x","configuration":%s}'
NODE = '{"name":"n","type":"CDMJob","properties":[{"name":"x","value":%s}]}'


def many(unit: str, size: int = SIZE) -> str:
    """Return so many of a value in a list."""
    return "[" + ",".join([unit] * (size // (len(unit) + 1))) + "]"


def keyed(ending: str) -> str:
    """Return an object with very many keys."""
    return "{" + ",".join(f'"{number:x}{ending}":"a"' for number in range(SIZE // 16)) + "}"


BODY = f'{{"jobs":{many("{}")}}}'
DOCUMENTS = {
    "numbers": ("jobs/a.job", many("1")),
    "numbers in a job": ("jobs/a.job", JOB % many("1")),
    "fractions": ("jobs/a.job", JOB % many("1.5")),
    "exponents": ("jobs/a.job", JOB % many("1e5")),
    "infinities": ("jobs/a.job", JOB % many("1e999")),
    "no numbers": ("jobs/a.job", JOB % many("NaN")),
    "long numbers": ("jobs/a.job", JOB % many("9" * 4000)),
    "one long number": ("jobs/a.job", JOB % ("9" * SIZE)),
    "empty lists": ("jobs/a.job", JOB % many("[]")),
    "objects": ("jobs/a.job", JOB % many('{"a":1}')),
    "repeated keys": ("jobs/a.job", JOB % many('{"a":1,"a":1}')),
    "deep lists": ("jobs/a.job", JOB % many("[" * 97 + "]" * 97)),
    "too deep": ("jobs/a.job", JOB % ("[" * 100_000 + "]" * 100_000)),
    "keys": ("jobs/a.job", JOB % keyed("")),
    "surrogates": ("jobs/a.job", JOB % many('"\\ud800"')),
    "wrong nodes": ("jobs/a.job", (JOB % "1").replace("[]", many('{"name":5,"type":5}', SIZE // 4))),
    "a pasted CDM body": ("jobs/a.job", (JOB % "1").replace("[]", f"[{NODE % json.dumps(BODY)}]")),
    "settings as text": ("scripts/a.script", SCRIPT % json.dumps('{"a":' + many("1") + "}")),
    "secret settings": ("scripts/a.script", SCRIPT % keyed("password")),
    "secrets of CDM": ("cdms/c/a.json", f'{{"jobs":[{keyed("password")}]}}'),
    "CDM jobs": ("cdms/c/a.json", '{"jobs":' + many('{"name":"j"}') + "}"),
}


@pytest.mark.timed
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_made_to_be_slow_costs_little(name: str) -> None:
    path, text = DOCUMENTS[name]
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(path, text)
    started = process_time()
    try:
        take = partial(draft_one, options=ImportOptions(), keep=True, changes=Changes())
        with rare_collections():  # as an import works; the objects of other tests are many to look through
            assert sum(1 for _ in package_take(open_package(file, Limits()), take, map)) <= 1
    except BadPackage:
        pass
    assert process_time() - started < SECONDS
