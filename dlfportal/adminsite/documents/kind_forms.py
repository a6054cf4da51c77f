"""The forms of the four kinds: which values of a document have a field of their own."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dlfportal.adminsite.documents.fields import (
    ChoiceValue,
    LinesValue,
    NumberChoiceValue,
    TextValue,
    script_area,
)
from dlfportal.adminsite.documents.forms import Document, DocumentForm
from dlfportal.formats.kinds import Kind
from dlfportal.formats.models import (
    CDM_JOB_TYPES,
    PROCESS_TYPES,
    RESOURCE_TYPES,
    SCHEDULE_TYPES,
    SCRIPT_TYPES,
)
from dlfportal.formats.problems import JsonPath

DIRECTORY_HELP = _("For example /sales/daily; / is the top.")
MOMENT_HELP = _("For example 2026-03-23T00:00:00+08.")


class JobForm(DocumentForm):
    """Own fields of a job: identity, responsibility and schedule; nodes and parameters are in the JSON."""

    kind = Kind.JOB
    paths = {
        "name": ("name",),
        "process_type": ("processType",),
        "directory": ("directory",),
        "description": ("description",),
        "owner": ("basicConfig", "owner"),
        "priority": ("basicConfig", "priority"),
        "execute_user": ("basicConfig", "executeUser"),
        "schedule_type": ("schedule", "type"),
        "expression": ("schedule", "cron", "expression"),
        "time_zone": ("schedule", "cron", "expressionTimeZone"),
        "start_time": ("schedule", "cron", "startTime"),
        "end_time": ("schedule", "cron", "endTime"),
    }
    emptied_means_absent = frozenset({"priority", "expression", "time_zone", "start_time", "end_time"})
    fieldsets = (
        (_("General"), [("name", "process_type"), "directory", "description"]),
        (_("Responsible"), [("owner", "execute_user", "priority")]),
        (
            _("Schedule"),
            [("schedule_type", "expression", "time_zone"), ("start_time", "end_time")],
        ),
    )
    starting = {
        "name": "",
        "directory": "/",
        "processType": "BATCH",
        "nodes": [],
        "schedule": {"type": "EXECUTE_ONCE"},
        "params": [],
        "basicConfig": {"owner": "", "priority": 0, "executeUser": ""},
    }

    @classmethod
    def places_in(cls, document: Document) -> Mapping[str, JsonPath]:
        """Return where the values stand; of the two places of a description, the one that there is."""
        basics = document.get("basicConfig")
        if document.get("description") or not isinstance(basics, dict) or "jobDescription" not in basics:
            return cls.paths
        if "description" in document and not basics["jobDescription"]:
            return cls.paths
        return {**cls.paths, "description": ("basicConfig", "jobDescription")}

    name = TextValue(label=_("Name"))
    process_type = ChoiceValue(PROCESS_TYPES, label=_("Type"))
    directory = TextValue(label=_("Directory"), help_text=DIRECTORY_HELP)
    description = LinesValue(label=_("Description"))
    owner = TextValue(label=_("Owner"))
    priority = NumberChoiceValue({0: _("0 (high)"), 1: _("1 (medium)"), 2: _("2 (low)")}, label=_("Priority"))
    execute_user = TextValue(label=_("Executing user"))
    schedule_type = ChoiceValue(SCHEDULE_TYPES, label=_("Schedule type"))
    expression = TextValue(
        label=_("Cron expression"), help_text=_("Second, minute, hour, day, month, week: 0 20 1 * * ?")
    )
    time_zone = TextValue(label=_("Time zone"), help_text=_("For example Asia/Shanghai or GMT+8."))
    start_time = TextValue(label=_("Start"), help_text=MOMENT_HELP)
    end_time = TextValue(label=_("End"), help_text=_("Empty: no end."))


class ScriptForm(DocumentForm):
    """Own fields of a script; `configuration` is in the JSON."""

    kind = Kind.SCRIPT
    paths = {
        "name": ("name",),
        "type": ("type",),
        "directory": ("directory",),
        "description": ("description",),
        "connection_name": ("connectionName",),
        "database": ("database",),
        "queue_name": ("queueName",),
        "content": ("content",),
    }
    fieldsets = (
        (_("General"), [("name", "type"), "directory", "description"]),
        (_("Runs on"), [("connection_name", "database", "queue_name")]),
        (_("Content"), ["content"]),
    )
    starting = {
        "name": "",
        "type": "DLISQL",
        "content": "",
        "directory": "/",
        "connectionName": "",
        "database": "",
        "queueName": "",
        "configuration": {},
    }

    name = TextValue(label=_("Name"))
    type = ChoiceValue(SCRIPT_TYPES, label=_("Type"))
    directory = TextValue(label=_("Directory"), help_text=DIRECTORY_HELP)
    description = LinesValue(label=_("Description"))
    connection_name = TextValue(label=_("Connection"))
    database = TextValue(label=_("Database"))
    queue_name = TextValue(label=_("Queue"))
    content = LinesValue(label=_("Content"), widget=script_area("type", rows=24))


class ResourceForm(DocumentForm):
    """Own fields of a resource; the files it depends on are in the JSON."""

    kind = Kind.RESOURCE
    paths = {
        "name": ("name",),
        "type": ("type",),
        "location": ("location",),
        "directory": ("directory",),
        "description": ("desc",),
    }
    fieldsets = ((_("General"), [("name", "type"), "location", "directory", "description"]),)
    starting = {
        "name": "",
        "type": "jar",
        "location": "",
        "dependPackages": [],
        "directory": "/",
        "desc": "",
    }

    name = TextValue(label=_("Name"))
    type = ChoiceValue(RESOURCE_TYPES, label=_("Type"))
    location = TextValue(label=_("Location"), help_text=_("A path that starts with obs:// or hdfs://."))
    directory = TextValue(label=_("Directory"), help_text=DIRECTORY_HELP)
    description = LinesValue(label=_("Description"))


class CdmJobForm(DocumentForm):
    """Own fields of a CDM job. Its cluster belongs to the object, not to the document."""

    kind = Kind.CDM_JOB
    paths = {
        "name": ("jobs", 0, "name"),
        "type": ("jobs", 0, "job_type"),
        "from_link": ("jobs", 0, "from-link-name"),
        "from_connector": ("jobs", 0, "from-connector-name"),
        "to_link": ("jobs", 0, "to-link-name"),
        "to_connector": ("jobs", 0, "to-connector-name"),
    }
    fieldsets = (
        (_("General"), ["cluster", ("name", "type")]),
        (_("From and to"), [("from_link", "from_connector"), ("to_link", "to_connector")]),
    )
    starting = {
        "jobs": [
            {
                "name": "",
                "job_type": "NORMAL_JOB",
                "from-connector-name": "",
                "to-connector-name": "",
                "from-link-name": "",
                "to-link-name": "",
                "from-config-values": {"configs": []},
                "to-config-values": {"configs": []},
                "driver-config-values": {"configs": []},
            }
        ]
    }

    cluster = TextValue(label=_("Cluster"), help_text=_("The CDM cluster the job belongs to."))
    name = TextValue(label=_("Name"))
    type = ChoiceValue(CDM_JOB_TYPES, label=_("Type"))
    from_link = TextValue(label=_("From link"))
    from_connector = TextValue(label=_("From connector"))
    to_link = TextValue(label=_("To link"))
    to_connector = TextValue(label=_("To connector"))
