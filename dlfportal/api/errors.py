"""How an error looks on the wire: one table from exception to status and code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.utils.log import log_response
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.response import Response

from dlfportal.access.policy import EditsProposed, ProjectRefused
from dlfportal.access.throttle import TooManyTries
from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.catalogue.services import NameTaken
from dlfportal.db.outages import RETRY_SECONDS, Outage, outage_of
from dlfportal.errors import Forbidden, NotFound, PortalError
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code, InvalidDocument, Level
from dlfportal.formats.zip.limits import BadPackage
from dlfportal.links import import_url
from dlfportal.transfer.imports.deaths import TaskMissing
from dlfportal.transfer.imports.options import BadOptions
from dlfportal.transfer.store.paths import BadObsPath
from dlfportal.transfer.store.storage import BucketMissing, ObsUnreadable, ObsUnwritable

INVALID_PARAMETER = "The request parameter is invalid."
UNREADABLE = "Fail to read OBS file."

IAM_PATHS = "/v3/"
WIRE_PATH = re.compile(r"/v[0-9][^/]*(?:/|\Z)")
"""Below the number of a version, a known one or not, programs are served: with JSON for every error."""

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

LONGEST_MESSAGE = 10_240
"""Characters of `error_msg` (reference: error codes, section 1)."""

NAMES_TOLD = 20
LONGEST_NAME = 128
"""A message names so many objects that are missing, each cut to so many characters."""

SENTENCES = {
    "DLF.0201": "The script fails to be created.",
    "DLF.0203": "The script fails to be modified.",
    "DLF.0802": "The specified parameter is not configured.",
    "DLF.2014": "The job object type is invalid.",
    "DLF.3004": "The job name cannot be left blank.",
    "DLF.3018": "The job name is invalid.",
    "DLF.3025": "The job scheduling parameter is invalid.",
    "DLF.3050": "The job description is invalid.",
    "DLF.3051": INVALID_PARAMETER,
    "DLF.6247": "The script type is not specified.",
    "DLF.6263": "The resource type is invalid.",
    "DLF.6264": "The OBS path of the resource file is invalid.",
    "DLF.6265": "The resource description is invalid.",
}


class KindErrors(NamedTuple):
    """What is said of a kind: that no object has the name, that one has it, and why a document is refused.

    A refused document (reference: error codes, 3 and 5.8): the first row of `refused` whose finding is
    among its errors decides, and DLF.3051 when there is none. Names come first, then what is missing,
    then what is wrong.
    """

    missing: tuple[str, str]
    taken: tuple[str, str]
    refused: tuple[tuple[Code, str], ...]


KIND_ERRORS: dict[Kind, KindErrors] = {
    Kind.JOB: KindErrors(
        missing=("DLF.0100", "The job does not exists."),
        taken=("DLF.0102", "The job name already exists."),
        refused=(
            (Code.NAME_MISSING, "DLF.3004"),
            (Code.NAME_INVALID, "DLF.3018"),
            (Code.SCHEDULE_MISSING, "DLF.3025"),
            (Code.REQUIRED_MISSING, "DLF.0802"),
            (Code.TYPE_MISSING, "DLF.3051"),
            (Code.TYPE_INVALID, "DLF.2014"),
            (Code.SCHEDULE_INVALID, "DLF.3025"),
            (Code.CRON, "DLF.3025"),
            (Code.TIME, "DLF.3025"),
            (Code.DESCRIPTION_INVALID, "DLF.3050"),
        ),
    ),
    Kind.SCRIPT: KindErrors(
        missing=("DLF.6201", "The script does not exist."),
        taken=("DLF.0202", "The script name has been used by another script."),
        refused=(
            (Code.NAME_MISSING, "DLF.0201"),
            (Code.NAME_INVALID, "DLF.0201"),
            (Code.TYPE_MISSING, "DLF.6247"),
            (Code.TYPE_INVALID, "DLF.0201"),
            (Code.CONTENT_INVALID, "DLF.0201"),
            (Code.DESCRIPTION_INVALID, "DLF.0201"),
        ),
    ),
    Kind.RESOURCE: KindErrors(
        missing=("DLF.6241", "The resource information does not exist."),
        taken=("DLF.6259", "Files of the same name exist in the directory."),
        refused=(
            (Code.NAME_MISSING, "DLF.0802"),
            (Code.NAME_INVALID, "DLF.3051"),
            (Code.TYPE_MISSING, "DLF.6263"),
            (Code.TYPE_INVALID, "DLF.6263"),
            (Code.LOCATION_INVALID, "DLF.6264"),
            (Code.DESCRIPTION_INVALID, "DLF.6265"),
        ),
    ),
    Kind.CDM_JOB: KindErrors(
        missing=("DLF.3051", INVALID_PARAMETER), taken=("DLF.3051", INVALID_PARAMETER), refused=()
    ),
}
ON_CHANGE = {"DLF.0201": "DLF.0203"}
"""A script that cannot be modified has a code of its own."""


def is_wire(path: str) -> bool:
    """Return whether this path of an address is one that programs call."""
    return WIRE_PATH.match(path) is not None


class WireError(Exception):
    """An error that is only known on the wire: gateway errors, mostly.

    `retry_after` is after how many seconds to try again, or None.
    """

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        super().__init__(message)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def unauthorized(detail: str) -> WireError:
    """Return the gateway's 401 with its detail (reference: auth, section 6)."""
    return WireError(401, "APIGW.0301", f"Incorrect IAM authentication information: {detail}")


def unknown_path() -> WireError:
    """Return the gateway's answer to a path nothing is published under."""
    message = "The API does not exist or has not been published in the environment."
    return WireError(404, "APIGW.0101", message)


def too_large() -> WireError:
    """Return the gateway's answer to a body of more than 12 MB."""
    return WireError(413, "APIGW.0201", "Request entity too large.")


def bad_request() -> WireError:
    """Return the gateway's answer to a request that is not whole or holds what no request may."""
    return WireError(400, "APIGW.0602", "Bad request.")


def unavailable(outage: Outage) -> WireError:
    """Return the answer while a database or disk cannot: the gateway's words, then which and what to do."""
    return WireError(503, "APIGW.0201", f"Backend unavailable. {outage.message}", RETRY_SECONDS)


def invalid_parameter(detail: str) -> WireError:
    """Return DLF's answer to a parameter of the wrong type or value, with what is wrong with it."""
    return WireError(400, "DLF.3051", f"{INVALID_PARAMETER} {detail}".strip())


def not_supported(detail: str) -> WireError:
    """Return the answer to an operation of DLF that a catalogue does not have (design section 7)."""
    return WireError(400, "DLF.9901", f"This service only stores job definitions; {detail}")


def missing_jobs(names: Sequence[str]) -> WireError:
    """Return DLF's answer to a list of jobs of which these do not exist: its sentence, then their names."""
    code, sentence = KIND_ERRORS[Kind.JOB].missing
    told = [f'"{name[:LONGEST_NAME]}"' for name in names[:NAMES_TOLD]]
    more = [f"and {len(names) - NAMES_TOLD} more"] if len(names) > NAMES_TOLD else []
    return WireError(400, code, f"{sentence} Not in this workspace: {', '.join([*told, *more])}.")


def refused_document(kind: Kind, error: InvalidDocument, changing: bool) -> WireError:
    """Return what a refused document is on the wire: its code, and every error with its JSON path.

    `changing` is true for a change of an object, false for its creation.
    """
    errors = [problem for problem in error.problems if problem.level is Level.ERROR]
    found = {problem.code for problem in errors}
    code = next((code for finding, code in KIND_ERRORS[kind].refused if finding in found), "DLF.3051")
    if changing:
        code = ON_CHANGE.get(code, code)
    return WireError(400, code, f"{SENTENCES[code]} {'; '.join(map(str, errors))}")


def proposed(request: HttpRequest, error: EditsProposed) -> WireError:
    """Return the answer to a direct change where edits need a second person: how else to go about it."""
    address = request.build_absolute_uri(import_url(error.workspace_id))
    ways = f"Over the API: POST /v1/{{project_id}}/jobs/import. In a browser: {address}"
    return WireError(403, "DLF.6888", f"Invalid account permissions. {error} {ways}")


def on_the_wire(error: Exception) -> WireError | None:
    """Return what `error` is on the wire, or None when it is a crash (reference: error codes)."""
    match error:
        case WireError():
            return error
        case MethodNotAllowed():
            return WireError(404, "APIGW.0101", "The API does not exist.")
        case RequestDataTooBig():
            return too_large()
        case UnreadablePostError():
            return bad_request()
        case TooManyTries():
            return WireError(429, "APIGW.0308", str(error), error.seconds)
        case ObjectMissing():
            return WireError(400, *KIND_ERRORS[error.kind].missing)
        case NameTaken():
            return WireError(400, *KIND_ERRORS[error.kind].taken)
        case ProjectRefused():
            message = "The IAM user is not authorized to access the API."
            return WireError(403, "APIGW.0302", message)
        case BucketMissing():
            return WireError(400, "DLF.1242", "The OBS bucket does not exist.")
        case TaskMissing():
            return WireError(400, "DLF.0810", "Task does not exist")
        case BadObsPath():
            return WireError(400, "DLF.0803", f"The OBS path is invalid. {error}")
        case ObsUnreadable():
            return WireError(400, "DLF.0815", UNREADABLE)  # as the documents' own example has it
        case BadPackage():
            return WireError(400, "DLF.0815", f"{UNREADABLE} {error}")
        case ObsUnwritable():
            return WireError(400, "DLF.0815", f"The OBS file fails to be accessed. {error}")
        case BadOptions():
            return invalid_parameter(str(error))
        case Forbidden():
            return WireError(403, "DLF.6888", "Invalid account permissions.")
        case NotFound():
            message = "Operation failed, detail msg Workspace does not exists."
            return WireError(400, "DLF.0819", message)
        case PortalError():
            return WireError(400, "DLF.3051", str(error))
    outage = outage_of(error)
    return unavailable(outage) if outage else None


def envelope(error: WireError, request_id: str) -> dict[str, Any]:
    """Return the body of an error; `errors` repeats it for clients that look there."""
    pair = {"error_code": error.code, "error_msg": shortened(error.message)}
    body: dict[str, Any] = {**pair, "errors": [pair]}
    if error.code.startswith("APIGW."):
        body["request_id"] = request_id
    return body


def iam_envelope(status: int, message: str) -> dict[str, Any]:
    """Return the body of an error in IAM's shape (reference: auth, section 5)."""
    return {"error": {"code": status, "message": message, "title": TITLES.get(status, "Error")}}


def shortened(message: str) -> str:
    """Return `message` cut to the characters that `error_msg` may have."""
    return message if len(message) <= LONGEST_MESSAGE else f"{message[: LONGEST_MESSAGE - 3]}..."


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer for an exception of a v1 view; a crash passes through to be logged (DRF's hook)."""
    request = context["request"]._request
    known = proposed(request, error) if isinstance(error, EditsProposed) else on_the_wire(error)
    if known is None:
        return None
    response = Response(envelope(known, request.request_id), status=known.status, headers=known.headers)
    log_unavailable(request, response, error)
    return response


def log_unavailable(request: HttpRequest, response: Any, error: Exception) -> None:
    """Write the one line of an answer of 503, with its cause, which Django's own line would not have."""
    if response.status_code == 503:
        phrase = response.reason_phrase
        log_response("%s: %s", phrase, request.path, response=response, request=request, exception=error)


def plain_answer(request: HttpRequest, error: WireError) -> JsonResponse:
    """Answer with the envelope of the path outside of DRF: for crashes and requests that reach no view."""
    if request.path_info.startswith(IAM_PATHS):
        body = iam_envelope(error.status, error.message)
    else:
        body = envelope(error, getattr(request, "request_id", ""))
    return JsonResponse(body, status=error.status, headers=error.headers)
