"""What a browser sends to the admin's pages about objects."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import document_of
from dlfportal.links import admin_url

PEOPLE = ("admin", "workspace_admin", "developer", "viewer", "stranger")


def add_url(model: str = "job") -> str:
    return reverse(f"admin:catalogue_{model}_add")


def list_url(model: str = "job") -> str:
    return reverse(f"admin:catalogue_{model}_changelist")


def page_form(client: Client, url: str) -> Any:
    """Return the form of a page as it was rendered."""
    return client.get(url).context["document_form"]


def as_sent(form: Any) -> dict[str, str]:
    """Return what a browser sends of an untouched form: line endings become CRLF, locked fields stay out."""
    sent = {}
    for field in form:
        if field.field.disabled or field.name == "replace":
            continue
        value = field.value()
        text = "" if value is None else str(value)
        sent[field.html_name] = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return sent


def save(client: Client, target: CatalogueObject, **changed: Any) -> HttpResponse:
    """Open the change page, type `changed`, press Save."""
    url = admin_url("change", target)
    return client.post(url, as_sent(page_form(client, url)) | changed)


def document(target: CatalogueObject) -> Any:
    """Return the newest document of an object."""
    fresh = CatalogueObject.objects.get(pk=target.pk)
    assert fresh.revision
    return document_of(fresh.revision)


def revision_of(target: CatalogueObject) -> int:
    """Return the number of the newest revision."""
    fresh = CatalogueObject.objects.get(pk=target.pk)
    assert fresh.revision
    return fresh.revision.number


def told(response: HttpResponse) -> str:
    """Return the messages of a redirect, joined."""
    return " ".join(str(message) for message in response.wsgi_request._messages)  # type: ignore[attr-defined]
