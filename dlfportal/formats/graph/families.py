"""What the types of nodes do, in five families: a picture colours them so."""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    """What a node does; `OTHER` for types that are not known."""

    SQL = "sql"
    COMPUTE = "compute"
    MOVE = "move"
    CONTROL = "control"
    NOTIFY = "notify"
    OTHER = "other"


_TYPES = {
    # by wire type without spaces
    Family.SQL: "HiveSQL SparkSQL DWSSQL DLISQL RDSSQL DorisSQL ClickHouseSQL PrestoSQL FlinkSQL"
    " MRSHetuEngine",
    Family.COMPUTE: "Shell Python MRSSpark MRSSparkPython MapReduce DLISpark MRSFlink MRSFlinkJob CSJob"
    " MachineLearning ModelArtsTrain",
    Family.MOVE: "CDMJob DataMigration OneclickCDC DISStream DISTransferTask DISDump DISClient OBSManager"
    " CloudTableManager CloudTableManage ImportGES RESTAPI RestClient",
    Family.CONTROL: "Dummy DLFSubJob SubJob ForEachJob ForEach Branch Assignment Merge DataQualityMonitor"
    " OpenCloseResource",
    Family.NOTIFY: "SMN",
}
FAMILIES: dict[str, Family] = {name: family for family, names in _TYPES.items() for name in names.split()}


def short_type(node_type: str) -> str:
    """Return the type as the wire writes it: the documents also print display names with spaces."""
    return node_type.replace(" ", "")


def family_of(node_type: str) -> Family:
    """Return the family of a node's type; a type that is not known has none."""
    return FAMILIES.get(short_type(node_type), Family.OTHER)
