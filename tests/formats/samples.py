"""Documents to start a test from; each call makes a new one."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def node(name: str = "first", node_type: str = "Dummy", **more: Any) -> Document:
    """A node; `properties` may be given as a dict of names and values."""
    properties = more.pop("properties", {})
    if isinstance(properties, dict):
        properties = [{"name": key, "value": value} for key, value in properties.items()]
    return {"name": name, "type": node_type, "properties": properties, **more}


def job(*nodes: Document, **more: Any) -> Document:
    """A job without a fault."""
    schedule = {"type": "EXECUTE_ONCE"}
    return {"name": "myJob", "nodes": list(nodes), "schedule": schedule, "processType": "BATCH", **more}


def cron_job(**cron: Any) -> Document:
    """A job that runs every day at 01:20."""
    timing = {"startTime": "2026-03-23T00:00:00+08", "expression": "0 20 1 * * ?", **cron}
    return job(schedule={"type": "CRON", "cron": timing})


def script(**more: Any) -> Document:
    """A script without a fault."""
    return {"name": "load", "type": "DLISQL", "content": "select 1;\r\n", "connectionName": "dli", **more}


def resource(**more: Any) -> Document:
    """A resource without a fault."""
    return {"name": "udf", "type": "jar", "location": "obs://dlf-test/udf.jar", **more}


def cdm_job(**more: Any) -> Document:
    """A CDM body without a fault."""
    inputs = [{"name": "fromJobConfig.tableName", "value": "orders"}]
    values = {"configs": [{"name": "fromJobConfig", "inputs": inputs}]}
    return {"jobs": [{"name": "mysql2hive", "job_type": "NORMAL_JOB", "from-config-values": values, **more}]}


def example_job() -> Document:
    """The job of the export example: it uses the scripts CS_PROCESS_TRIP and TRIP_RAW_STANDARD."""
    flink = {"scriptName": "CS_PROCESS_TRIP", "jobName": "cs_process", "jobType": "flink_sql_job"}
    spark = {"scriptName": "TRIP_RAW_STANDARD", "database": "trip", "queueName": "default"}
    event = {"eventType": "DIS", "channel": "dis-event", "failPolicy": "SUSPEND", "concurrent": 1}
    return job(
        node("DIS_INPUT", "DISStream", properties={"streamName": "${dis_channel}"}, preNodeName=[]),
        node("CS_PROCESS", "CSJob", properties=flink, preNodeName=["DIS_INPUT"]),
        node("DIS_EVENT", "DISStream", properties={"streamName": "dis-event"}, preNodeName=["CS_PROCESS"]),
        node("TRIP_RAW_STANDARD", "DLISQL", properties=spark, preNodeName=["DIS_EVENT"], eventTrigger=event),
        processType="REAL_TIME",
        params=[{"name": "dis_channel", "value": "dis-input", "type": "variable"}],
        resources=[],
        version="1.0",
    )


def live_job() -> Document:
    """A body as the service writes it (documents reference, section 1.9)."""
    properties = [
        {"name": "jobType", "value": "existsJob", "value_is_sensitive": False},
        {"name": "clusterName", "value": "cdm-1", "value_is_sensitive": False},
        {"name": "jobName", "value": "mysql2hive"},
        {"name": "taskWorkGroupId", "value": "-1"},
    ]
    move = {
        **{"execTimeOutRetry": "false", "failPolicy": "FAIL_CHILD", "lineageInfo": '[{"outputs":[]}]'},
        **{"location": {"x": "-207.0", "y": "-253.0"}, "maxExecutionTime": 360, "name": "move"},
        **{"pollingInterval": 20, "preNodeName": [], "properties": properties, "resouces": []},
        **{"retryInterval": 120, "retryTimes": 0, "type": "CDMJob"},
    }
    waits = {"dependFailPolicy": "FAIL", "dependPeriod": "SAME_PERIOD", "jobs": [], "sameWorkSpaceJobs": []}
    cron = {
        **{"calendarScheduling": "false", "concurrent": 1, "dependPrePeriod": False, "dependJobs": waits},
        **{"expression": "0 20 1 * * ?", "expressionTimeZone": "Asia/Shanghai", "intervalType": "days"},
        **{"isSkipSelfDepJob": "false", "monitorObsPath": False, "scanDuration": 0, "scanInterval": 0},
        "startTime": "2026-03-23T00:00:00+08",
    }
    basics = {
        **{"agency": "", "customFields": {}, "encrypt": False, "executeUser": "", "instanceTimeout": 0},
        **{"isIgnoreWaiting": 0, "jobDescription": "", "owner": "someone", "priority": 0, "tags": []},
        "taskPriority": 0,
    }
    schedule = {"type": "CRON", "requireManualConfirmBeforeExecute": False, "scheduleOffset": 1, "cron": cron}
    return {
        **{"basicConfig": basics, "cleanOverdueDays": 60, "cleanWaitingJob": "cleanup", "directory": "/a/b"},
        **{"emptyRunningJob": "0", "lastUpdateUser": "someone", "location": {"x": "705", "y": "636"}},
        **{"maskedParams": [], "name": "sync_orders", "nodes": [move], "processType": "BATCH"},
        **{"resouces": [], "runAtOnceAfterIncubate": "0", "schedule": schedule, "version": "1"},
    }
