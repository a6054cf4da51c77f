"""Words for the settings of CDM jobs, which the wire names `fromJobConfig.tableName`.

A name means the same in the groups of both ends. What is not known here is shown as the wire has it.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, Promise] = {
    "fromJobConfig": _("Where it reads"),
    "toJobConfig": _("Where it writes"),
    "jarConfig": _("Program"),
    "throttlingConfig": _("Concurrency and dirty data"),
    "schedulerConfig": _("Scheduled runs"),
    "groupJobConfig": _("Job group"),
    "retryJobConfig": _("Retry after a failure"),
    "transformConfig": _("Field conversion"),
    "smnConfig": _("Notification"),
}
SETTINGS: dict[str, Promise] = {
    "allowNullValueInPartitionColumn": _("Partition column may be null"),
    "bucketName": _("Bucket"),
    "bulkSize": _("Rows a batch"),
    "columnList": _("Column list"),
    "cycle": _("Repetition period"),
    "cycleType": _("Unit of the period"),
    "customHierarchy": _("Own directory levels"),
    "database": _("Database"),
    "dirtyDataDirectory": _("Directory of dirty data"),
    "disposableType": _("Delete after the run"),
    "duplicateFileOpType": _("Files that are there already"),
    "encodeType": _("Encoding"),
    "encryption": _("Encryption"),
    "fieldSeparator": _("Field separator"),
    "fileFilter": _("File filter"),
    "filterType": _("Filter type"),
    "firstRowAsHeader": _("First line is a header"),
    "groupId": _("Job group"),
    "incrMigration": _("Incremental extraction"),
    "index": _("Index"),
    "inputDirectory": _("Source directory or file"),
    "inputFormat": _("File format"),
    "isSchedulerJob": _("Runs by schedule"),
    "lineSeparator": _("Line separator"),
    "markerFile": _("Marker file"),
    "maxDirtyRecords": _("Dirty records at most"),
    "numExtractors": _("Concurrent extractors"),
    "numLoaders": _("Concurrent loaders"),
    "obsBucket": _("OBS bucket"),
    "outputDirectory": _("Target directory"),
    "outputFormat": _("File format"),
    "partitionColumn": _("Partition column"),
    "partitionValues": _("Partitions"),
    "pipeLine": _("Pipeline"),
    "pathFilter": _("Path filter"),
    "primaryKey": _("Primary key"),
    "recordDirtyData": _("Keep dirty data"),
    "retryJobType": _("Retry"),
    "runAt": _("Runs at"),
    "schemaName": _("Schema or tablespace"),
    "shouldClearTable": _("Clear before writing"),
    "sql": _("SQL statement"),
    "startDate": _("Begins"),
    "stopDate": _("Ends"),
    "submitToCluster": _("Submit to the cluster"),
    "successFile": _("File that marks success"),
    "table": _("Table name"),
    "tableName": _("Table name"),
    "tablePreparation": _("Table creation"),
    "type": _("Type"),
    "useSql": _("Use an SQL statement"),
    "waitTime": _("Waiting time"),
    "whereClause": _("WHERE clause"),
    "writeToLink": _("Link that takes dirty data"),
    "writeToTempFile": _("Write to a temporary file"),
}


def group_word(name: str) -> str:
    """Return a group of settings in the reader's words, "" for one that is not known."""
    return str(GROUPS.get(name, ""))


def setting_word(name: str) -> str:
    """Return a setting in the reader's words, "" for one that is not known; a group need not be in front."""
    group, _dot, setting = name.rpartition(".")
    return str(SETTINGS.get(setting, "")) if not group or group in GROUPS else ""
