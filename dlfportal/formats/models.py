"""What job, script, resource and CDM job documents look like (documents reference, sections 1, 4, 5, 6).

The models judge only; no document is ever written from one. Attributes have the names on the wire,
fields that DLF adds or we do not know are allowed everywhere, and a JSON null counts as absent.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, PlainValidator

from dlfportal.errors import gettext_noop
from dlfportal.formats import fields
from dlfportal.formats.fields import (
    REQUIRED,
    FailPolicy,
    Flag,
    Text,
    Whole,
    YesNoText,
    ZeroOneText,
    advise,
    choice,
    container,
    disallow,
    one_of,
    refuse,
    text_up_to,
    whole,
)
from dlfportal.formats.problems import Code

NAME_CHARACTERS = gettext_noop(
    "A name has only letters, digits, Chinese characters, hyphens, underscores and dots."
)
RESOURCE_NAME_CHARACTERS = gettext_noop(
    "The name of a resource has only letters, digits, Chinese characters, hyphens and underscores."
)
JobName = Annotated[
    Any, PlainValidator(fields.object_name(fields.LONGEST_JOB_NAME, fields.JOB_NAME, NAME_CHARACTERS))
]
ResourceName = Annotated[
    Any,
    PlainValidator(
        fields.object_name(fields.LONGEST_RESOURCE_NAME, fields.RESOURCE_NAME, RESOURCE_NAME_CHARACTERS)
    ),
]
CdmName = Annotated[Any, PlainValidator(fields.cdm_name)]

PROCESS_TYPES = ("BATCH", "REAL_TIME")
SCHEDULE_TYPES = ("EXECUTE_ONCE", "CRON", "EVENT", "EVENT_TRIGGER", "RUN_ONCE", "SCHEDULE")
# fmt: off
SCRIPT_TYPES = (
    "FlinkSQL", "DLISQL", "SparkSQL", "HiveSQL", "DWSSQL", "RDSSQL", "Shell", "PRESTO", "ClickHouseSQL",
    "HetuEngineSQL", "PYTHON", "ImpalaSQL", "SparkPython", "Spark Python",
)
# The types, of scripts and of nodes, whose text is no SQL.
SHELL_TYPES, PYTHON_TYPES = ("Shell",), ("PYTHON", "Python", "SparkPython", "Spark Python")
RESOURCE_TYPES = ("archive", "file", "jar", "pyFile")
CDM_JOB_TYPES = ("NORMAL_JOB", "BATCH_JOB", "SCENARIO_JOB")
SINGLE_NODE_TYPES = (
    "DliSQL", "DwsSQL", "HiveSQL", "SparkSQL", "RdsSQL", "DorisSQL", "ASSIGNMENT", "BRANCH", "MERGE",
    "NormalJob", "OneClick", "MrsFlink", "FlinkSQL", "FlinkJar", "DLISpark", "DataMigration",
)
NODE_TYPES = (
    "HiveSQL", "SparkSQL", "DWSSQL", "DLISQL", "RDSSQL", "Shell", "Python", "CDMJob", "CloudTableManager",
    "OBSManager", "RESTAPI", "SMN", "MRSSpark", "MRSSparkPython", "MapReduce", "DLISpark", "MRSFlink",
    "MRSFlinkJob", "MRSHetuEngine", "DISTransferTask", "DISStream", "CSJob", "DLFSubJob", "ForEachJob",
    "DataQualityMonitor", "Dummy",
)
# fmt: on


def _node_type(value: Any) -> Any:
    """A node's type: unknown ones are kept in silence, display names with spaces get a warning."""
    if value is None or value == "":
        raise advise(Code.REQUIRED_MISSING, gettext_noop("The node has no type."))
    if not isinstance(value, str):
        raise advise(Code.WRONG_TYPE, gettext_noop("This should be text."))
    short = value.replace(" ", "")
    if short != value and short in NODE_TYPES:
        raise advise(Code.SPELLING, fields.OLDER_SPELLING, old=value, new=short)
    return value


def _inputs(value: Any) -> Any:
    """CDM writes no inputs as `[]` or as `{}` (section 4.1)."""
    return [] if value == {} else value


class Model(BaseModel):
    """A part of a document."""


class DependJob(Model):
    """A job of this or another workspace that a job waits for (section 1.5)."""

    jobName: Text = None
    workSpaceId: Text = None
    workSpace: Text = None
    dependType: Text = None
    dependOnLastPeriod: Flag = None
    dependOnLastNPeriodValue: Whole = None


class DependJobs(Model):
    """The jobs that a job waits for (section 1.5)."""

    jobs: list[Text] | None = None
    dependPeriod: Annotated[Any, one_of("SAME_PERIOD", "PRE_PERIOD")] = None
    dependFailPolicy: Annotated[Any, one_of("FAIL", "IGNORE", "SUSPEND")] = None
    sameWorkSpaceJobs: list[DependJob] | None = None
    otherWorkSpaceJobs: list[DependJob] | None = None


class CronTrigger(Model):
    """When a node of a real-time job runs (section 1.4)."""

    startTime: Text = None
    endTime: Text = None
    expression: Annotated[Any, PlainValidator(fields.cron_expression)] = REQUIRED
    expressionTimeZone: Text = None
    dependPrePeriod: Flag = None
    dependJobs: DependJobs | None = None
    period: Text = None
    concurrent: Whole = None


class Cron(CronTrigger):
    """When a job runs (section 1.4)."""

    intervalType: Annotated[
        Any, one_of("minutes", "hours", "days", "weeks", "months", "seasons", "years")
    ] = None
    calendarScheduling: YesNoText = None
    isSkipSelfDepJob: YesNoText = None
    monitorObsPath: Flag = None
    scanDuration: Whole = None
    scanInterval: Whole = None


class Event(Model):
    """The stream or bucket whose news start a job or node (section 1.5)."""

    eventType: Annotated[Any, one_of("KAFKA", "DIS", "OBS")] = None
    channel: Text = None
    failPolicy: Annotated[Any, one_of("SUSPEND", "IGNORE")] = None
    concurrent: Annotated[Any, whole(1, 128)] = None
    readPolicy: Annotated[Any, one_of("LAST", "NEW")] = None


class Schedule(Model):
    """How a job starts (section 1.3)."""

    type: Annotated[Any, choice(Code.SCHEDULE_MISSING, Code.SCHEDULE_INVALID, SCHEDULE_TYPES)] = REQUIRED
    cron: Cron | None = None
    event: Event | None = None
    requireManualConfirmBeforeExecute: Flag = None
    scheduleOffset: Whole = None


class Condition(Model):
    """Under which condition a node follows another (section 1.2)."""

    preNodeName: Text = None
    expression: Text = None


class Property(Model):
    """One setting of a node; values of known properties are texts, but structures occur (section 2)."""

    name: Text = None


class Node(Model):
    """One step of a job (section 1.2)."""

    name: Annotated[Any, PlainValidator(fields.node_name)] = REQUIRED
    type: Annotated[Any, PlainValidator(_node_type)] = REQUIRED
    location: Annotated[Any, PlainValidator(fields.point)] = None
    preNodeName: list[Any] | None = None
    conditions: list[Condition] | None = None
    properties: list[Property] | None = None
    pollingInterval: Annotated[Any, whole(1, 60)] = None
    maxExecutionTime: Annotated[Any, whole(5, 1440)] = None
    retryTimes: Annotated[Any, whole(0, 5)] = None
    retryInterval: Annotated[Any, whole(5, 120)] = None
    failPolicy: FailPolicy = None
    eventTrigger: Event | None = None
    cronTrigger: CronTrigger | None = None
    execTimeOutRetry: YesNoText = None
    lineageInfo: Text = None


class Param(Model):
    """A parameter of a job (section 1.6)."""

    name: Annotated[Any, PlainValidator(fields.param_name)] = REQUIRED
    value: Annotated[Any, text_up_to(1024)] = None
    type: Annotated[Any, one_of("variable", "constants", "procedure")] = None


class BasicConfig(Model):
    """Owner, priority and the like (section 1.7); `tags` may be a list or an empty object."""

    owner: Annotated[Any, text_up_to(128)] = None
    priority: Annotated[Any, whole(0, 2)] = None
    executeUser: Text = None
    instanceTimeout: Annotated[Any, whole(5, 1440, also=0)] = None
    customFields: Annotated[Any, PlainValidator(fields.custom_fields)] = None
    agency: Text = None
    isIgnoreWaiting: Annotated[Any, whole(0, 1)] = None
    taskPriority: Annotated[Any, whole(0, 2)] = None
    encrypt: Flag = None
    jobDescription: Text = None


class Job(Model):
    """The create-job body, which a `.job` file holds (section 1.1); `processType` is in the rules.

    The real service takes a job without nodes, whatever the tables say.
    """

    name: JobName = REQUIRED
    nodes: Annotated[list[Node], container(list, "nodes", (advise, Code.REQUIRED_MISSING), Code.INVALID)] = (
        REQUIRED
    )
    schedule: Annotated[
        Schedule, container(dict, "schedule", (disallow, Code.SCHEDULE_MISSING), Code.SCHEDULE_INVALID)
    ] = REQUIRED
    params: list[Param] | None = None
    directory: Annotated[Any, fields.directory(64)] = None
    basicConfig: BasicConfig | None = None
    logPath: Text = None
    lastUpdateUser: Text = None
    description: Annotated[Any, fields.description()] = None
    singleNodeJobFlag: Flag = None
    singleNodeJobType: Annotated[Any, one_of(*SINGLE_NODE_TYPES)] = None
    cleanOverdueDays: Whole = None
    cleanWaitingJob: Text = None
    emptyRunningJob: ZeroOneText = None
    version: Text = None


class Script(Model):
    """The create-script body, which a `.script` file holds (section 5)."""

    name: JobName = REQUIRED
    type: Annotated[Any, fields.script_type(SCRIPT_TYPES)] = REQUIRED
    content: Annotated[Any, PlainValidator(fields.content)] = REQUIRED
    directory: Annotated[Any, fields.directory(64)] = None
    connectionName: Text = None
    database: Text = None
    queueName: Text = None
    configuration: Annotated[Any, PlainValidator(fields.configuration)] = None
    description: Annotated[Any, fields.description(255)] = None


class ResourceFile(Model):
    """A further file of a resource (section 6)."""

    type: Text = None
    location: Text = None


class Resource(Model):
    """The create-resource body, which a `.resource` file holds (section 6)."""

    name: ResourceName = REQUIRED
    type: Annotated[Any, choice(Code.TYPE_MISSING, Code.TYPE_INVALID, RESOURCE_TYPES)] = REQUIRED
    location: Annotated[Any, PlainValidator(fields.location)] = REQUIRED
    dependFiles: list[Text] | None = None
    dependPackages: list[ResourceFile] | None = None
    depend_packages: list[ResourceFile] | None = None
    desc: Annotated[Any, fields.description(255)] = None
    directory: Annotated[Any, fields.directory(32)] = None


class CdmInput(Model):
    """One setting of a CDM job, named `throttlingConfig.numExtractors` and the like (section 4.1)."""

    name: Text = None


class CdmConfig(Model):
    """A group of settings of a CDM job."""

    name: Text = None
    inputs: Annotated[list[CdmInput] | None, BeforeValidator(_inputs)] = None


class CdmConfigValues(Model):
    """The settings of one side of a CDM job."""

    configs: list[CdmConfig] | None = None


class CdmJob(Model):
    """One CDM job (section 4.1)."""

    name: CdmName = REQUIRED
    job_type: Annotated[Any, one_of("NORMAL_JOB", "BATCH_JOB", "SCENARIO_JOB")] = None
    from_connector: Text = Field(default=None, alias="from-connector-name")
    to_connector: Text = Field(default=None, alias="to-connector-name")
    from_link: Text = Field(default=None, alias="from-link-name")
    to_link: Text = Field(default=None, alias="to-link-name")
    from_values: CdmConfigValues | None = Field(default=None, alias="from-config-values")
    to_values: CdmConfigValues | None = Field(default=None, alias="to-config-values")
    driver_values: CdmConfigValues | None = Field(default=None, alias="driver-config-values")


class CdmBody(Model):
    """The create body of CDM: a list that holds exactly one job (section 4.1; the count is in the rules)."""

    jobs: Annotated[list[CdmJob], container(list, "jobs", (refuse, Code.REQUIRED_MISSING), Code.INVALID)] = (
        REQUIRED
    )
