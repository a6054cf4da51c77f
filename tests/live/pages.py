"""The pages for people, each in the states it has; `tests/architecture/test_pages.py` says which are missing.

A path has `{w}` for the workspace of `tests.live.scene`, `{s}` and `{p}` for those of the sample, `{empty}`
for one without objects, and `{catalogue/job}` and the like for the id of a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page

Step = Callable[[Page], None]

EDITING = 200
"""Kilobytes of styles and scripts, as sent, that a page of the editor may have."""


class Address(NamedTuple):
    """A page and how to bring it into a state. `kilobytes` bounds its styles and scripts as sent."""

    path: str
    step: Step | None = None
    status: int = 200
    kilobytes: int = 100


def fill(form: str = "main form", **values: str) -> Step:
    """Return the step that puts `values` into the fields of a form of the page and sends it."""

    def step(page: Page) -> None:
        put = """([form, values]) => {
            const found = document.querySelector(form);
            for (const [name, value] of Object.entries(values)) found.elements[name].value = value;
            found.noValidate = true;
            found.requestSubmit();
        }"""
        with page.expect_navigation(wait_until="load"):
            page.evaluate(put, [form, values])

    return step


def press(selector: str) -> Step:
    """Return the step that presses a button which changes the page as it stands."""
    return lambda page: page.locator(selector).first.click()


def opened(selector: str, then: str) -> Step:
    """Return the step that presses what brings another part into the page, and waits for it."""

    def step(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(then).wait_for()

    return step


def shown(selector: str, answer: str) -> Step:
    """Return the step that presses a link which shows more on the page, and waits for it."""

    def step(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(answer).first.wait_for()

    return step


def sent(form: str, answer: str) -> Step:
    """Return the step that sends a form as it is, by its script, and waits for what the page then shows."""

    def step(page: Page) -> None:
        send = "form => { form.noValidate = true; form.requestSubmit(); }"
        page.locator(form).evaluate(send)
        page.locator(answer).wait_for()

    return step


def keys(*pressed: str) -> Step:
    """Return the step that presses these keys, and waits for what opens."""

    def step(page: Page) -> None:
        for key in pressed:
            page.keyboard.press(key)
        page.locator("dialog[open]").wait_for()

    return step


def without(cookie: str, then: Step) -> Step:
    """Return `then` done without a cookie of the browser, which has it again afterwards."""

    def step(page: Page) -> None:
        kept = [each for each in page.context.cookies() if each["name"] == cookie]
        page.context.clear_cookies(name=cookie)
        then(page)
        page.context.clear_cookies(name=cookie)
        page.context.add_cookies(kept)  # type: ignore[arg-type]

    return step


def overfill(form: str, kilobytes: int) -> Step:
    """Return the step that sends a form with so much more in it that it is too large."""

    def step(page: Page) -> None:
        put = """([form, size]) => {
            const more = document.createElement("input");
            Object.assign(more, { type: "hidden", name: "more", value: "x".repeat(size) });
            document.querySelector(form).append(more);
            more.form.requestSubmit();
        }"""
        with page.expect_navigation(wait_until="load"):
            page.evaluate(put, [form, kilobytes * 1024])

    return step


def again(times: int, step: Step) -> Step:
    """Return the step that does `step` so often."""
    return lambda page: [step(page) for _ in range(times)][-1]


KEYS = "form:has([name=description])"
OWN = (
    Address("/"),
    Address("/", keys("Control+k")),
    Address("/", keys("?")),
    Address("/", press(".switcher summary")),
    Address("/", press(".topbar details:not(.switcher) summary")),
    Address("/help/"),
    Address("/help/export/"),
    Address("/help/compare/"),
    Address("/help/import/"),
    Address("/help/operators/"),
    Address("/help/nothing/", status=404),
    Address("/search/?q=orders"),
    Address("/search/?q=no_such_name"),
    Address("/search/"),
    Address("/activity/"),
    Address("/activity/?who=nobody"),
    Address("/access-keys/"),
    Address("/access-keys/", fill(KEYS, description="seen by the browser")),
    Address("/access-keys/", press("details.revoke summary")),
    Address("/access-keys/", fill(KEYS, description="x" * 300), status=400),
    Address("/preferences/"),
    Address("/preferences/", without("csrftoken", fill()), status=403),
    Address("/accounts/password/"),
    Address("/accounts/password/", fill(old_password="a", new_password1="b", new_password2="c")),
    Address("/nothing/", status=404),
    Address("/?q=%00", status=400),
    Address("/preferences/theme/", status=405),
    Address("/500/"),
    Address("/503/"),
)
LANGUAGE = "form[action='/language/']"
LOGIN = "/accounts/login/"
SIGNED_OUT = (
    Address(LOGIN),
    Address(f"{LOGIN}?next=/help/", fill(username="nobody", password="none")),
    Address(LOGIN, again(6, fill(username="locked", password="none")), status=429),
    Address(LOGIN, without("csrftoken", fill(username="nobody", password="none")), status=403),
    Address(LOGIN, overfill(LANGUAGE, 70), status=413),
    Address("/?q=%00", status=400),
    Address("/nothing/", status=404),
    Address("/preferences/theme/", status=405),
)
WORKSPACE = (
    Address("/w/{s}/"),
    Address("/w/{w}/"),
    Address("/w/{empty}/"),
    Address("/w/{s}/activity/"),
    Address("/w/{w}/activity/{audit/auditentry}/"),
    Address("/w/{w}/import/"),
    Address("/w/{w}/import/?bucket=seen-packages"),
    Address("/w/{w}/import/", sent("form[data-upload]", "form[data-refused]")),
    Address("/w/{w}/imports/{transfer/plan}/plan/"),
    Address("/w/{w}/imports/{transfer/plan}/plan/?show=same"),
    Address("/w/{w}/imports/{transfer/plan}/plan/", shown("[data-plan-open]", ".plan-item")),
    Address("/w/{w}/imports/{transfer/plan}/plan/", press(".plan-rename summary")),
    Address("/w/{w}/imports/{transfer/plan}/plan/", fill("form.plan-apply", digest="0"), status=409),
    Address("/w/{w}/imports/{transfer/plan}/plan/{transfer/item}/"),
    Address("/w/{w}/imports/{transfer/givenup}/plan/"),
    Address("/w/{w}/imports/"),
    Address("/w/{empty}/imports/"),
    Address("/w/{w}/imports/{transfer/importrun}/"),
    Address("/w/{w}/imports/{transfer/importrun}/?show=same"),
    Address("/w/{w}/imports/{transfer/importrun}/undo/"),
    Address("/w/{w}/imports/{transfer/undoable}/undo/", press("[data-load-difference] summary")),
    Address("/w/{w}/imports/{transfer/undoable}/undo/", fill(digest="0"), status=409),
    Address("/w/{w}/imports/{transfer/undone}/undo/"),
    Address("/w/{w}/imports/{transfer/undo}/"),
    Address("/w/{w}/imports/{transfer/undo}/undo/"),
    Address("/w/{w}/members/"),
    Address("/w/{w}/members/", press("details.revoke summary")),
    Address("/w/{w}/members/", fill("main .panel form", username="nobody"), status=400),
    Address("/w/{w}/members/", fill("main form[action$='/role/']", role="viewer"), status=409),
    Address("/w/{empty}/members/"),
    Address("/w/{w}/settings/"),
    Address("/w/{proposing}/settings/"),
    Address("/w/{proposing}/settings/", fill("#edits form"), status=400),
    Address("/w/{proposing}/jobs/"),
    Address("/w/{proposing}/jobs/orders/"),
    Address("/w/{proposing}/jobs/orders/rename/", status=403),
    Address("/w/{second}/import/"),
    Address("/w/{second}/imports/"),
    Address("/w/{second}/imports/{second/proposed}/plan/"),
    Address("/w/{second}/imports/{second/plan}/plan/"),
    Address("/w/{second}/imports/{second/undo}/undo/"),
    Address("/w/{s}/jobs/"),
    Address("/w/{s}/jobs/", press("thead input[type=checkbox]")),
    Address("/w/{s}/jobs/?q=no_such_name"),
    Address("/w/{s}/jobs/?folder=/retail&state=draft"),
    Address("/w/{empty}/jobs/"),
    Address("/w/{s}/scripts/"),
    Address("/w/{empty}/scripts/"),
    Address("/w/{s}/resources/"),
    Address("/w/{s}/cdm-jobs/"),
    Address("/w/{s}/export/?name=myJob"),
    Address("/w/{s}/export/"),
    Address("/w/{s}/export/?folder=/retail"),
    Address("/w/{s}/export/?everything=1"),
    Address("/w/{s}/export/?everything=1", press("[data-tick]")),
    Address("/w/{w}/exports/new/?s={catalogue/selection}"),
    Address("/w/{w}/exports/folder/?s={catalogue/selection}&job=orders"),
    Address("/w/{w}/exports/split/?s={catalogue/selection}"),
    Address("/w/{w}/exports/needs/?s={catalogue/selection}"),
    Address("/w/{w}/exports/accept/?s={catalogue/selection}"),
    Address("/w/{w}/exports/"),
    Address("/w/{w}/exports/?who=nobody"),
    Address("/w/{empty}/exports/"),
    Address("/w/{w}/exports/{transfer/export}/"),
    Address("/w/{w}/jobs/?s={catalogue/selection}"),
    Address("/w/{w}/jobs/?alone=1"),
    *(
        Address(f"/w/{{w}}/acts/new/?s={{catalogue/selection}}&act={act}")
        for act in ("submit", "tag", "move", "delete")
    ),
    Address("/w/{w}/acts/new/?s={catalogue/selection}&act=tag", fill(add=""), status=400),
    Address("/w/{w}/acts/new/?s={catalogue/selection}&act=delete", fill(count="2"), status=409),
    Address("/w/{w}/acts/{transfer/bulkrun}/"),
    Address("/w/{w}/acts/{transfer/bulkfailed}/"),
    Address("/w/{w}/selections/"),
    Address("/w/{empty}/selections/"),
    Address("/w/{w}/scripts/gone_orders/", status=404),
    Address("/w/{w}/scripts/gone_orders/restore/"),
    Address("/w/{w}/scripts/gone_orders/restore/", fill(expected="9"), status=409),
    Address("/w/{w}/selections/new/?s={catalogue/selection}"),
    Address("/w/{w}/selections/new/?s={catalogue/selection}", fill(name=""), status=400),
    Address("/w/{w}/selections/{catalogue/saved}/"),
    Address("/w/{s}/export/?all=1&kind=jobs"),
    Address("/w/{s}/compare/"),
    Address("/w/{s}/compare/?with={p}"),
    Address(
        "/w/{s}/compare/?with={p}",
        opened("[data-compare-pair] >> nth=3", "[data-compare-part] .compare-pair"),
    ),
    Address("/w/{s}/compare/?with={p}&q=no_such_name"),
    Address("/w/{s}/compare/?with={s}"),
    Address("/w/{s}/compare/?with={p}@submitted&as=2020-01-01T00:00:00Z"),
    Address("/w/{s}/compare/?with=nothing", status=404),
    Address("/w/{s}/compare/?with={p}&as=yesterday", status=400),
    Address("/w/{s}/compare/pair/?with={p}&kind=job&here=ods_orders_sync&there=ods_orders_sync"),
    Address("/w/{s}/compare/pair/?with={p}&kind=job&here=ods_orders_sync&there=ods_orders_sync&view=fields"),
    Address("/w/{empty}/compare/?with={empty}"),
    Address("/w/{s}/graph/"),
    Address("/w/{s}/graph/?q=nightly_full_load"),
    Address("/w/{s}/graph/?q=a%2B%2Bb"),
    Address("/w/{w}/nothing/", status=404),
    Address("/w/{w}/jobs/?q=%00", status=400),
    Address("/w/{w}/members/role/", status=405),
)
OBJECTS = (
    Address("/w/{s}/jobs/nightly_full_load/"),
    Address("/w/{s}/jobs/nightly_full_load/?way=tidy"),
    Address("/w/{s}/jobs/nightly_full_load/?near=20&steps=2"),
    Address("/w/{s}/jobs/nightly_full_load/?tab=nodes"),
    Address("/w/{s}/jobs/nightly_full_load/revisions/1/nodes/20/"),
    Address("/w/{w}/jobs/orders/"),
    Address("/w/{w}/jobs/orders/", press("#g-cards > a")),
    *(
        Address(f"/w/{{w}}/jobs/orders/?tab={tab}")
        for tab in ("schedule", "uses", "params", "json", "history")
    ),
    Address("/w/{w}/jobs/orders/revisions/1/"),
    Address("/w/{w}/jobs/orders/compare/"),
    Address("/w/{w}/jobs/orders/compare/?from=1&to=1"),
    Address("/w/{w}/jobs/orders/export/"),
    Address("/w/{w}/jobs/orders/rename/?name=orders_2"),
    Address("/w/{w}/jobs/orders/copy/"),
    Address("/w/{w}/jobs/orders/copy/", fill(name="orders"), status=400),
    Address("/w/{w}/jobs/orders/move/"),
    Address("/w/{s}/jobs/absent/", status=404),
    Address("/w/{s}/scripts/CS_PROCESS_TRIP/"),
    Address("/w/{s}/scripts/CS_PROCESS_TRIP/?tab=uses"),
    Address("/w/{s}/scripts/CS_PROCESS_TRIP/?tab=history"),
    Address("/w/{w}/scripts/load_orders/rename/?name=orders"),
    Address("/w/{w}/resources/parser/"),
    Address("/w/{w}/cdm-jobs/copy_orders/"),
)
WRONG = {"name": "a/b", "json": '{\n "name": "a/b",\n "nodes": [1]\n}'}
JOB = "/admin/catalogue/job/{catalogue/job}"
FORMS = (
    Address("/admin/catalogue/job/add/?workspace={w}", kilobytes=EDITING),
    Address("/admin/catalogue/job/add/?workspace={w}", fill("#document-form", **WRONG), kilobytes=EDITING),
    Address(f"{JOB}/change/", kilobytes=EDITING),
    Address(f"{JOB}/change/", fill("#document-form", expected="1", owner="me"), kilobytes=EDITING),
    Address(f"{JOB}/change/", without("sessionid", fill("#document-form", owner="me")), kilobytes=EDITING),
    Address(f"{JOB}/change/", without("csrftoken", fill("#document-form", owner="me")), 403, EDITING),
    Address(f"{JOB}/history/"),
    Address(f"{JOB}/restore/?number=1"),
    Address(f"{JOB}/delete/"),
    Address("/admin/catalogue/job/{catalogue/proposed}/change/", kilobytes=EDITING),
    Address("/admin/catalogue/job/acts/?act=delete&s={catalogue/selection}"),
    Address("/admin/catalogue/script/add/?workspace={w}", kilobytes=EDITING),
    Address("/admin/catalogue/script/{catalogue/script}/change/", kilobytes=EDITING),
    Address("/admin/catalogue/script/{catalogue/script}/change/", press("[data-code=find]"), 200, EDITING),
    Address("/admin/catalogue/script/{catalogue/script}/delete/"),
    Address("/admin/catalogue/resource/add/?workspace={w}", kilobytes=EDITING),
    Address("/admin/catalogue/resource/{catalogue/resource}/change/", kilobytes=EDITING),
    Address("/admin/catalogue/cdmjob/add/?workspace={w}", kilobytes=EDITING),
    Address("/admin/catalogue/cdmjob/{catalogue/cdmjob}/change/", kilobytes=EDITING),
)
LISTED = ("catalogue/job", "catalogue/script", "catalogue/resource", "catalogue/cdmjob")
MANAGED = ("access/project", "access/workspace", "access/membership", "access/accesskey", "auth/user")
READ = ("transfer/importrun", "transfer/export", "audit/auditentry")
ADMINISTRATION = (
    Address("/admin/"),
    Address("/admin/catalogue/"),
    Address("/admin/password_change/"),
    Address("/admin/password_change/done/"),
    Address("/admin/auth/user/1/delete/", status=403),
    *(Address(f"/admin/{model}/") for model in (*LISTED, *MANAGED, *READ, "transfer/bucket")),
    Address("/admin/audit/auditentry/?q=no_such_name"),
    *(Address(f"/admin/{model}/add/", kilobytes=EDITING) for model in (*MANAGED, "transfer/bucket")),
    *(
        Address(f"/admin/{model}/add/", fill("#content-main form, main form"), kilobytes=EDITING)
        for model in MANAGED
    ),
    *(Address(f"/admin/{model}/{{{model}}}/change/", kilobytes=EDITING) for model in (*MANAGED, *READ)),
    Address("/admin/transfer/bucket/{transfer/bucket}/change/", kilobytes=EDITING),
    Address("/admin/access/membership/{access/membership}/delete/"),
    Address("/admin/access/workspace/{access/workspace}/delete/"),
    Address("/admin/access/project/{access/project}/delete/"),
)
PAGES = (*OWN, *WORKSPACE, *OBJECTS, *FORMS, *ADMINISTRATION)
