"""What an import may be told: policy, values of parameters, user, cloud resources, target status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from dlfportal.errors import BadRequest, gettext_noop

Choice = TypeVar("Choice", bound=StrEnum)


class Policy(StrEnum):
    """What happens to an object whose name is taken in the workspace."""

    SKIP = "SKIP"
    OVERWRITE = "OVERWRITE"


class TargetStatus(StrEnum):
    """How far an imported object goes: SAVED submits no version, the others do."""

    SAVED = "SAVED"
    SUBMITTED = "SUBMITTED"
    PRODUCTION = "PRODUCTION"


class ResourceType(StrEnum):
    """The cloud resources that an import can rename (reference: wire API, section 2.8)."""

    DWS_CONNECTION = "DWS_CONNECTION"
    DIS_STREAM = "DIS_STREAM"
    CDM_CLUSTER = "CDM_CLUSTER"
    MRS_CLUSTER = "MRS_CLUSTER"
    MRS_HIVE_CONNECTION = "MRS_HIVE_CONNECTION"
    MRS_SPARK_CONNECTION = "MRS_SPARK_CONNECTION"
    GES_GRAPH = "GES_GRAPH"
    ROMA_INSTANCE = "ROMA_INSTANCE"
    TICS_INSTANCE = "TICS_INSTANCE"
    DRS_TASK = "DRS_TASK"


Replacements = dict[tuple[ResourceType, str], str]
"""(type, name in the package) -> name in this workspace."""

Values = Mapping[str, str]


class Wish(NamedTuple):
    """One thing that an option asks for: the option's name on the wire, and what it is about."""

    option: str
    name: str


def replacement_wish(kind: ResourceType, name: str) -> Wish:
    """Return the wish that the cloud resource `name` be renamed."""
    return Wish("resources", f"{kind} {name}")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of one import; the defaults are the wire's.

    `params` are for every job, `job_params` for the job of that name, which wins.
    """

    policy: Policy = Policy.SKIP
    params: Values = field(default_factory=dict)
    job_params: Mapping[str, Values] = field(default_factory=dict)
    execute_user: str = ""
    target_status: TargetStatus = TargetStatus.SUBMITTED
    resources: Replacements = field(default_factory=dict)

    @property
    def adapts(self) -> bool:
        """Whether documents are changed at all."""
        return bool(self.params or self.job_params or self.execute_user or self.resources)

    @property
    def wishes(self) -> set[Wish]:
        """What the options ask for that a package may have no place for."""
        return {
            *(Wish("params", name) for name in self.params),
            *(Wish("jobsParam", name) for name in self.job_params),
            *(replacement_wish(kind, name) for kind, name in self.resources),
        }


def options_read(body: Mapping[str, Any]) -> ImportOptions:
    """Return the options in the body of a wire request, which is also how they are kept.

    Raises BadRequest for the wrong type or an unknown choice; unknown fields are ignored.
    """
    return ImportOptions(
        policy=_choice(Policy, body, "sameNamePolicy", Policy.SKIP),
        params=_values(body.get("params"), "params"),
        job_params=_job_params(body.get("jobsParam")),
        execute_user=_text(body.get("executeUser") or "", "executeUser"),
        target_status=_choice(TargetStatus, body, "targetStatus", TargetStatus.SUBMITTED),
        resources=_replacements(body.get("resources")),
    )


def options_write(options: ImportOptions) -> dict[str, Any]:
    """Return the options as `options_read` takes them."""
    return {
        "sameNamePolicy": options.policy.value,
        "params": dict(options.params),
        "jobsParam": [{"name": name, "params": dict(values)} for name, values in options.job_params.items()],
        "executeUser": options.execute_user,
        "targetStatus": options.target_status.value,
        "resources": [
            {"type": kind.value, "name": name, "replace": new}
            for (kind, name), new in options.resources.items()
        ],
    }


def options_told(options: ImportOptions) -> dict[str, Any]:
    """Return the options as the record keeps them: parameters by name only, their values may be secret."""
    return {
        **options_write(options),
        "params": sorted(options.params),
        "jobsParam": {name: sorted(values) for name, values in options.job_params.items()},
    }


def _choice(kind: type[Choice], body: Mapping[str, Any], key: str, default: Choice | None) -> Choice:
    value = body.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or value not in list(kind):
        choices = ", ".join(kind)
        raise BadRequest(gettext_noop("%(field)s must be one of %(choices)s."), field=key, choices=choices)
    return kind(value)


def _values(value: Any, where: str) -> Values:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise BadRequest(gettext_noop("%(field)s must be an object whose values are text."), field=where)
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise BadRequest(gettext_noop("%(field)s must be text."), field=where)
    return value


def _objects(value: Any, where: str) -> Sequence[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise BadRequest(gettext_noop("%(field)s must be a list of objects."), field=where)
    return value


def _job_params(value: Any) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for place, item in enumerate(_objects(value, "jobsParam")):
        name = _text(item.get("name"), f"jobsParam[{place}].name")
        found[name] = {**found.get(name, {}), **_values(item.get("params"), f"jobsParam[{place}].params")}
    return found


def _replacements(value: Any) -> Replacements:
    found: Replacements = {}
    for place, item in enumerate(_objects(value, "resources")):
        kind = _choice(ResourceType, item, "type", None)
        name = _text(item.get("name"), f"resources[{place}].name")
        found[kind, name] = _text(item.get("replace"), f"resources[{place}].replace")
    return found
