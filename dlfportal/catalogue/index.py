"""The index columns of a document: what lists show and search without opening it. Knows no Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from dlfportal.catalogue.search.grams import fold
from dlfportal.formats.documents import name_of
from dlfportal.formats.kinds import Kind
from dlfportal.formats.schedules import timing_of
from dlfportal.formats.shapes import items, part
from dlfportal.formats.traits import content_key, holds_credential

Document = dict[str, Any]

DIRECTORY_BYTES = 1500
LOCATION_BYTES = 1100
TAG_BYTES = 1000

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "directory": "/",
        "type": "",
        "owner": "",
        "description": "",
        "schedule": "",
        "cron": "",
        "cron_zone": "",
        "event": "",
        "runs_from": 0,
        "runs_until": 0,
        "node_count": 0,
        "tags": "",
        "location": "",
        "folded_name": "",
        "folded_description": "",
        "content_key": 0,
        "has_credential": False,
    }
)
"""Every index column, with what it holds when a kind has nothing for it."""

BESIDE = (*DEFAULTS, "size", "version_number", "state")
"""The columns beside an object's newest revision: what follows from its document and its version."""


class State(StrEnum):
    """Where an object stands between its revisions and its versions; lists sort by these words.

    `changed`: submitted, and there is a revision since. `draft`: not submitted.
    """

    CHANGED = "changed"
    DRAFT = "draft"
    SUBMITTED = "submitted"


def state_of(submitted: int | None, newest: int | None) -> State:
    """Return the state of an object by the id of its submitted revision, None without one, and its newest.

    An undo's revision stands for the one that it brings back (`undoing.originals`). Where that is the
    submitted one, the undo's is given as submitted: nothing was changed since.
    """
    if submitted is None:
        return State.DRAFT
    return State.SUBMITTED if submitted == newest else State.CHANGED


def index_of(kind: Kind, document: Document) -> dict[str, Any]:
    """Return the value of every index column, in the order of `DEFAULTS`, for a document as it is kept."""
    columns = {**DEFAULTS, **COLUMNS[kind](document)}
    columns["folded_name"] = fold(name_of(kind, document))
    columns["folded_description"] = fold(columns["description"])
    columns["content_key"] = content_key(kind, document)
    columns["has_credential"] = holds_credential(kind, document)
    return columns


def directory_of(document: Document) -> str:
    """Return the document's directory as the index keeps it: `/` or `/a/b`, no slash at the end."""
    value = document.get("directory")
    directory = value.strip("/") if isinstance(value, str) else ""
    return _text(f"/{directory}", DIRECTORY_BYTES)


def tags_of(document: Document) -> str:
    """Return a job's tags as the index keeps them, each between line breaks, so that one can be looked up."""
    tags = items(part(document, "basicConfig"), "tags")
    words = [tag.strip() for tag in tags if isinstance(tag, str)]
    return "".join(f"\n{word}" for word in words if word) + "\n" if any(words) else ""


def tag_words(tags: str) -> list[str]:
    """Return the tags that an index column holds and that can be looked up, each once, sorted.

    A longer one than a page of the database's index takes can only be searched for in the column.
    """
    return sorted({tag for tag in tags.split("\n") if is_tag_word(tag)})


def is_tag_word(tag: str) -> bool:
    """Return whether a tag is one that can be looked up, if an object has it."""
    return tag != "" and "\n" not in tag and len(tag.encode()) <= TAG_BYTES


def _text(value: Any, limit: int) -> str:
    """Return `value` cut to `limit` bytes: an index column must fit into a page of the database's index."""
    if not isinstance(value, str):
        return ""
    return value.encode()[:limit].decode(errors="ignore")


def seconds_of(moment: datetime | None) -> int:
    """Return a moment as the columns `runs_from` and `runs_until` keep it: seconds since 1970, 0 for none."""
    return 0 if moment is None else max(1, int(moment.timestamp()))


def _index_job(document: Document) -> dict[str, Any]:
    basics, timing = part(document, "basicConfig"), timing_of(document)
    return {
        "directory": directory_of(document),
        "type": _text(document.get("processType"), 64),
        "owner": _text(basics.get("owner"), 255),
        "description": _text(document.get("description") or basics.get("jobDescription"), 255),
        "schedule": _text(part(document, "schedule").get("type"), 64),
        "cron": _text(timing.expression, 255),
        "cron_zone": _text(timing.zone, 64),
        "event": _text(timing.event, 255),
        "runs_from": seconds_of(timing.start),
        "runs_until": seconds_of(timing.end),
        "node_count": len(items(document, "nodes")),
        "tags": tags_of(document),
    }


def _index_script(document: Document) -> dict[str, Any]:
    return {
        "directory": directory_of(document),
        "type": _text(document.get("type"), 64),
        "owner": _text(document.get("owner"), 255),
        "description": _text(document.get("description"), 255),
    }


def _index_resource(document: Document) -> dict[str, Any]:
    return {
        "directory": directory_of(document),
        "type": _text(document.get("type"), 64),
        "owner": _text(document.get("owner"), 255),
        "description": _text(document.get("desc"), 255),
        "location": _text(document.get("location"), LOCATION_BYTES),
    }


def _index_cdm_job(document: Document) -> dict[str, Any]:
    job = document["jobs"][0]
    return {
        "directory": "/",
        "type": _text(job.get("job_type"), 64),
        "owner": _text(job.get("creation-user"), 255),
        "description": f"{_text(job.get('from-link-name'), 120)} → {_text(job.get('to-link-name'), 120)}",
    }


COLUMNS: dict[Kind, Callable[[Document], dict[str, Any]]] = {
    Kind.JOB: _index_job,
    Kind.SCRIPT: _index_script,
    Kind.RESOURCE: _index_resource,
    Kind.CDM_JOB: _index_cdm_job,
}
