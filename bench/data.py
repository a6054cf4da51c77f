"""The catalogue of exports and imports: documents of realistic size and text.

`python -m bench.run bench.data JOBS` fills the portal of the environment with it.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command

from bench.filling import Document, hasten, settle, superuser, token_make, write
from dlfportal.access.keys import access_key_create
from dlfportal.access.models import Project, Workspace
from dlfportal.formats.kinds import Kind

WORDS = re.findall(
    r"\w+",
    "select from where partition insert overwrite table order_id store_id amount customer region sum avg "
    "count distinct left join on group by having case when then else end cast decimal date_format ds "
    "row_number over coalesce dwd_trade ods_payment ads_daily t1 t2 and or not null between",
)
SINGLE, MANY = "5" * 32, "6" * 32
"""The projects, and workspaces, of one job with 50 scripts, and of many jobs with two each."""
JOB, SCRIPTS = "big", 50
KEY_FILE = "bench-access-key"


def main(jobs: str) -> None:
    """Fill both workspaces, and leave an access key of the superuser in the data folder."""
    call_command("migrate", verbosity=0)
    hasten()
    actor = superuser()
    for pk, documents in ((SINGLE, one_job()), (MANY, many_jobs(int(jobs)))):
        project = Project.objects.create(pk=pk, name=pk)
        write(actor, Workspace.objects.create(pk=pk, project=project, name="default"), documents)
    token_make(actor.user, Project.objects.get(pk=SINGLE))
    key = access_key_create(actor=actor, user=actor.user)
    (settings.DATA_DIR / KEY_FILE).write_text(json.dumps([key.row.access_key, key.secret]))
    settle()


def one_job() -> Iterator[Document]:
    """Yield 50 scripts of 20 KB and the job that uses them."""
    chance = random.Random(1)
    names = [f"script_{number:02}" for number in range(SCRIPTS)]
    yield from (script(name, 20_000, chance) for name in names)
    yield job(JOB, names, 25_000, chance)


def many_jobs(count: int) -> Iterator[Document]:
    """Yield `count` jobs of 6 KB, each after its two scripts of 10 KB."""
    chance = random.Random(2)
    for number in range(count):
        own = [f"script_{number:05}_{end}" for end in "ab"]
        yield from (script(name, 10_000, chance) for name in own)
        yield job(f"job_{number:05}", own, 6_000, chance)


def script(name: str, size: int, chance: random.Random) -> Document:
    """Return a script of about `size` bytes of SQL-like text."""
    lines: list[str] = []
    length = 0
    while length < size:
        line = " ".join(chance.choices(WORDS, k=9)) + f" {chance.randrange(10**6)}"
        lines.append(line)
        length += len(line) + 1
    document = {
        "name": name,
        "type": "DLISQL",
        "content": "\n".join(lines),
        "directory": "/bench",
        "connectionName": "dli",
        "database": "dwd",
        "configuration": {},
    }
    return Document(Kind.SCRIPT, "", document)


def job(name: str, scripts: list[str], size: int, chance: random.Random) -> Document:
    """Return a job whose nodes use `scripts`, padded with nodes' arguments to about `size` bytes."""
    filler = max(0, size // max(1, len(scripts)) - 450)
    nodes = [
        {
            "name": f"node_{number}",
            "type": "DLISQL",
            "location": {"x": "-45.5", "y": "-134.5"},
            "preNodeName": [f"node_{number - 1}"] if number else [],
            "properties": [
                {"name": "scriptName", "value": used},
                {"name": "database", "value": "dwd"},
                {"name": "scriptArgs", "value": " ".join(chance.choices(WORDS, k=filler // 7))},
            ],
            "pollingInterval": 20,
            "maxExecutionTime": 360,
            "failPolicy": "FAIL_CHILD",
        }
        for number, used in enumerate(scripts)
    ]
    schedule = {"type": "CRON", "cron": {"expression": "0 20 1 * * ?", "startTime": "2026-03-23T00:00:00+08"}}
    document = {
        "name": name,
        "nodes": nodes,
        "schedule": schedule,
        "processType": "BATCH",
        "directory": "/bench",
    }
    return Document(Kind.JOB, "", document)
