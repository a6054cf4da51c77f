"""Every page and call that is measured in a small and in a large catalogue.

`{...}` in a path or a body stands for what is looked up in the catalogue that is asked: see `places`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.filling import SUPERUSER
from bench.growth.documents import CLUSTER, JOB, RARE_LIB, RARE_SCRIPT, SHARED_LIB, SHARED_SCRIPT, WIDE_JOB
from bench.growth.fill import MAIN, PROJECT, SECOND, TINY, VIEWER
from dlfportal.catalogue.acting.asked import BulkVerb
from dlfportal.catalogue.kinds import KINDS
from dlfportal.formats.kinds import Kind

LIST_PAGE = 25.0
"""So many milliseconds of processor time a list page may take, and the page of a job with 15 nodes."""
FIRST_BYTE, FIRST_BYTE_MANY = 50.0, 20.0
"""So many milliseconds may pass until the first byte of an export; of a whole workspace."""

W = f"/w/{MAIN}"
V1 = f"/v1/{PROJECT}"
V2 = f"/v2/{PROJECT}/factory"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, and what is expected of it.

    `who` is a person with a session, or "wire" for a program with a token. `last` asks for the last page of
    a list instead of `path` itself. `larger` says why the answer is larger in a larger catalogue, which
    excepts it; `cpu` and `first_byte` bound milliseconds in the large one. A stream is read to its first
    piece only. The method "import" is not one of HTTP: it imports a package of 100 objects.
    """

    name: str
    path: str
    who: str = SUPERUSER
    method: str = "get"
    data: dict[str, Any] = field(default_factory=dict)
    last: bool = False
    larger: str = ""
    cpu: float | None = None
    first_byte: float | None = None


def asks() -> Iterator[Ask]:
    """Yield all that are the same in every catalogue; the admin's lists are found by `admin_lists`."""
    yield from _around()
    for kind in Kind:
        yield from _lists(kind)
    yield from _objects()
    yield from _packages()
    yield from _wire_lists()
    yield from _wire_objects()
    yield from _admin_pages()


def _around() -> Iterator[Ask]:
    yield Ask("sign-in page", "/accounts/login/", who="")
    yield Ask("healthz", "/healthz", who="")
    yield Ask("home", "/")
    yield Ask("home, a viewer", "/", who=VIEWER)
    yield Ask("help", "/help/")
    yield Ask("help, with an example", "/help/api/")
    yield Ask("access keys", "/access-keys/")
    yield Ask("search everywhere, a rare word", f"/search/?q={RARE_SCRIPT}")
    yield Ask("search everywhere, a frequent word", "/search/?q=job", larger="more objects match")
    yield Ask("palette", "/go/?q=")
    yield Ask("palette, a frequent word", "/go/?q=job", larger="more objects match")
    yield Ask("activity", "/activity/")
    yield Ask("activity, a viewer", "/activity/", who=VIEWER)
    yield Ask("activity of a workspace", f"{W}/activity/")
    yield Ask("activity, changed through the API", f"{W}/activity/?what=changed&via=api")
    yield Ask("an act", f"{W}/activity/{{act}}/")
    yield Ask("activity as CSV, to its first piece", f"{W}/activity/acts.csv", larger="up to 10,000 acts")
    yield Ask("activity as JSON, to its first piece", f"{W}/activity/acts.json", larger="up to 10,000 acts")
    yield Ask("import a package, the page", f"{W}/import/")
    yield Ask("imports", f"{W}/imports/")
    yield Ask("an import", f"{W}/imports/{{import_run}}/")
    for ending in ("csv", "json"):
        yield Ask(f"objects of an import, {ending}", f"{W}/imports/{{import_run}}/objects.{ending}")
    yield Ask("a plan of 100 objects", f"{W}/imports/{{plan}}/plan/")
    yield Ask("an object of a plan", f"{W}/imports/{{plan}}/plan/0/")
    yield Ask("before undoing an import", f"{W}/imports/{{import_run}}/undo/")
    yield Ask("newer activity", f"{W}/activity/new/")
    yield Ask("preferences", "/preferences/")
    yield Ask("members", f"{W}/members/")
    yield Ask("settings", f"{W}/settings/")
    yield Ask("menu of workspaces", "/workspaces/?place=job&q=e")
    yield Ask("password page", "/accounts/password/")
    yield Ask("overview", f"{W}/")
    yield Ask("overview, for programs", f"{W}/?format=json")
    yield Ask("graph of jobs, the largest groups", f"{W}/graph/")
    yield Ask("graph of jobs, around a job", f"{W}/graph/?q=2%2B{JOB}%2B2")
    yield Ask("graph of jobs, as a file", f"{W}/graph/graph.svg?q=2%2B{JOB}%2B2")
    yield Ask("what to compare with", f"{W}/compare/")
    yield Ask("comparison with another workspace", f"{W}/compare/?with={SECOND}", larger="reads both sides")
    yield Ask(
        "comparison with an earlier moment",
        f"{W}/compare/?with={MAIN}@2026-01-01T00:00:00Z",
        larger="reads both sides",
    )
    yield Ask("a pair of two workspaces", f"{W}/compare/pair/?with={SECOND}&kind=job&here={JOB}&there={JOB}")
    yield Ask("an hour of the week", f"{W}/week/?starts=tue-02")
    yield Ask("jobs with a credential", f"{W}/jobs/?check=credential")
    yield Ask("jobs, an hour of the week", f"{W}/jobs/?starts=tue-02")
    yield Ask("jobs that stand alone", f"{W}/jobs/?alone=1")
    yield Ask("jobs without an owner", f"{W}/jobs/?check=owner")
    yield Ask("API docs", "/api/docs/")
    yield Ask("API schema", "/api/schema/")
    yield Ask("projects", "/v3/projects", who="wire")


def _lists(kind: Kind) -> Iterator[Ask]:
    """Yield a kind's list: first and last page, every sort, every filter, and searches."""
    spec = KINDS[kind]
    path, label = f"{W}/{spec.slug}/", spec.slug

    def listed(what: str, **params: str) -> Ask:
        query = f"?{urlencode(params)}" if params else ""
        return Ask(f"{label}: {what}", path + query, cpu=LIST_PAGE)

    yield listed("first page")
    yield Ask(f"{label}: first page, a viewer", path, who=VIEWER, cpu=LIST_PAGE)
    yield Ask(f"{label}: first page of a small workspace", f"/w/{TINY}/{spec.slug}/", cpu=LIST_PAGE)
    yield Ask(f"{label}: last page", path, last=True, cpu=LIST_PAGE)
    for column in spec.columns:
        for sign in ("", "-"):
            yield listed(f"sorted by {sign}{column}", sort=f"{sign}{column}")
        yield Ask(f"{label}: last page by {column}", f"{path}?sort={column}", last=True, cpu=LIST_PAGE)
    for column in spec.filters:
        for how, value in (FILTERS | {"type": TYPES[kind]})[column].items():
            yield listed(f"{column} that is {how}", **{column: value})
            yield listed(f"{column} that is {how}, newest first", **{column: value, "sort": "-updated"})
    for how, text in SEARCHES.items():
        yield listed(f"search, {how}", q=text)
        yield listed(f"search, {how}, newest first", q=text, sort="-updated")
    yield listed("search within a type", q="zebra", type=TYPES[kind]["frequent"])


TYPES = {
    Kind.JOB: {"frequent": "BATCH", "less frequent": "REAL_TIME", "absent": "no_such_type"},
    Kind.SCRIPT: {"frequent": "DLISQL", "absent": "no_such_type"},
    Kind.RESOURCE: {"frequent": "jar", "absent": "no_such_type"},
    Kind.CDM_JOB: {"frequent": "NORMAL_JOB", "absent": "no_such_type"},
}
FILTERS = {
    "folder": {"frequent": "/数仓", "rare": "/rare/zebra", "absent": "/no/such"},
    "tag": {"frequent": "nightly", "rare": "zebra", "absent": "no_such_tag"},
    "connection": {"frequent": "link_1", "rare": "rare_link", "absent": "no_such_link"},
    "schedule": {"frequent": "CRON", "absent": "no_such"},
    "state": {"draft": "draft", "submitted": "submitted", "changed": "changed"},
    "since": {"long ago": "2020-01-01", "to come": "2100-01-01"},
    "owner": {"frequent": "owner_01", "rare": "rare.owner", "absent": "no.such"},
}
SEARCHES = {
    "rare": "zebra",
    "frequent": "trade",
    "nothing found": "no_such_text",
    "two Chinese characters, rare": "对账",
    "two Chinese characters, frequent": "日报",
    "one character": "z",
    "end of a name": "00007",
}


def _objects() -> Iterator[Ask]:
    """Yield the pages of single objects, and of their revisions."""
    yield Ask("job of 3 nodes", f"{W}/jobs/{JOB}/")
    yield Ask("job of 3 nodes, a viewer", f"{W}/jobs/{JOB}/", who=VIEWER)
    yield Ask("job of 15 nodes", f"{W}/jobs/{WIDE_JOB}/", cpu=LIST_PAGE)
    for tab in ("nodes", "schedule", "uses", "params", "history", "json"):
        yield Ask(f"job of 15 nodes: {tab}", f"{W}/jobs/{WIDE_JOB}/?tab={tab}")
    yield Ask("graph of 15 nodes", f"{W}/jobs/{WIDE_JOB}/revisions/1/graph.svg", cpu=LIST_PAGE)
    yield Ask("graph of 15 nodes: near one", f"{W}/jobs/{WIDE_JOB}/?near=1")
    yield Ask("node of a job", f"{W}/jobs/{WIDE_JOB}/revisions/1/nodes/1/")
    yield Ask("job, everything", f"{W}/jobs/{JOB}/?tab=history&all=1")
    yield Ask("job that is not there", f"{W}/jobs/no_such_job/")
    yield Ask("job of a small workspace", f"/w/{TINY}/jobs/{JOB}/")
    yield Ask("revision of a job", f"{W}/jobs/{JOB}/revisions/3/")
    yield Ask("difference of two revisions", f"{W}/jobs/{JOB}/compare/?from=1&to=3")
    yield Ask("script of one job", f"{W}/scripts/{JOB}_a/")
    yield Ask("script of 60 jobs", f"{W}/scripts/{RARE_SCRIPT}/?tab=uses")
    yield Ask("script of all jobs", f"{W}/scripts/{SHARED_SCRIPT}/?tab=uses")
    yield Ask(
        "script of all jobs, all of them",
        f"{W}/scripts/{SHARED_SCRIPT}/?tab=uses&all=1",
        larger="lists every job",
    )
    yield Ask("document of a job", f"{W}/jobs/{JOB}/document/")
    yield Ask("text of a script", f"{W}/scripts/{JOB}_a/download/")
    yield Ask("revision of a script", f"{W}/scripts/{JOB}_a/revisions/1/")
    yield Ask("rename of a script", f"{W}/scripts/{JOB}_a/rename/?name=new_name")
    yield Ask("rename of what a fifth of the jobs use", f"{W}/resources/{SHARED_LIB}/rename/?name=new_name")
    yield Ask("copy of a job", f"{W}/jobs/{JOB}/copy/")
    yield Ask("move of a job", f"{W}/jobs/{JOB}/move/")
    yield Ask("resource of some jobs", f"{W}/resources/{RARE_LIB}/?tab=uses")
    yield Ask("resource of a fifth of the jobs", f"{W}/resources/{SHARED_LIB}/?tab=uses")
    yield Ask("resource of no job", f"{W}/resources/lib_000030/")
    yield Ask("CDM job", f"{W}/cdm-jobs/{{cdm_job}}/?cluster={CLUSTER}")
    yield Ask("revision of a CDM job", f"{W}/cdm-jobs/{{cdm_job}}/revisions/1/?cluster={CLUSTER}")


def _packages() -> Iterator[Ask]:
    """Yield the export pages, and the exports to their first byte."""
    everything = {"all": "1", "kind": "jobs"}
    yield Ask("export of a job, leads to its page", f"{W}/jobs/{JOB}/export/")
    yield Ask("export of a job of 15 nodes, leads to its page", f"{W}/jobs/{WIDE_JOB}/export/")
    yield Ask("export of two jobs, leads to its page", f"{W}/export/?job={JOB}&job={WIDE_JOB}")
    for name, chosen in (
        ("two jobs", "two"),
        ("a script", "script"),
        ("a search", "search"),
        ("all jobs", "jobs"),
        ("everything", "everything"),
    ):
        yield Ask(f"export page of {name}", f"{W}/exports/new/?s={{selection_of_{chosen}}}")
    yield Ask("form that begins an export", f"{W}/export/")
    yield Ask("parts of the export of a search", f"{W}/exports/split/?s={{selection_of_search}}")
    yield Ask("what DataArts would say of everything", f"{W}/exports/accept/?s={{selection_of_everything}}")
    yield Ask("needs of everything", f"{W}/exports/needs/?s={{selection_of_everything}}")
    yield Ask("file of the needs of two jobs", f"{W}/exports/needs.csv?s={{selection_of_two}}")
    yield Ask("folder of an export", f"{W}/exports/folder/?s={{selection_of_everything}}&job={WIDE_JOB}")
    yield Ask("exports of a workspace", f"{W}/exports/")
    yield Ask("exports of a person", f"{W}/exports/?who=nobody&state=broken")
    yield Ask("receipt of an export", f"{W}/exports/{{export}}/")
    for act in BulkVerb:
        yield Ask(f"before the act {act} on two jobs", f"{W}/acts/new/?s={{selection_of_two}}&act={act}")
    yield Ask("list of a selection", f"{W}/jobs/?s={{selection_of_two}}")
    yield Ask("saving a selection", f"{W}/selections/new/?s={{selection_of_two}}")
    yield Ask("saved selections", f"{W}/selections/")
    one = Ask(
        "export of a job, a browser", f"{W}/jobs/{JOB}/export/", method="post", data={"exportDepend": "on"}
    )
    yield one
    for name, data, limit in (
        ("a search", {**everything, "q": "zebra"}, FIRST_BYTE),
        ("all jobs", everything, FIRST_BYTE_MANY),
        ("everything", {"everything": "1"}, FIRST_BYTE_MANY),
    ):
        yield Ask(f"export of {name}, first byte", f"{W}/export/", method="post", data=data, first_byte=limit)
    for name, path, body in (
        ("a job", f"{V1}/jobs/{JOB}/export", {"exportDepend": True}),
        ("a job of 15 nodes", f"{V1}/jobs/{WIDE_JOB}/export", {"exportDepend": True}),
        ("two jobs", f"{V1}/jobs/batch-export", {"jobList": [JOB, WIDE_JOB]}),
    ):
        yield Ask(
            f"export of {name}, first byte", path, who="wire", method="post", data=body, first_byte=FIRST_BYTE
        )
    yield Ask("look into a package", f"{V1}/jobs/check-file", "wire", "post", {"path": "{package}"})
    yield Ask("import of 100 objects", "", method="import")
    yield Ask("import task, an older one", f"{V1}/system-tasks/{{import_run}}", who="wire")


def _wire_lists() -> Iterator[Ask]:
    last = "the wire counts exactly what a search finds"
    for path, key, found in (
        (f"{V1}/jobs", "jobName", "trade"),
        (f"{V1}/scripts", "scriptName", "trade"),
        (f"{V1}/resources", "resourceName", "lib_0"),
        (f"{V2}/jobs", "job_name", "trade"),
        (f"{V2}/scripts", "script_name", "trade"),
    ):
        label = f"GET {path.replace('/' + PROJECT, '')}"
        yield Ask(f"{label}: first page", path, who="wire")
        yield Ask(f"{label}: first page of 100", f"{path}?limit=100", who="wire")
        yield Ask(f"{label}: last page", f"{path}?limit=100", who="wire", last=True)
        yield Ask(f"{label}: a page behind the last", f"{path}?limit=100&offset=9999", who="wire")
        yield Ask(
            f"{label}: {key} of one", f"{path}?{key}={JOB if 'ob' in key else 'lib_000030'}", who="wire"
        )
        yield Ask(f"{label}: {key}, rare", f"{path}?{key}=zebra", who="wire")
        yield Ask(f"{label}: {key}, frequent", f"{path}?{key}={found}", who="wire", larger=last)
        yield Ask(f"{label}: {key}, nothing found", f"{path}?{key}=no_such_text", who="wire")
    for path, kind in ((f"{V1}/jobs", "jobType"), (f"{V2}/jobs", "job_type")):
        label = f"GET {path.replace('/' + PROJECT, '')}"
        yield Ask(f"{label}: {kind}", f"{path}?{kind}=REAL_TIME", who="wire")
        yield Ask(f"{label}: {kind}, last page", f"{path}?{kind}=REAL_TIME&limit=100", who="wire", last=True)
        for how, tags in {
            "rare": "zebra",
            "frequent": "nightly",
            "absent": "no_such_tag",
            "two": "zebra,tag1",
        }.items():
            reason = last if how in ("frequent", "two") else ""
            yield Ask(f"{label}: tags, {how}", f"{path}?tags={tags}", who="wire", larger=reason)
    label = "GET /v2/factory/jobs"
    yield Ask(f"{label}: all tags", f"{V2}/jobs?tags=zebra,nightly&match_all_tags=true", who="wire")
    yield Ask(f"{label}: connection, rare", f"{V2}/jobs?connection_name=rare_link", who="wire")
    yield Ask(f"{label}: connection, frequent", f"{V2}/jobs?connection_name=link_1", who="wire", larger=last)
    yield Ask(f"{label}: ids", f"{V2}/jobs?job_id={{job_id}}", who="wire")
    yield Ask(f"{label}: status", f"{V2}/jobs?status=STOPPED", who="wire")
    yield Ask(f"{label}: another status", f"{V2}/jobs?status=RUNNING", who="wire")


def _wire_objects() -> Iterator[Ask]:
    users = "names every job that uses it"
    for name, path, larger in (
        ("job", f"jobs/{JOB}", ""),
        ("job of 15 nodes", f"jobs/{WIDE_JOB}", ""),
        ("job with the jobs that wait for it", f"jobs/{JOB}?dependencies=true", ""),
        ("version of a job", f"jobs/{JOB}?version=1", ""),
        ("newest version of a job", f"jobs/{JOB}?getJobSubmitVersion=true", ""),
        ("status of a job", f"jobs/{JOB}/status", ""),
        ("instances", "jobs/instances/detail", ""),
        ("script of all jobs", f"scripts/{SHARED_SCRIPT}", ""),
        ("version of a script", f"scripts/{JOB}_a?version=1", ""),
        ("resource of few jobs", "resources/{rare_lib}", ""),
        ("resource of a fifth of the jobs", "resources/{shared_lib}", users),
        ("unknown job", "jobs/no_such_job", ""),
        ("unknown path", "nothing", ""),
    ):
        yield Ask(f"GET {name}", f"{V1}/{path}", who="wire", larger=larger)
    new = {"name": "bench_{serial}", "type": "Shell", "content": "exit {serial}"}
    yield Ask("create a script", f"{V1}/scripts", "wire", "post", new)
    yield Ask("change a script", f"{V1}/scripts/{JOB}_b", "wire", "put", {"content": "SELECT {serial}"})


def _admin_pages() -> Iterator[Ask]:
    yield Ask("admin: front page", "/admin/")
    yield Ask("admin: catalogue", "/admin/catalogue/")
    for model in ("job", "script", "resource", "cdmjob"):
        base = f"/admin/catalogue/{model}"
        yield Ask(f"admin: add {model}", f"{base}/add/?workspace={MAIN}")
        yield Ask(f"admin: acts on {model}", f"{base}/acts/?act=submit&s={{selection_of_two}}")
        for page in ("change", "delete"):
            yield Ask(f"admin: {page} {model}", f"{base}/{{{model}}}/{page}/")
    yield Ask("restoring a deleted CDM job", "{deleted}")
    yield Ask("admin: delete script of all jobs", "/admin/catalogue/script/{shared_script}/delete/")
    for model, key in (
        ("access/workspace", MAIN),
        ("access/workspace", SECOND),
        ("access/project", PROJECT),
        ("access/membership", "{membership}"),
        ("access/accesskey", "{access_key}"),
        ("auth/user", "{user}"),
        ("transfer/bucket", "{bucket}"),
        ("transfer/importrun", "{import_run}"),
        ("transfer/export", "{export}"),
        ("audit/auditentry", "{entry}"),
    ):
        yield Ask(f"admin: change {model} {key[:1]}", f"/admin/{model}/{key}/change/")
    yield Ask(
        "admin: newest import task",
        "/admin/transfer/importrun/{newest_run}/change/",
        larger="lists its objects",
    )
    yield Ask("admin: delete workspace", f"/admin/access/workspace/{MAIN}/delete/")
