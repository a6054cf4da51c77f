"""What a package brings of secrets is emptied and named; what only looks like one is warned about."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from tests.cases.packages import importpackage
from tests.importing import exported

EMPTIED = {
    "dli_conf": [
        "spark.hadoop.fs.obs.access.key", "spark.hadoop.fs.obs.secret.key", "my.api.key", "auth_token",
        "spark.hadoop.javax.jdo.option.ConnectionPassword", "private_key", "password",
    ],
    "enc": ["toJobConfig.dek", "fromJobConfig.dek", "linkConfig.securityKey", "linkConfig.password"],
}  # fmt: skip


def test_secrets_are_emptied_and_named_and_texts_warned_of(workspace: Workspace) -> None:
    printed = importpackage("credentials", workspace)
    assert printed[-1].startswith("4 new")
    report = "\n".join(printed)
    with ZipFile(BytesIO(exported(workspace, "creds"))) as package:
        settings = json.loads(package.read("scripts/dli_conf.script"))["configuration"]
        (copied,) = json.loads(package.read("cdms/c1/enc.json"))["jobs"]
    assert {key for key, value in settings.items() if value == ""} == set(EMPTIED["dli_conf"])
    assert settings["spark.sql.shuffle.partitions"] == "10"
    sides = ("from-config-values", "to-config-values")
    inputs = [pair for side in sides for config in copied[side]["configs"] for pair in config["inputs"]]
    values = {pair["name"]: pair["value"] for pair in inputs}
    assert {values[name] for name in EMPTIED["enc"]} == {"Add password here"}
    assert values["toJobConfig.encryption"] == "AES-256-GCM" and values["fromJobConfig.iv"].isdigit() is False
    assert "private_key" in report and "inputs" in report
    assert "dws_srv" in report and "seems to hold a credential" in report
    recorded = AuditEntry.objects.get(object_name="dli_conf", detail__has_key="emptied")
    assert len(recorded.detail["emptied"]) == len(EMPTIED["dli_conf"])


def test_the_same_package_again_changes_nothing(workspace: Workspace) -> None:
    importpackage("credentials", workspace)
    first = exported(workspace, "creds")
    printed = importpackage("credentials", workspace, "--policy", "OVERWRITE")
    assert printed[-1].startswith("0 new, 0 changed, 4 the same")
    assert exported(workspace, "creds") == first
