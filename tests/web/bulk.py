"""Doing something with many objects, as a browser does it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from tests.web.pages import address


def look(browser: Client, workspace: Workspace, act: str, **ticked: Any) -> Any:
    """Tick objects in a list, press the button of an act, and return the answer of its page."""
    answer = browser.post(address(workspace, "acts/"), {"act": act, **ticked})
    assert answer.status_code == 302, answer.status_code
    return browser.get(answer["Location"])


def send(browser: Client, page: Any, **fields: str) -> HttpResponse:
    """Send the form of the page of an act."""
    form = {"s": page.chosen.selection_id, "act": page.verb, "digest": page.chosen.shown.digest}
    return browser.post(page.url, {**form, "count": str(page.chosen.shown.count), **fields})  # type: ignore[return-value]


def do(browser: Client, workspace: Workspace, act: str, fields: dict[str, str], **ticked: Any) -> str:
    """Do an act that must succeed, and return what the portal says of it."""
    answer = send(browser, look(browser, workspace, act, **ticked).context["page"], **fields)
    assert answer.status_code == 302, answer.content.decode()
    return " ".join(str(one) for one in browser.get(answer["Location"]).context["messages"])


def act_of(action: str) -> AuditEntry:
    """Return the one act of this action in the record."""
    return AuditEntry.objects.get(action=action, part_of=None)
