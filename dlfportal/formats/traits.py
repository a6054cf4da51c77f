"""Two traits of a document that the health of a workspace asks for: what it does, and a credential in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code, Finding
from dlfportal.formats.rules import node_credentials, params, script_credentials
from dlfportal.formats.shapes import items, objects

Document = dict[str, Any]

KEY_BYTES = 8
CDM_CONTENT = (
    "from-link-name",
    "from-config-values",
    "to-link-name",
    "to-config-values",
    "driver-config-values",
)
CREDENTIAL_RULES: dict[Kind, tuple[Callable[[Document], Iterator[Finding]], ...]] = {
    Kind.JOB: (params, node_credentials),
    Kind.SCRIPT: (script_credentials,),
}


def holds_credential(kind: Kind, document: Document) -> bool:
    """Return whether some text of a document looks like a credential, as `judge` warns of it."""
    rules = CREDENTIAL_RULES.get(kind, ())
    return any(finding.code is Code.CREDENTIAL for rule in rules for finding in rule(document))


def content_key(kind: Kind, document: Document) -> int:
    """Return a number that documents of a kind share when they do the same, whatever they are called.

    What a job does is its nodes, wherever they are drawn; a script its text and type; a resource
    where its file is; a CDM job what it moves from where to where. It is 0 for what does nothing yet.
    """
    content = CONTENTS[kind](document)
    if not content:
        return 0
    digest = hashlib.sha256(json.dumps(content).encode()).digest()
    return int.from_bytes(digest[:KEY_BYTES]) >> 1 or 1  # databases have no unsigned number


def _of_job(document: Document) -> Any:
    nodes = objects(document, "nodes")
    return [{key: value for key, value in node.items() if key != "location"} for _place, node in nodes]


def _of_script(document: Document) -> Any:
    content = document.get("content")
    return [document.get("type"), content] if isinstance(content, str) and content.strip() else None


def _of_resource(document: Document) -> Any:
    location = document.get("location")
    return location if isinstance(location, str) else None


def _of_cdm_job(document: Document) -> Any:
    for job in items(document, "jobs"):
        if isinstance(job, dict):
            return {key: job[key] for key in CDM_CONTENT if job.get(key)}
    return None


CONTENTS: dict[Kind, Callable[[Document], Any]] = {
    Kind.JOB: _of_job,
    Kind.SCRIPT: _of_script,
    Kind.RESOURCE: _of_resource,
    Kind.CDM_JOB: _of_cdm_job,
}
