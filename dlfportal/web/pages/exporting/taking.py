"""Taking what the page of an export shows: the checks before it, and what its record keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.kinds import KINDS
from dlfportal.errors import Conflict, gettext_noop
from dlfportal.formats.layout import BATCH_PACKAGE
from dlfportal.transfer.exports.credentials import flagged_objects
from dlfportal.transfer.exports.package import Download, export_job, export_jobs
from dlfportal.transfer.exports.selection import PackageLayout
from dlfportal.transfer.exports.splitting import part_name
from dlfportal.web.pages.chosen import Chosen
from dlfportal.web.pages.exporting.asked import Asked
from dlfportal.web.pages.exporting.options import status_of
from dlfportal.web.pages.exporting.split import parts_of

REASON_CHARACTERS = 255
FLAGGED_NOTED = 200


class PartMoved(Conflict):
    """The parts of a package are others than the page showed."""


def refusal(workspace: Workspace, asked: Asked, shown: str, params: Mapping[str, str]) -> tuple[str, int]:
    """Return why the package may not be taken as the page asks for it, with a status; ("", 200) if it may.

    `shown` is the digest of the set that the page of the stored selection has now.
    """
    if params.get("digest") != shown or not asked.chosen.shown.count:
        return _("The selection has changed, and nothing was downloaded."), 409
    if asked.packing.submitted and not _any(asked.chosen):
        return _("Nothing here has a submitted version, and nothing was downloaded."), 409
    if not _is_looked_at(params) and _flagged(workspace, asked):
        text = _(
            "Say that you looked at the possible credentials, and why they may go. Nothing was downloaded."
        )
        return text, 400
    return "", 200


def _any(chosen: Chosen) -> bool:
    return any(part.exists() for part in chosen.resolved.parts())


def _is_looked_at(params: Mapping[str, str]) -> bool:
    return "looked" in params and bool(_reason(params))


def _reason(params: Mapping[str, str]) -> str:
    return params.get("reason", "").replace("\0", "").strip()[:REASON_CHARACTERS]


def _flagged(workspace: Workspace, asked: Asked) -> list[str]:
    """Return labels of the objects with a possible credential, the first of them."""
    packing = asked.packing
    rows = flagged_objects(workspace, asked.chosen.resolved, packing.depend, packing.left_out)
    found = rows.order_by("kind", "name").values_list("kind", "cluster", "name")[:FLAGGED_NOTED]
    words = {str(kind): spec.slug for kind, spec in KINDS.items()}
    return ["/".join(filter(None, [words[kind], cluster, name])) for kind, cluster, name in found]


def package_of(
    actor: Actor, workspace: Workspace, asked: Asked, selection_id: str, params: Mapping[str, str]
) -> Download:
    """Return the package that a page asks for, or the part `part` of it; its start is recorded.

    Raises PartMoved, and what `export_jobs` does.
    """
    packing = asked.packing
    how: dict[str, Any] = {
        "actor": actor,
        "workspace": workspace,
        "depend": packing.depend,
        "status": status_of(packing),
        "without": packing.left_out,
        "noted": _noted(workspace, asked, selection_id, params),
    }
    if asked.layout is PackageLayout.SINGLE:
        return export_job(name=asked.chosen.only_job, **how)
    name, resolved = BATCH_PACKAGE, asked.chosen.resolved
    if "part" in params:
        name, resolved = _part(actor, workspace, asked, params)
        how["noted"]["part"] = name
    return export_jobs(
        jobs=resolved.jobs, others=resolved.others, selection=asked.chosen.selection, name=name, **how
    )


def _part(actor: Actor, workspace: Workspace, asked: Asked, params: Mapping[str, str]) -> Any:
    """Return the name and the objects of the part that is asked for by its number and digest."""
    parts = parts_of(actor, workspace, asked)
    for number, part in enumerate(parts, 1):
        if params["part"] == f"{number}-{part.digest}":
            return part_name(number, len(parts)), part.resolved(workspace)
    raise PartMoved(gettext_noop("The parts have changed, and nothing was downloaded. Look at them again."))


def _noted(
    workspace: Workspace, asked: Asked, selection_id: str, params: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the record keeps of how a package came about, beside what was chosen and left out."""
    packing = asked.packing
    noted: dict[str, Any] = {"selection_id": selection_id}
    noted |= {name: True for name in ("sub_jobs", "awaited") if getattr(packing, name)}
    noted |= {"also": list(packing.also)} if packing.also else {}
    if asked.drafts_count:
        noted |= {"not_submitted": list(asked.drafts), "not_submitted_count": asked.drafts_count}
    if _is_looked_at(params) and (flagged := _flagged(workspace, asked)):
        noted |= {"possible_credentials": flagged, "possible_credentials_reason": _reason(params)}
    return noted
