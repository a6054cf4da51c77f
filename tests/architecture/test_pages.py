"""No page goes unseen: what the access matrix says a person may open, a browser looks at in the suite."""

from __future__ import annotations

import re

from django.urls import Resolver404, resolve

from tests.access_addresses import ROUTES, WIRE_SPACES
from tests.live.pages import PAGES, SIGNED_OUT

NO_PAGES = {
    # files
    "web:document",
    "web:script-text",
    "web:graph",
    "web:job-graph-file",
    "web:activity-csv",
    "web:activity-json",
    "web:import-csv",
    "web:import-json",
    "web:export-needs-file",
    # parts of pages
    "web:workspace-choices",
    "web:week-cell",
    "web:go",
    "web:activity-new",
    # what programs ask for, and Swagger's page
    "healthz",
    "projects",
    "schema",
    "api-docs",
    "admin:jsi18n",
}
OF_ONE_KIND = re.compile(r"(admin:catalogue)_\w+_(history|restore|delete)")
"""Pages of the administration that are the same template for each kind of object: one of them is seen."""


def test_a_browser_looks_at_every_page() -> None:
    seen = {_route(address.path) for address in (*PAGES, *SIGNED_OUT)}
    shown = {name for name in ROUTES if not name.startswith(WIRE_SPACES) and _is_shown(name)}
    missing = {_of_one_kind(name) for name in shown - NO_PAGES} - {_of_one_kind(name) for name in seen}
    assert missing == set(), "pages without a row in tests/live/pages.py"
    assert shown >= NO_PAGES, "what is said not to be a page is none of the routes"


def _is_shown(name: str) -> bool:
    """Whether a superuser who opens this route is given something."""
    return any(line.method == "get" and line.answers[-1] == 200 for line in ROUTES[name])


def _route(path: str) -> str:
    """Return the name of the route that a row of the table leads to; empty for an address that is none."""
    try:
        return resolve(re.sub(r"\{\w+(/\w+)?\}", "5" * 32, path.partition("?")[0])).view_name
    except Resolver404:
        return ""


def _of_one_kind(name: str) -> str:
    return OF_ONE_KIND.sub(r"\1_\2", name)
