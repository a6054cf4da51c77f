"""What an import may be told: policy, values of parameters, user, cloud resources, target status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from dlfportal.errors import BadRequest, PortalError, gettext_noop

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


Replacements = dict[str, dict[ResourceType, str]]
"""Name in the package -> type -> name in this workspace."""

Values = Mapping[str, str]


class Request(NamedTuple):
    """One thing that an option asks for: the option's name on the wire, and what it is about."""

    option: str
    name: str


def replacement_request(kind: ResourceType, name: str) -> Request:
    """Return the request that the cloud resource `name` be renamed."""
    return Request("resources", f"{kind} {name}")


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
    def requests(self) -> set[Request]:
        """What the options ask for that a package may have no place for."""
        return {
            *(Request("params", name) for name in self.params),
            *(Request("jobsParam", name) for name in self.job_params),
            *(replacement_request(kind, name) for name, kinds in self.resources.items() for kind in kinds),
        }


class BadOptions(BadRequest):
    """Options that cannot be taken; the message names every fault with its field."""

    def __init__(self, faults: Sequence[PortalError]) -> None:
        self.faults = tuple(faults)
        super().__init__("%(problems)s", problems=" ".join(map(str, faults)))


def options_read(body: Mapping[str, Any]) -> ImportOptions:
    """Return the options in the body of a wire request.

    Raises BadOptions for wrong types and unknown choices; unknown fields are ignored.
    """
    reader = _Reader()
    options = ImportOptions(
        policy=reader.choice(Policy, body.get("sameNamePolicy"), "sameNamePolicy", Policy.SKIP),
        params=reader.values(body.get("params"), "params"),
        job_params=_job_params(reader, body.get("jobsParam")),
        execute_user=reader.text(body.get("executeUser") or "", "executeUser"),
        target_status=reader.choice(
            TargetStatus, body.get("targetStatus"), "targetStatus", TargetStatus.SUBMITTED
        ),
        resources=_replacements(reader, body.get("resources")),
    )
    if reader.faults:
        raise BadOptions(reader.faults)
    return options


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
            for name, kinds in options.resources.items()
            for kind, new in kinds.items()
        ],
    }


def options_told(options: ImportOptions) -> dict[str, Any]:
    """Return the options as the record keeps them: parameters by name only, their values may be secret."""
    return {
        **options_write(options),
        "params": sorted(options.params),
        "jobsParam": {name: sorted(values) for name, values in options.job_params.items()},
    }


class _Reader:
    """Reads the values of options; in the place of one that is wrong it notes a fault."""

    def __init__(self) -> None:
        self.faults: list[PortalError] = []

    def choice(self, kind: type[Choice], value: Any, where: str, default: Choice | None = None) -> Choice:
        """Return one of the words of `kind`, `default` for none."""
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value in list(kind):
            return kind(value)
        message = gettext_noop("%(field)s must be one of %(choices)s.")
        self.faults.append(PortalError(message, field=where, choices=", ".join(kind)))
        return next(iter(kind))

    def text(self, value: Any, where: str) -> str:
        """Return a text."""
        if isinstance(value, str):
            return value
        self.faults.append(PortalError(gettext_noop("%(field)s must be text."), field=where))
        return ""

    def values(self, value: Any, where: str) -> Values:
        """Return texts by name."""
        if value is None:
            return {}
        if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
            return value
        message = gettext_noop("%(field)s must be an object whose values are text.")
        self.faults.append(PortalError(message, field=where))
        return {}

    def objects(self, value: Any, where: str) -> Sequence[dict[str, Any]]:
        """Return a list of objects."""
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        message = gettext_noop("%(field)s must be a list of objects.")
        self.faults.append(PortalError(message, field=where))
        return []


def _job_params(reader: _Reader, value: Any) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for place, item in enumerate(reader.objects(value, "jobsParam")):
        name = reader.text(item.get("name"), f"jobsParam[{place}].name")
        own = reader.values(item.get("params"), f"jobsParam[{place}].params")
        found[name] = {**found.get(name, {}), **own}
    return found


def _replacements(reader: _Reader, value: Any) -> Replacements:
    found: Replacements = {}
    for place, item in enumerate(reader.objects(value, "resources")):
        where = f"resources[{place}]"
        kind = reader.choice(ResourceType, item.get("type"), f"{where}.type")
        name = reader.text(item.get("name"), f"{where}.name")
        found.setdefault(name, {})[kind] = reader.text(item.get("replace"), f"{where}.replace")
    return found
