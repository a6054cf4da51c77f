"""Every list of the admin keeps to the indexes, however narrowed, sorted and searched: SQLite plans it so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from dlfportal.access.models import Role, Workspace
from dlfportal.transfer.exports.package import export_job
from tests.factories import (
    CdmJobFactory,
    JobFactory,
    MembershipFactory,
    ResourceFactory,
    ScriptFactory,
    UserFactory,
    WorkspaceFactory,
    operator,
)
from tests.importing import imported, job, pack
from tests.plans import growing_queries

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan"),
]

GROWING = {
    "catalogue_catalogueobject", "catalogue_revision", "catalogue_version", "catalogue_content",
    "catalogue_reference", "catalogue_deletion", "catalogue_keptcount", "audit_auditentry",
    "transfer_export", "transfer_importrun", "transfer_importitem",
}  # fmt: skip
"""The tables that grow as the portal is used."""

SEARCHES = ("a", "admin", "package.export", "no such thing")


@pytest.fixture
def several(workspace: Workspace, other_workspace: Workspace) -> User:
    """An admin of two workspaces, in which there is something of everything."""
    user = UserFactory(username="several")
    for place in (workspace, other_workspace):
        MembershipFactory(user=user, workspace=place, role=Role.ADMIN)
        for factory in (JobFactory, ScriptFactory, ResourceFactory, CdmJobFactory):
            factory(workspace=place, name="a")
        JobFactory(workspace=place, name="b", basicConfig={"owner": "rose"})
        export_job(actor=operator(), workspace=place, name="a").stream.close()
        imported(place, pack(job()))
    return user


def shown(user: User, model: Any, query: str) -> ChangeList:
    """Return a list as its page has it, with its rows read."""
    request = RequestFactory().get(f"/{query}")
    request.user = user
    page = django_admin.site.get_model_admin(model).get_changelist_instance(request)
    list(page.result_list)
    return page


def addresses(user: User, model: Any) -> Iterator[str]:
    """Yield the queries that a list links to: filters and orders, alone and in a workspace; and searches."""
    for within in ("", f"?workspace={'a' * 32}"):
        page = shown(user, model, within)
        yield within
        for spec in page.filter_specs:
            yield from (choice["query_string"] for choice in spec.choices(page))
        for number, name in enumerate(page.list_display):
            if name in (page.sortable_by or ()):
                yield from (page.get_query_string({"o": way}) for way in (f"{number}", f"-{number}"))
                ends = [list(spec.choices(page))[-1]["query_string"] for spec in page.filter_specs]
                yield from (f"{end}&o=-{number}" for end in ends)
        if page.search_fields:
            yield from (page.get_query_string({"q": text}) for text in SEARCHES)
        if not any(getattr(spec, "parameter_name", "") == "workspace" for spec in page.filter_specs):
            return


@pytest.mark.parametrize("person", ["admin", "several"])
def test_no_list_reads_or_sorts_a_whole_table(
    person: str, admin: User, several: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("bounded", "changelist"):  # so that what is there is many
        monkeypatch.setattr(f"dlfportal.adminsite.{module}.ROWS_AT_MOST", 1)
    user = {"admin": admin, "several": several}[person]
    found = {
        (model.__name__, query): queries
        for model in django_admin.site._registry
        for query in sorted(set(addresses(user, model)))
        if (queries := growing_queries(lambda model=model, query=query: shown(user, model, query), GROWING))
    }
    assert not found


def test_asking_whether_to_delete_a_workspace_reads_no_whole_table(
    client_for: Callable[[User], Client], admin: User, several: User
) -> None:
    empty = reverse("admin:access_workspace_delete", args=[WorkspaceFactory().pk])
    client = client_for(admin)
    assert not growing_queries(lambda: client.get(empty), GROWING)
