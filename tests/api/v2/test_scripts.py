"""`GET /v2/{project_id}/factory/scripts`"""

from __future__ import annotations

from dlfportal.access.models import Workspace
from dlfportal.catalogue.services import version_submit
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import ScriptFactory, operator

LIST = ("factory", "scripts")


def test_a_row_has_the_fields_of_the_newer_api_and_no_content(workspace: Workspace, view2: Wire) -> None:
    script = ScriptFactory(
        workspace=workspace,
        name="清洗",
        directory="/a/",
        connectionName="dws",
        database="db",
        queueName="q",
        description="d",
        configuration={"k": 1},
    )
    version_submit(actor=operator(), target=script)
    answer = shown(view2.get(*LIST))
    modified = answer["scripts"][0].pop("modify_time")
    assert isinstance(modified, int)
    assert answer == {
        "total": 1,
        "scripts": [
            {
                "id": str(script.uid),
                "name": "清洗",
                "type": "DLISQL",
                "directory": "/a/",
                "create_user": "operator",
                "connection_name": "dws",
                "database": "db",
                "queue_name": "q",
                "configuration": {"k": 1},
                "description": "d",
                "owner": "operator",
                "version": 1,
            }
        ],
    }


def test_pages_and_names(workspace: Workspace, view2: Wire) -> None:
    """As Terraform asks: the offset counts pages."""
    for number in range(5):
        ScriptFactory(workspace=workspace, name=f"Load_{number}")
    page = shown(view2.get(*LIST, limit=2, offset=2, script_name="load"))
    assert (page["total"], [row["name"] for row in page["scripts"]]) == (5, ["Load_4"])
    assert shown(view2.get(*LIST, limit=100, offset=1))["scripts"] == []
    assert shown(view2.get(*LIST, script_name="none")) == {"total": 0, "scripts": []}
    refused(view2.get(*LIST, limit=101), "DLF.3051")


def test_strangers_see_nothing(workspace: Workspace, neighbour: Wire, outsider: Wire) -> None:
    for wire in (neighbour, outsider):
        wire.base = wire.base.replace("/v1/", "/v2/")
    refused(neighbour.get(*LIST), "DLF.0819")
    refused(outsider.get(*LIST), "APIGW.0302", status=403)
    refused(neighbour.client.get(f"{neighbour.base}/factory/scripts"), "APIGW.0301", status=401)
    for path in ("factory", "factory/scripts/", "factory/scripts/a", "scripts", "factory/jobs/a"):
        answer = neighbour.client.get(f"{neighbour.base}/{path}", headers=neighbour.headers)
        refused(answer, "APIGW.0101", status=404)
    refused(neighbour.post(*LIST), "APIGW.0101", status=404)
