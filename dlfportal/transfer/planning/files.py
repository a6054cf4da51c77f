"""A plan as a file that people and programs review, and that is applied only as long as it is true."""

from __future__ import annotations

from typing import Any

from dlfportal.errors import BadRequest, StalePlan, gettext_noop
from dlfportal.transfer.imports.drafts import names_told
from dlfportal.transfer.imports.texts import notes_text
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.planning.states import ITEMS_A_READ

FORMAT = 1
COLUMNS = (
    *("position", "kind", "cluster", "name", "outcome", "choice", "new_name", "sha256"),
    *("revision_before", "both_changed", "mapped", "followed", "messages"),
)


class BadPlanFile(BadRequest):
    """A file that is no plan."""


def plan_document(run: ImportRun) -> dict[str, Any]:
    """Return all that a plan says, as JSON: what is done with each object, and why."""
    rows = run.items.order_by("position").values_list(*COLUMNS).iterator(ITEMS_A_READ)
    return {
        "format": FORMAT,
        "plan": run.pk,
        "digest": run.plan_digest,
        "package": run.source,
        "package_digest": run.digest,
        "workspace": run.workspace_id,
        "options": run.options,
        "mapping": run.mapping,
        "profile": run.profile,
        "rows": [_row(dict(zip(COLUMNS, values, strict=True))) for values in rows],
    }


def _row(values: dict[str, Any]) -> dict[str, Any]:
    values["notes"] = notes_text(values.pop("messages"))
    values["mapped"] = values["mapped"] or []
    return values


def plan_id_of(document: Any, workspace_id: str) -> tuple[str, str]:
    """Return the id and the digest of the plan in a file. Raises BadPlanFile."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadPlanFile(gettext_noop("The file is no plan of this portal."))
    pk, digest = document.get("plan"), document.get("digest")
    if not isinstance(pk, str) or not isinstance(digest, str) or not isinstance(document.get("rows"), list):
        raise BadPlanFile(gettext_noop("The file is no plan of this portal."))
    if document.get("workspace") != workspace_id:
        raise BadPlanFile(gettext_noop("The plan is of another workspace."))
    return pk, digest


def plan_compare(run: ImportRun, document: dict[str, Any]) -> None:
    """Raise StalePlan, with the objects, when the plan does not say any more what the file says.

    What notes say depends on the reader's language, and so is not compared.
    """
    now = plan_document(run)
    stood, stands = (_rows_by_label(one["rows"]) for one in (document, now))
    moved = [label for label in {**stands, **stood} if stood.get(label) != stands.get(label)]
    if moved:
        raise StalePlan(
            gettext_noop("The file says something else than the plan of %(names)s (%(count)s in all)."),
            names=names_told(moved, 3),
            count=len(moved),
        )
    if any(document.get(key) != now[key] for key in ("digest", "options", "mapping", "package_digest")):
        raise StalePlan(gettext_noop("The plan was changed since the file was written. Write it anew."))


def _rows_by_label(rows: list[Any]) -> dict[str, Any]:
    found = {}
    for row in rows:
        known = row if isinstance(row, dict) else {}
        label = ":".join(str(known.get(key, "")) for key in ("kind", "cluster", "name"))
        found[label] = {key: value for key, value in known.items() if key != "notes"}
    return found
