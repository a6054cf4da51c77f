"""The addresses of objects and of the pages around them: pages and administration link to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.formats.kinds import Kind


def list_url(workspace_id: str, kind: Kind, **params: str) -> str:
    """Return the address of a list, narrowed by `params`."""
    return with_query(reverse("web:list", args=[workspace_id, kind]), params)


def week_cell_url(workspace_id: str) -> str:
    """Return the address of what one hour of the map of a workspace's week says."""
    return reverse("web:week-cell", args=[workspace_id])


def object_url(workspace_id: str, kind: Kind, name: str, cluster: str = "", number: int | None = None) -> str:
    """Return the address of an object's page, or of its revision `number`; a CDM job's says its cluster."""
    if number is None:
        path = reverse("web:object", args=[workspace_id, kind, name])
    else:
        path = reverse("web:revision", args=[workspace_id, kind, name, number])
    return with_query(path, {"cluster": cluster})


def object_json_url(workspace_id: str, kind: Kind, name: str, cluster: str, line: int) -> str:
    """Return the address of a line of an object's document on its page."""
    path = reverse("web:object", args=[workspace_id, kind, name])
    return f"{with_query(path, {'cluster': cluster, 'tab': 'json'})}#json-{line}"


def url_of(target: CatalogueObject, number: int | None = None) -> str:
    """Return the address of the page of `target`, or of its revision `number`."""
    return object_url(target.workspace_id, Kind(target.kind), target.name, target.cluster, number)


def history_url(target: CatalogueObject) -> str:
    """Return the address of the history of `target`, on its page."""
    path = reverse("web:object", args=[target.workspace_id, Kind(target.kind), target.name])
    return with_query(path, {"cluster": target.cluster, "tab": "history"})


def document_url(target: CatalogueObject, number: int | None = None) -> str:
    """Return the address that downloads the document of `target`, or of its revision `number`, as JSON."""
    path = reverse("web:document", args=[target.workspace_id, Kind(target.kind), target.name])
    return with_query(path, {"cluster": target.cluster, "revision": "" if number is None else str(number)})


def revision_document_url(workspace_id: str, kind: Kind, name: str, cluster: str, number: int) -> str:
    """Return the address that downloads the document of a revision, which had this name then."""
    path = reverse("web:document", args=[workspace_id, kind, name])
    return with_query(path, {"cluster": cluster, "revision": str(number)})


def compare_url(target: CatalogueObject, older: int | None, newer: int | None) -> str:
    """Return the address that shows what differs between two revisions of `target`; without, the last two."""
    if older is None or newer is None:
        return reverse("web:compare", args=[target.workspace_id, Kind(target.kind), target.name])
    kind = Kind(target.kind)
    return revisions_compare_url(target.workspace_id, kind, target.name, target.cluster, older, newer)


def revisions_compare_url(
    workspace_id: str, kind: Kind, name: str, cluster: str, older: int, newer: int
) -> str:
    """Return the same address for an object that is known by its name."""
    path = reverse("web:compare", args=[workspace_id, kind, name])
    return with_query(path, {"cluster": cluster, "from": str(older), "to": str(newer)})


def moving_url(page: str, target: CatalogueObject) -> str:
    """Return the address of the page that renames, copies or moves `target`."""
    path = reverse(f"web:{page}", args=[target.workspace_id, Kind(target.kind), target.name])
    return with_query(path, {"cluster": target.cluster})


def revive_url(target: CatalogueObject) -> str:
    """Return the address of the page that restores the deleted object `target`."""
    return moving_url("revive", target)


def script_text_url(target: CatalogueObject) -> str:
    """Return the address that downloads the text of the script `target`."""
    return reverse("web:script-text", args=[target.workspace_id, target.name])


def export_url(workspace_id: str, **params: str) -> str:
    """Return the address of the export of several jobs."""
    return with_query(reverse("web:export", args=[workspace_id]), params)


def selection_export_url(workspace_id: str, selection_id: str, **params: str) -> str:
    """Return the address of the page before the export of a stored selection."""
    return with_query(reverse("web:export-new", args=[workspace_id]), {"s": selection_id, **params})


def export_folder_url(workspace_id: str, selection_id: str, job: str) -> str:
    """Return the address of what one job of the package of a selection brings along."""
    path = reverse("web:export-folder", args=[workspace_id])
    return with_query(path, {"s": selection_id, "job": job})


def export_split_url(workspace_id: str, selection_id: str) -> str:
    """Return the address of the parts of the package of a selection."""
    return with_query(reverse("web:export-split", args=[workspace_id]), {"s": selection_id})


def export_needs_url(workspace_id: str, selection_id: str, **params: str) -> str:
    """Return the address of all that the target of the package of a selection must have."""
    return with_query(reverse("web:export-needs", args=[workspace_id]), {"s": selection_id, **params})


def export_needs_file_url(workspace_id: str, selection_id: str) -> str:
    """Return the address of the same as a file."""
    return with_query(reverse("web:export-needs-file", args=[workspace_id]), {"s": selection_id})


def export_accept_url(workspace_id: str, selection_id: str, **params: str) -> str:
    """Return the address of all that DataArts would say of the package of a selection."""
    return with_query(reverse("web:export-accept", args=[workspace_id]), {"s": selection_id, **params})


def export_last_url(workspace_id: str, selection_id: str) -> str:
    """Return the address that leads to the receipt of the last download of a selection."""
    return with_query(reverse("web:export-last", args=[workspace_id]), {"s": selection_id})


def exports_url(workspace_id: str, **params: str) -> str:
    """Return the address of the exports of a workspace."""
    return with_query(reverse("web:exports", args=[workspace_id]), params)


def receipt_url(workspace_id: str, export_id: str, **params: str) -> str:
    """Return the address of the receipt of an export."""
    return with_query(reverse("web:receipt", args=[workspace_id, export_id]), params)


def export_again_url(workspace_id: str, export_id: str) -> str:
    """Return the address that answers the package of an export again."""
    return reverse("web:export-again", args=[workspace_id, export_id])


def act_url(workspace_id: str, act_id: int) -> str:
    """Return the address of an act in the record of a workspace."""
    return reverse("web:act", args=[workspace_id, act_id])


def selection_act_url(workspace_id: str, selection_id: str, act: str) -> str:
    """Return the address of the page before something is done with the objects of a stored selection."""
    return with_query(reverse("web:bulk-new", args=[workspace_id]), {"s": selection_id, "act": act})


def bulk_url(workspace_id: str, run_id: str) -> str:
    """Return the address that shows how an act which a worker does is getting on."""
    return reverse("web:bulk", args=[workspace_id, run_id])


def import_url(workspace_id: str, **params: str) -> str:
    """Return the address where a package comes into a workspace."""
    return with_query(reverse("web:import", args=[workspace_id]), params)


def imports_url(workspace_id: str, **params: str) -> str:
    """Return the address of the plans and imports of a workspace."""
    return with_query(reverse("web:imports", args=[workspace_id]), params)


def import_run_url(workspace_id: str, run_id: str, **params: str) -> str:
    """Return the address that shows how an import is getting on, and what it did."""
    return with_query(reverse("web:import-run", args=[workspace_id, run_id]), params)


def import_undo_url(workspace_id: str, run_id: str) -> str:
    """Return the address that shows what undoing an import would do, and does it."""
    return reverse("web:import-undo", args=[workspace_id, run_id])


def import_plan_url(workspace_id: str, run_id: str, **params: str) -> str:
    """Return the address of the plan of an import."""
    return with_query(reverse("web:import-plan", args=[workspace_id, run_id]), params)


def import_item_url(workspace_id: str, run_id: str, position: int) -> str:
    """Return the address of what an import would change in one object."""
    return reverse("web:import-item", args=[workspace_id, run_id, position])


def selections_url(workspace_id: str) -> str:
    """Return the address of the selections that the reader keeps in a workspace."""
    return reverse("web:selections", args=[workspace_id])


def selection_save_url(workspace_id: str, selection_id: str) -> str:
    """Return the address of the form that keeps a selection under a name."""
    return with_query(reverse("web:selection-new", args=[workspace_id]), {"s": selection_id})


def saved_url(workspace_id: str, selection_id: str) -> str:
    """Return the address of the page that renames or deletes a selection which the reader keeps."""
    return reverse("web:selection", args=[workspace_id, selection_id])


def job_export_url(workspace_id: str, name: str) -> str:
    """Return the address of the export of one job."""
    return reverse("web:job-export", args=[workspace_id, name])


def comparing_url(workspace_id: str, **params: str) -> str:
    """Return the address that compares a workspace with what `with` names; without, the one to choose it."""
    return with_query(reverse("web:comparing", args=[workspace_id]), params)


def object_comparing_url(workspace_id: str, kind: Kind, name: str) -> str:
    """Return the address that compares what a workspace and another one have under a name."""
    return comparing_url(workspace_id, kind=KINDS[kind].slug, q=name, show="all")


def comparing_pair_url(workspace_id: str, params: Mapping[str, str]) -> str:
    """Return the address of what differs between two things of two sides."""
    return with_query(reverse("web:comparing-pair", args=[workspace_id]), params)


def graph_url(workspace_id: str, name: str, number: int, **params: str) -> str:
    """Return the address of the graph of a job's revision, as a file."""
    return with_query(reverse("web:graph", args=[workspace_id, name, number]), params)


def job_graph_url(workspace_id: str, query: str = "") -> str:
    """Return the address of the graph of jobs, around those that a query asks for."""
    return with_query(reverse("web:job-graph", args=[workspace_id]), {"q": query})


def job_graph_file_url(workspace_id: str, **params: str) -> str:
    """Return the address of the graph of jobs as a file."""
    return with_query(reverse("web:job-graph-file", args=[workspace_id]), params)


def node_url(workspace_id: str, name: str, number: int, index: int) -> str:
    """Return the address of what is said of one node of a job's revision."""
    return reverse("web:node", args=[workspace_id, name, number, index])


def admin_url(page: str, target: CatalogueObject) -> str:
    """Return the address of an admin page about an object: `change`, `history`, `delete`, ..."""
    return reverse(_admin_route(Kind(target.kind), page), args=[target.pk])


def restore_url(target: CatalogueObject, number: int) -> str:
    """Return the address of the page that shows what restoring a revision undoes, and restores it."""
    return with_query(admin_url("restore", target), {"number": str(number)})


def admin_add_url(kind: Kind, workspace_id: str) -> str:
    """Return the address of the admin page that makes a new object in a workspace."""
    return with_query(reverse(_admin_route(kind, "add")), {"workspace": workspace_id})


def admin_acts_url(kind: Kind, act: str, selection_ids: Sequence[str]) -> str:
    """Return the address of the admin page that leads to an act in each of several workspaces."""
    query = urlencode([("act", act), *(("s", pk) for pk in selection_ids)])
    return f"{reverse(_admin_route(kind, 'acts'))}?{query}"


def admin_list_url(kind: Kind) -> str:
    """Return the address of the admin's list of a kind, of all workspaces."""
    return reverse(_admin_route(kind, "changelist"))


def with_query(path: str, params: Mapping[str, str]) -> str:
    """Return `path` with the parameters that are not empty."""
    filled = {key: value for key, value in params.items() if value}
    return f"{path}?{urlencode(filled)}" if filled else path


def _admin_route(kind: Kind, page: str) -> str:
    """Return the route of a page of the Django admin, such as `admin:catalogue_job_change`."""
    return f"admin:catalogue_{kind.value.replace('_', '')}_{page}"
