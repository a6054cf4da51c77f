"""Builders of people and objects. Names are counted, never random; objects go through the services."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import User

from dlfportal.access.models import Membership, Project, Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_create
from dlfportal.formats.kinds import Kind

PASSWORD = "correct horse battery"  # noqa: S105


def operator() -> Actor:
    """The superuser who sets the scene of a test."""
    user, _created = User.objects.get_or_create(
        username="operator", defaults={"is_superuser": True, "is_staff": True}
    )
    return Actor(user, Channel.COMMAND)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    password = factory.django.Password(PASSWORD)


class ProjectFactory(factory.django.DjangoModelFactory[Project]):
    class Meta:
        model = Project

    id = factory.Sequence(lambda n: f"{n + 1:032x}")
    name = factory.Sequence(lambda n: f"project{n}")


class WorkspaceFactory(factory.django.DjangoModelFactory[Workspace]):
    class Meta:
        model = Workspace

    id = factory.Sequence(lambda n: f"a{n:031x}")
    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"workspace{n}")


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership


class ObjectFactory(factory.Factory[CatalogueObject]):
    """Base: `workspace` and `actor` are the service's, everything else is the document."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **document: Any) -> CatalogueObject:
        workspace = document.pop("workspace")
        actor = document.pop("actor", None) or operator()
        cluster = document.pop("cluster", "")
        kind = cls._meta.model
        if kind is Kind.CDM_JOB:
            document = {"jobs": [document]}
        saved = object_create(actor=actor, workspace=workspace, kind=kind, document=document, cluster=cluster)
        return saved.object


class ScriptFactory(ObjectFactory):
    class Meta:
        model = Kind.SCRIPT

    name = factory.Sequence(lambda n: f"script_{n:05}")
    type = "DLISQL"
    content = factory.LazyAttribute(lambda script: f"SELECT '{script.name}';\n")
    directory = "/"
    configuration: dict[str, Any] = {}


class ResourceFactory(ObjectFactory):
    class Meta:
        model = Kind.RESOURCE

    name = factory.Sequence(lambda n: f"resource_{n:05}")
    type = "jar"
    location = factory.LazyAttribute(lambda resource: f"obs://libs/{resource.name}.jar")
    directory = "/"


class CdmJobFactory(ObjectFactory):
    class Meta:
        model = Kind.CDM_JOB
        rename = {
            "from_link": "from-link-name",
            "to_link": "to-link-name",
            "from_connector": "from-connector-name",
            "to_connector": "to-connector-name",
            "from_values": "from-config-values",
            "to_values": "to-config-values",
            "driver_values": "driver-config-values",
        }

    cluster = "cdm-1"
    name = factory.Sequence(lambda n: f"cdm_{n:05}")
    job_type = "NORMAL_JOB"
    from_connector = "generic-jdbc-connector"
    to_connector = "hive-connector"
    from_link = "mysql_link"
    to_link = "hive_link"
    from_values: dict[str, Any] = {"configs": []}
    to_values: dict[str, Any] = {"configs": []}
    driver_values: dict[str, Any] = {"configs": []}


class JobFactory(ObjectFactory):
    class Meta:
        model = Kind.JOB

    name = factory.Sequence(lambda n: f"job_{n:05}")
    nodes: list[dict[str, Any]] = []
    schedule = factory.LazyFunction(lambda: {"type": "EXECUTE_ONCE"})
    processType = "BATCH"
    directory = "/"


def node(
    name: str, kind: str = "DLISQL", after: list[str] | None = None, **properties: str
) -> dict[str, Any]:
    """Return a node of a job with these properties; `after` names the nodes before it."""
    return {
        "name": name,
        "type": kind,
        "location": {"x": "0", "y": "0"},
        "preNodeName": after or [],
        "properties": [{"name": key, "value": value} for key, value in properties.items()],
    }
