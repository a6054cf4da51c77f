"""The tables of the access matrix: every address, and what each kind of person gets there.

`tests/test_access_matrix.py` asks them; a new route is a line here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

PEOPLE = ("anonymous", "stranger", "viewer", "developer", "workspace_admin", "admin")

# The six answers, in the order of PEOPLE. `stranger` is an admin elsewhere and nobody in `workspace`.
ALL = (200,) * 6
SIGNED_IN = (302, 200, 200, 200, 200, 200)
MEMBERS = (302, 404, 200, 200, 200, 200)
EDITORS = (302, 404, 403, 200, 200, 200)
WIRE = (401, 403, 200, 200, 200, 200)
UNKNOWN_WIRE = (401, 404, 404, 404, 404, 404)
WRITE_WIRE = (401, 403, 403, 204, 204, 204)
WRITE_WIRE_200 = (401, 403, 403, 200, 200, 200)
ONCE_WIRE = (401, 403, 403, 204, 400, 400)  # the first who may do it leaves nothing to do
UNSUPPORTED_READ = (401, 403, 400, 400, 400, 400)
UNSUPPORTED_WRITE = (401, 403, 403, 400, 400, 400)
ADMIN_SITE = (302, 200, 403, 200, 200, 200)


Answers = tuple[int, ...]
Pages = dict[str, Answers]


class Line(NamedTuple):
    """One request: its path and the answers; `{job}` and the like stand for the ids of the scene."""

    path: str
    answers: Answers
    method: str = "get"
    data: dict[str, Any] = {}  # noqa: RUF012


WIRE_SPACES = ("v1:", "v1.0:", "v2:")
W = "/w/{workspace}"
V1 = "/v1/" + "b" * 32
V2 = f"/v2/{'b' * 32}/factory"

JOB = {"name": "nightly", "nodes": [], "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
RESOURCE = {"name": "lib", "type": "jar", "location": "obs://libs/lib.jar", "directory": "/"}

ROUTES: dict[str, list[Line]] = {
    # the wire
    "v1:jobs-export": [
        Line(f"{V1}/jobs/nightly/export", WIRE, "post"),
        Line(f"{V1}/jobs/nightly/export", UNKNOWN_WIRE),
    ],
    "v1:jobs-batch-export": [Line(f"{V1}/jobs/batch-export", WIRE, "post", {"jobList": ["nightly"]})],
    "v1:jobs": [Line(f"{V1}/jobs", WIRE), Line(f"{V1}/jobs", ONCE_WIRE, "post", {**JOB, "name": "new"})],
    "v1:job": [
        Line(f"{V1}/jobs/nightly", WIRE),
        Line(f"{V1}/jobs/nightly", WRITE_WIRE, "put", JOB),
        Line(f"{V1}/jobs/nightly", ONCE_WIRE, "delete", {"approvers": []}),
    ],
    "v1:scripts": [
        Line(f"{V1}/scripts", WIRE),
        Line(f"{V1}/scripts", ONCE_WIRE, "post", {"name": "new", "type": "Shell", "content": ""}),
    ],
    "v1:script": [
        Line(f"{V1}/scripts/load", WIRE),
        Line(f"{V1}/scripts/load", WRITE_WIRE, "put", {"content": "SELECT 2;"}),
        Line(f"{V1}/scripts/load", ONCE_WIRE, "delete", {"approvers": []}),
    ],
    "v1:resources": [
        Line(f"{V1}/resources", WIRE),
        Line(f"{V1}/resources", (401, 403, 403, 200, 400, 400), "post", {**RESOURCE, "name": "new"}),
    ],
    "v1:resource": [
        Line(f"{V1}/resources/{{uid}}", WIRE),
        Line(f"{V1}/resources/{{uid}}", WRITE_WIRE, "put", RESOURCE),
        Line(f"{V1}/resources/{{uid}}", ONCE_WIRE, "delete", {"approvers": []}),
    ],
    "v1:connections": [
        Line(f"{V1}/connections", UNSUPPORTED_READ),
        Line(f"{V1}/connections", UNSUPPORTED_WRITE, "post"),
    ],
    "v1:connection": [
        Line(f"{V1}/connections/c", UNSUPPORTED_READ),
        Line(f"{V1}/connections/c", UNSUPPORTED_WRITE, "put"),
        Line(f"{V1}/connections/c", UNSUPPORTED_WRITE, "delete"),
    ],
    "v1:connections-export": [Line(f"{V1}/connections/export", UNSUPPORTED_WRITE, "post")],
    "v1:connections-import": [Line(f"{V1}/connections/import", UNSUPPORTED_WRITE, "post")],
    "v1.0:directory-tree": [Line(f"/v1.0/{'b' * 32}/directory/tree", UNSUPPORTED_READ)],
    "v2:jobs": [Line(f"{V2}/jobs", WIRE)],
    "v2:scripts": [Line(f"{V2}/scripts", WIRE)],
    "v2:job-rename": [
        Line(f"{V2}/jobs/nightly/rename", WRITE_WIRE_200, "put", {"name": "nightly"}),
        Line(f"{V2}/jobs/nightly/rename", UNKNOWN_WIRE),
    ],
    "v2:unknown": [Line("/v2/nothing", UNKNOWN_WIRE)],
    "v1.0:unknown": [Line("/v1.0/nothing", UNKNOWN_WIRE)],
    "schema": [Line("/api/schema/", (401, 200, 200, 200, 200, 200))],
    "api-docs": [Line("/api/docs/", SIGNED_IN)],
    "v1:jobs-import": [
        Line(f"{V1}/jobs/import", (401, 403, 403, 400, 400, 400), "post", {"path": "obs://none/a.zip"}),
    ],
    "v1:jobs-check-file": [
        Line(f"{V1}/jobs/check-file", (401, 403, 400, 400, 400, 400), "post", {"path": "obs://none/a.zip"}),
    ],
    "v1:ShowJobStatus": [Line(f"{V1}/jobs/nightly/status", WIRE)],
    "v1:ListJobInstances": [Line(f"{V1}/jobs/instances/detail", WIRE)],
    "v1:system-task": [Line(f"{V1}/system-tasks/{{transfer/importrun}}", WIRE)],
    "v1:system-task-old": [Line(f"{V1}/systemTasks/{{transfer/importrun}}", WIRE)],
    "v1:unknown": [Line("/v1/", UNKNOWN_WIRE), Line(f"{V1}/nothing", UNKNOWN_WIRE, "post")],
    "tokens": [
        Line("/v3/auth/tokens", (400,) * 6, "post"),
        Line("/v3/auth/tokens", (401,) * 6, "delete"),
        Line("/v3/auth/tokens", (404,) * 6),
    ],
    "projects": [Line("/v3/projects", (401, 200, 200, 200, 200, 200))],
    # around the pages
    "healthz": [Line("/healthz", ALL)],
    "login": [Line("/accounts/login/", ALL)],
    "logout": [
        Line("/accounts/logout/", (302, 405, 405, 405, 405, 405)),
        Line("/accounts/logout/", (302,) * 6, "post"),
    ],
    "password_change": [Line("/accounts/password/", SIGNED_IN)],
    "set_language": [Line("/language/", (302,) * 6, "post", {"language": "en"})],
    # the pages
    "web:home": [Line("/", SIGNED_IN)],
    "web:help": [Line("/help/", SIGNED_IN)],
    "web:help-topic": [
        Line("/help/export/", SIGNED_IN),
        Line("/help/import/", ADMIN_SITE),
        Line("/help/operators/", (302, 403, 403, 403, 403, 200)),
        Line("/help/nothing/", (302,) + (404,) * 5),
    ],
    "web:workspace-choices": [Line("/workspaces/?place=job", SIGNED_IN)],
    "web:preferences": [
        Line("/preferences/", SIGNED_IN),
        Line("/preferences/", (302,) + (400,) * 5, "post"),
    ],
    "web:theme": [Line("/preferences/theme/", (302,) * 6, "post", {"theme": "dark"})],
    "web:rename": [
        Line(f"{W}/scripts/load/rename/", EDITORS),
        Line(f"{W}/scripts/load/rename/", (302, 404, 403, 400, 400, 400), "post", {"name": "load"}),
    ],
    "web:copy": [
        Line(f"{W}/jobs/nightly/copy/", EDITORS),
        Line(f"{W}/jobs/nightly/copy/", (302, 404, 403, 400, 400, 400), "post", {"name": "nightly"}),
    ],
    "web:move": [
        Line(f"{W}/jobs/nightly/move/", EDITORS),
        Line(f"{W}/jobs/nightly/move/", (302, 404, 403, 302, 302, 302), "post", {"directory": "/"}),
    ],
    "web:import": [
        Line(f"{W}/import/", EDITORS),
        Line(f"{W}/import/", (302, 404, 403, 400, 400, 400), "post", {"from": "file"}),
    ],
    "web:import-plan": [
        Line(f"{W}/imports/{{transfer/plan}}/plan/", MEMBERS),
        Line(f"{W}/imports/{{transfer/importrun}}/plan/", (302, 404, 302, 302, 302, 302)),
        Line(f"{W}/imports/nothing/plan/", (302,) + (404,) * 5),
        *(
            Line(f"{W}/imports/{{transfer/plan}}/plan/", (302, 404, 403, 409, 409, 409), "post", {act: "1"})
            for act in ("apply", "propose", "apply_proposed", "withdraw")
        ),
    ],
    "web:import-item": [
        Line(f"{W}/imports/{{transfer/plan}}/plan/0/", MEMBERS),
        Line(f"{W}/imports/{{transfer/plan}}/plan/9/", (302,) + (404,) * 5),
    ],
    "web:imports": [Line(f"{W}/imports/", MEMBERS)],
    "web:import-run": [
        Line(f"{W}/imports/{{transfer/importrun}}/", MEMBERS),
        Line(f"{W}/imports/nothing/", (302,) + (404,) * 5),
    ],
    "web:import-undo": [
        Line(f"{W}/imports/{{transfer/importrun}}/undo/", MEMBERS),
        *(
            Line(f"{W}/imports/{{transfer/importrun}}/undo/", (302, 404, 403, 409, 409, 409), "post", form)
            for form in ({}, {"propose": "1"}, {"withdraw": "1"})
        ),
        Line(f"{W}/imports/nothing/undo/", (302,) + (404,) * 5),
    ],
    "web:import-csv": [Line(f"{W}/imports/{{transfer/importrun}}/objects.csv", MEMBERS)],
    "web:import-json": [Line(f"{W}/imports/{{transfer/importrun}}/objects.json", MEMBERS)],
    "web:revive": [
        Line(f"{W}/jobs/gone/restore/", EDITORS),
        Line(f"{W}/jobs/nightly/restore/", (302, 404, 403, 302, 302, 302)),  # it is there
        Line(f"{W}/jobs/absent/restore/", (302, 404, 403, 404, 404, 404)),
        Line(f"{W}/jobs/gone/restore/", (302, 404, 403, 302, 302, 302), "post", {"expected": "1"}),
        Line(f"{W}/jobs/gone/restore/", (302, 404, 403, 409, 409, 409), "post", {"expected": "9"}),
    ],
    "web:members": [
        Line(f"{W}/members/", MEMBERS),
        Line(f"{W}/members/", (302, 404, 403, 403, 400, 400), "post", {"username": "nobody_of_this_name"}),
    ],
    "web:member-role": [
        Line(
            f"{W}/members/role/",
            (302, 404, 403, 403, 302, 302),
            "post",
            {"username": "viewer", "role": "viewer"},
        ),
    ],
    "web:member-remove": [
        Line(f"{W}/members/remove/", (302, 404, 403, 403, 302, 404), "post", {"username": "viewer"}),
    ],
    "web:settings": [
        Line(f"{W}/settings/", MEMBERS),
        Line(f"{W}/settings/", (302, 404, 403, 403, 400, 400), "post", {"act": "nothing"}),
        Line(f"{W}/settings/", (302, 404, 403, 403, 302, 409), "post", {"act": "ask-imports-on"}),
    ],
    "web:access-keys": [
        Line("/access-keys/", SIGNED_IN),
        Line("/access-keys/", (302,) + (400,) * 5, "post"),  # without the one-time value of the form
    ],
    "web:access-key-revoke": [
        Line("/access-keys/{access/accesskey}/revoke/", (302, 404, 302, 404, 404, 302), "post"),
        Line("/access-keys/NOTHING/revoke/", (302,) + (404,) * 5, "post"),
        Line("/access-keys/NOTHING/revoke/", (302,) + (405,) * 5),
    ],
    "web:workspace": [
        Line(f"{W}/", MEMBERS),
        Line("/w/nothing/", (302,) + (404,) * 5),
    ],
    "web:document": [
        Line(f"{W}/jobs/nightly/document/", MEMBERS),
        Line(f"{W}/jobs/absent/document/", (302,) + (404,) * 5),
    ],
    "web:script-text": [
        Line(f"{W}/scripts/load/download/", MEMBERS),
        Line(f"{W}/scripts/absent/download/", (302,) + (404,) * 5),
    ],
    "web:search": [Line("/search/?q=nightly", SIGNED_IN)],
    "web:go": [Line("/go/?q=nightly&at=/w/{workspace}/jobs/nightly/", SIGNED_IN)],
    "web:week-cell": [
        Line(f"{W}/week/?starts=tue-02", MEMBERS),
        Line(f"{W}/week/?starts=nonsense", (302,) + (404,) * 5),
    ],
    "web:activity": [Line("/activity/", SIGNED_IN), Line(f"{W}/activity/", MEMBERS)],
    "web:activity-new": [Line("/activity/new/", SIGNED_IN), Line(f"{W}/activity/new/", MEMBERS)],
    "web:activity-csv": [Line("/activity/acts.csv", SIGNED_IN), Line(f"{W}/activity/acts.csv", MEMBERS)],
    "web:activity-json": [Line("/activity/acts.json", SIGNED_IN), Line(f"{W}/activity/acts.json", MEMBERS)],
    "web:act": [
        Line(f"{W}/activity/{{audit/auditentry}}/", MEMBERS),
        Line(f"{W}/activity/0/", (302,) + (404,) * 5),
    ],
    "web:export": [
        Line(f"{W}/export/?job=nightly", (302, 404) + (302,) * 4),
        Line(f"{W}/export/", MEMBERS, "post", {"job": "nightly"}),
        Line(f"{W}/export/", MEMBERS),
    ],
    "web:export-new": [
        Line(f"{W}/exports/new/?s={{catalogue/selection}}", MEMBERS),
        Line("/w/" + "c" * 32 + "/exports/new/?s={catalogue/selection}", (302,) + (404,) * 5),
        Line(f"{W}/exports/new/", (302,) + (404,) * 5),
    ],
    "web:export-folder": [
        Line(f"{W}/exports/folder/?s={{catalogue/selection}}&job=nightly", MEMBERS),
        Line(f"{W}/exports/folder/?s={{catalogue/selection}}&job=absent", (302,) + (404,) * 5),
    ],
    "web:export-split": [
        Line(f"{W}/exports/split/?s={{catalogue/selection}}", MEMBERS),
        Line(f"{W}/exports/split/", (302,) + (404,) * 5),
    ],
    "web:export-needs": [
        Line(f"{W}/exports/needs/?s={{catalogue/selection}}", MEMBERS),
        Line(f"{W}/exports/needs/", (302,) + (404,) * 5),
    ],
    "web:export-needs-file": [
        Line(f"{W}/exports/needs.csv?s={{catalogue/selection}}", MEMBERS),
        Line(f"{W}/exports/needs.csv", (302,) + (404,) * 5),
    ],
    "web:export-accept": [
        Line(f"{W}/exports/accept/?s={{catalogue/selection}}", MEMBERS),
        Line(f"{W}/exports/accept/", (302,) + (404,) * 5),
    ],
    "web:export-last": [
        Line(f"{W}/exports/last/?s={{catalogue/selection}}", (302, 404) + (302,) * 4),
        Line(f"{W}/exports/last/?s={{catalogue/selection}}&after=", (302, 404) + (204,) * 4),
    ],
    "web:exports": [Line(f"{W}/exports/", MEMBERS)],
    "web:export-again": [
        Line(f"{W}/exports/{{transfer/export}}/again/", (302, 404) + (409,) * 4, "post"),
        Line("/w/" + "c" * 32 + "/exports/{transfer/export}/again/", (302,) + (404,) * 5, "post"),
        Line(f"{W}/exports/absent/again/", (302,) + (404,) * 5, "post"),
    ],
    "web:receipt": [
        Line(f"{W}/exports/{{transfer/export}}/", MEMBERS),
        Line("/w/" + "c" * 32 + "/exports/{transfer/export}/", (302,) + (404,) * 5),
        Line(f"{W}/exports/absent/", (302,) + (404,) * 5),
    ],
    "web:bulk-begin": [
        Line(f"{W}/acts/", (302, 404) + (302,) * 4, "post", {"act": "submit", "job": "nightly"}),
        Line(f"{W}/acts/", (302, 404) + (302,) * 4, "post", {"act": "show", "job": "nightly"}),
    ],
    "web:bulk-new": [
        Line(f"{W}/acts/new/?s={{catalogue/selection}}&act=submit", EDITORS),
        Line(f"{W}/acts/new/?s={{catalogue/selection}}&act=delete", EDITORS),
        Line(f"{W}/acts/new/?s={{catalogue/selection}}&act=none", (302, 404, 403, 404, 404, 404)),
        Line(f"{W}/acts/new/?act=submit", (302, 404, 403, 404, 404, 404)),
        Line(f"{W}/acts/new/", (302, 404, 403, 404, 404, 404), "post", {"act": "submit"}),
    ],
    "web:bulk": [
        Line(f"{W}/acts/{{transfer/bulkrun}}/", MEMBERS),
        Line("/w/" + "c" * 32 + "/acts/{transfer/bulkrun}/", (302,) + (404,) * 5),
    ],
    "web:selections": [Line(f"{W}/selections/", MEMBERS)],
    "web:selection-new": [
        Line(f"{W}/selections/new/?s={{catalogue/selection}}", MEMBERS),
        Line(f"{W}/selections/new/?s={{catalogue/selection}}", (302, 404) + (400,) * 4, "post"),
        Line("/w/" + "c" * 32 + "/selections/new/?s={catalogue/selection}", (302,) + (404,) * 5),
    ],
    "web:selection": [
        Line(f"{W}/selections/{{catalogue/saved}}/", (302, 404, 200, 404, 404, 404)),
        Line(f"{W}/selections/{{catalogue/saved}}/", (302, 404, 400, 404, 404, 404), "post"),
    ],
    "web:selection-delete": [
        Line(f"{W}/selections/{{catalogue/saved}}/delete/", (302, 404, 302, 404, 404, 404), "post"),
    ],
    "web:graph": [
        Line(f"{W}/jobs/nightly/revisions/1/graph.svg", (302, 404, 404, 404, 404, 404)),  # it has no nodes
        Line(f"{W}/jobs/drawn/revisions/1/graph.svg", MEMBERS),
    ],
    "web:job-graph": [
        Line(f"{W}/graph/", MEMBERS),
        Line(f"{W}/graph/?q=nightly", MEMBERS),
        Line(f"{W}/graph/?q=absent", MEMBERS),
    ],
    "web:job-graph-file": [
        Line(f"{W}/graph/graph.svg?q=nightly", MEMBERS),
        Line(f"{W}/graph/graph.svg?q=absent", (302,) + (404,) * 5),
    ],
    "web:node": [
        Line(f"{W}/jobs/drawn/revisions/1/nodes/0/", MEMBERS),
        Line(f"{W}/jobs/drawn/revisions/1/nodes/9/", (302,) + (404,) * 5),
    ],
    "web:job-export": [
        Line(f"{W}/jobs/nightly/export/", (302, 404) + (302,) * 4),
        Line(f"{W}/jobs/absent/export/", (302,) + (404,) * 5),
        Line(f"{W}/jobs/nightly/export/", MEMBERS, "post"),
        Line(f"{W}/jobs/absent/export/", (302,) + (404,) * 5, "post"),
    ],
}
for operation, method, address in (
    ("StartJob", "post", "jobs/nightly/start"),
    ("StopJob", "post", "jobs/nightly/stop"),
    ("RunOnce", "post", "jobs/nightly/run-immediate"),
    ("ShowJobInstance", "get", "jobs/nightly/instances/1"),
    ("StopJobInstance", "post", "jobs/nightly/instances/1/stop"),
    ("RestoreJobInstance", "post", "jobs/nightly/instances/1/restart"),
    ("ExecuteScript", "post", "scripts/load/execute"),
    ("ListScriptResults", "get", "scripts/load/instances/1"),
    ("CancelScript", "post", "scripts/load/instances/1/stop"),
):
    refusals = UNSUPPORTED_READ if method == "get" else UNSUPPORTED_WRITE
    ROUTES[f"v1:{operation}"] = [Line(f"{V1}/{address}", refusals, method)]
ROUTES |= {
    "web:comparing": [
        Line(f"{W}/compare/", MEMBERS),
        Line(f"{W}/compare/?with={{workspace}}@submitted", MEMBERS),
        Line(f"{W}/compare/?with={'c' * 32}", (302, 404, 404, 404, 404, 200)),
    ],
    "web:comparing-pair": [
        Line(f"{W}/compare/pair/?with={{workspace}}&kind=job&here=nightly&there=nightly", MEMBERS),
        Line(f"{W}/compare/pair/?with={{workspace}}&kind=job&here=absent", (302,) + (404,) * 5),
    ],
    "web:comparing-read": [
        Line(f"{W}/compare/read/", (302, 404) + (302,) * 4, "post", {"with": "a" * 32}),
        Line(f"{W}/compare/read/", (302,) + (404,) * 5, "post", {"with": "f" * 32}),
    ],
    "web:comparing-export": [
        Line(
            f"{W}/compare/export/",
            (302, 404, 302, 302, 302, 302),
            "post",
            {"with": "a" * 32, "side": "here", "show": "all", "pair": "kind=job&here=nightly"},
        ),
    ],
    "web:comparing-bring": [
        Line(f"{W}/compare/bring/", (302,) + (404,) * 5, "post", {"with": "a" * 32, "pair": "kind=job"}),
        Line(f"{W}/compare/bring/", (302, 404, 404, 404, 404, 302), "post", {"with": "c" * 32}),
    ],
}
ROUTES |= {"web:compare": [], "web:list": [], "web:object": [], "web:revision": []}
for slug, name in (("jobs", "nightly"), ("scripts", "load"), ("resources", "lib"), ("cdm-jobs", "copy")):
    ROUTES["web:list"].append(Line(f"{W}/{slug}/", MEMBERS))
    ROUTES["web:object"].append(Line(f"{W}/{slug}/{name}/", MEMBERS))
    ROUTES["web:object"].append(Line(f"{W}/{slug}/absent/", (302,) + (404,) * 5))
    ROUTES["web:revision"].append(Line(f"{W}/{slug}/{name}/revisions/1/", MEMBERS))
    ROUTES["web:compare"].append(Line(f"{W}/{slug}/{name}/compare/?from=1&to=1", MEMBERS))
    ROUTES["web:compare"].append(Line(f"{W}/{slug}/{name}/compare/?from=1&to=9", (302,) + (404,) * 5))
    ROUTES["web:revision"].append(Line(f"{W}/{slug}/{name}/revisions/9/", (302,) + (404,) * 5))

# the admin: what belongs to the site itself
ROUTES |= {
    "admin:index": [Line("/admin/", ADMIN_SITE)],
    "admin:login": [Line("/admin/login/", (302, 302, 403, 302, 302, 302))],
    "admin:logout": [Line("/admin/logout/", (302, 302, 403, 302, 302, 302), "post")],
    "admin:password_change": [Line("/admin/password_change/", ADMIN_SITE)],
    "admin:password_change_done": [Line("/admin/password_change/done/", ADMIN_SITE)],
    "admin:autocomplete": [Line("/admin/autocomplete/", (302, 403, 403, 403, 403, 403))],
    "admin:jsi18n": [Line("/admin/jsi18n/", ADMIN_SITE)],
    "admin:view_on_site": [Line("/admin/r/1/1/", (302, 404, 403, 404, 404, 404))],
    "admin:app_list": [
        Line("/admin/catalogue/", ADMIN_SITE),
        Line("/admin/nothing/", (302, 404, 403, 404, 404, 404)),
    ],
    "admin:*": [Line("/admin/nothing", (302, 404, 403, 404, 404, 404))],
}

# and what each model has; {pk} is a row of `workspace`, which for the stranger does not exist
PAGES = {
    "changelist": "/admin/{model}/",
    "add": "/admin/{model}/add/",
    "acts": "/admin/{model}/acts/?act=submit&s={catalogue/selection}",
    "change": "/admin/{model}/{pk}/change/",
    "delete": "/admin/{model}/{pk}/delete/",
    "history": "/admin/{model}/{pk}/history/",
    "restore": "/admin/{model}/{pk}/restore/?number=1",
    "submit": "/admin/{model}/{pk}/submit/",
    "put": "/admin/{model}/{pk}/files/put/",
    "get": "/admin/{model}/{pk}/files/get/",
    "remove": "/admin/{model}/{pk}/files/remove/",
    "*": "/admin/{model}/{pk}/",
}
# Django sends people to the front page for a row that they may not see, as for one that never was.
AWAY = (302, 302, 403, 302, 302, 302)
EDITORS = (302, 302, 403, 200, 200, 200)
MANAGERS = (302, 302, 403, 403, 200, 200)
SUPERUSERS = (302, 403, 403, 403, 403, 200)
NOBODY = (302, 403, 403, 403, 403, 403)
# A page that lists or adds: the stranger, who manages a workspace elsewhere, gets it for that one.
EDITORS_ANYWHERE = ADMIN_SITE
MANAGERS_ANYWHERE = (302, 200, 403, 403, 200, 200)

OBJECT = {
    "changelist": EDITORS_ANYWHERE,
    "add": EDITORS_ANYWHERE,
    "acts": (302, 404, 403, 404, 404, 404),  # the selection is the viewer's own
    "change": EDITORS,
    "delete": EDITORS,
    "history": AWAY,  # to the page of the object, for those who see it
    "restore": EDITORS,
    "submit": (302, 405, 403, 405, 405, 405),
    "*": AWAY,
}


def pages(changelist: Answers, add: Answers, change: Answers, delete: Answers, history: Answers) -> Pages:
    """Return the answers of the pages every model has, `*` included: it leads to the change page."""
    given = {"changelist": changelist, "add": add, "change": change, "delete": delete, "history": history}
    return given | {"*": AWAY}


MODELS: dict[str, Pages] = {
    "catalogue/job": OBJECT,
    "catalogue/script": OBJECT,
    "catalogue/resource": OBJECT,
    "catalogue/cdmjob": OBJECT,
    "access/project": pages(SUPERUSERS, SUPERUSERS, SUPERUSERS, SUPERUSERS, AWAY),
    "access/workspace": pages(MANAGERS_ANYWHERE, SUPERUSERS, MANAGERS, SUPERUSERS, AWAY),
    "access/membership": pages(MANAGERS_ANYWHERE, MANAGERS_ANYWHERE, MANAGERS, MANAGERS, AWAY),
    "access/accesskey": pages(SUPERUSERS, SUPERUSERS, SUPERUSERS, NOBODY, AWAY),
    "auth/user": pages(SUPERUSERS, SUPERUSERS, SUPERUSERS, NOBODY, AWAY),
    "transfer/bucket": pages(EDITORS_ANYWHERE, SUPERUSERS, EDITORS, NOBODY, NOBODY)
    | {
        "put": (302, 405, 403, 405, 405, 405),
        "get": (302, 403, 403, 302, 302, 302),
        "remove": (302, 405, 403, 405, 405, 405),
    },
    "transfer/importrun": pages(EDITORS_ANYWHERE, NOBODY, EDITORS, NOBODY, NOBODY),
    "transfer/export": pages(MANAGERS_ANYWHERE, NOBODY, MANAGERS, NOBODY, NOBODY),
    "audit/auditentry": pages(MANAGERS_ANYWHERE, NOBODY, MANAGERS, NOBODY, NOBODY),
}
for model, answers_of in MODELS.items():
    for page, answers in answers_of.items():
        path = PAGES[page].replace("{model}", model).replace("{pk}", "{" + model + "}")
        route = "admin:*" if page == "*" else f"admin:{model.replace('/', '_')}_{page}"
        ROUTES.setdefault(route, []).append(Line(path, answers))
        if page == "submit":
            ROUTES[route].append(Line(path, AWAY, "post", {"expected": "1"}))
        if page == "restore":
            ROUTES[route].append(Line(path, AWAY, "post", {"number": "1", "expected": "1"}))
