"""Words for the values that DLF documents; a value it does not document is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.formats.kinds import Kind

SCHEDULE_TYPES: dict[str, Promise] = {"CRON": _("by time"), "EVENT": _("by event"), "EXECUTE_ONCE": _("once")}
FAIL_POLICIES: dict[str, Promise] = {
    "FAIL": _("fail"),
    "IGNORE": _("go on"),
    "SUSPEND": _("suspend"),
    "FAIL_CHILD": _("fail the nodes after it"),
    "EXIT": _("fail"),
    "CONTINUE": _("go on"),
    "EXIT_CHILD": _("fail the nodes after it"),
}
PRIORITIES: dict[Any, Promise] = {0: _("high"), 1: _("medium"), 2: _("low")}

JOB_TYPES: dict[str, Promise] = {"BATCH": _("batch"), "REAL_TIME": _("real-time")}
SCRIPT_TYPES: dict[str, str | Promise] = {
    "FlinkSQL": "Flink SQL",
    "DLISQL": "DLI SQL",
    "SparkSQL": "Spark SQL",
    "HiveSQL": "Hive SQL",
    "DWSSQL": "DWS SQL",
    "RDSSQL": "RDS SQL",
    "PRESTO": "Presto SQL",
    "ClickHouseSQL": "ClickHouse SQL",
    "HetuEngineSQL": "HetuEngine SQL",
    "ImpalaSQL": "Impala SQL",
    "PYTHON": "Python",
    "SparkPython": "Spark Python",
}
RESOURCE_TYPES: dict[str, str | Promise] = {
    "archive": _("archive"),
    "file": _("file"),
    "pyFile": _("Python file"),
}
CDM_JOB_TYPES: dict[str, Promise] = {
    "NORMAL_JOB": _("table or file"),
    "BATCH_JOB": _("whole database"),
    "SCENARIO_JOB": _("scenario"),
}
PARAM_TYPES: dict[str, Promise] = {"variable": _("variable"), "constants": _("constant")}
NODE_TYPES: dict[str, str | Promise] = {
    # proper names are the same in both languages
    "HiveSQL": "Hive SQL",
    "SparkSQL": "Spark SQL",
    "DWSSQL": "DWS SQL",
    "DLISQL": "DLI SQL",
    "RDSSQL": "RDS SQL",
    "CDMJob": _("CDM job"),
    "CloudTableManager": _("CloudTable manager"),
    "CloudTableManage": _("CloudTable manager"),
    "OBSManager": _("OBS manager"),
    "RESTAPI": _("REST call"),
    "RestClient": _("REST call"),
    "SMN": _("notification (SMN)"),
    "MRSSpark": "MRS Spark",
    "MRSSparkPython": "MRS Spark Python",
    "MapReduce": "MRS MapReduce",
    "DLISpark": "DLI Spark",
    "MRSFlink": "MRS Flink",
    "MRSFlinkJob": "MRS Flink",
    "MRSHetuEngine": "MRS HetuEngine",
    "DISTransferTask": _("DIS transfer task"),
    "DISStream": _("DIS stream"),
    "CSJob": _("Flink job (CS)"),
    "DLFSubJob": _("sub-job"),
    "ForEachJob": _("for each"),
    "DataQualityMonitor": _("data quality monitor"),
    "DataMigration": _("data migration"),
    "MachineLearning": _("machine learning"),
    "ModelArtsTrain": _("ModelArts training"),
    "Dummy": _("empty node"),
}
OBJECT_TYPES: dict[Kind, Mapping[str, str | Promise]] = {
    Kind.JOB: JOB_TYPES,
    Kind.SCRIPT: SCRIPT_TYPES,
    Kind.RESOURCE: RESOURCE_TYPES,
    Kind.CDM_JOB: CDM_JOB_TYPES,
}


def object_type(kind: Kind, wire: str) -> str:
    """Return the type of an object in the reader's words; one that DLF does not document stays as it is."""
    return str(OBJECT_TYPES[kind].get(wire, wire))


def node_type(wire: str) -> str:
    """Return the type of a node in the reader's words; display names with spaces are known too."""
    return str(NODE_TYPES.get(wire.replace(" ", ""), wire))
