"""How an error looks on the wire: one table from exception to status and code."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.response import Response

from dlfportal.access.policy import ProjectRefused
from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.catalogue.services import NameTaken
from dlfportal.errors import Forbidden, NotFound, PortalError
from dlfportal.formats.kinds import Kind
from dlfportal.formats.limits import BadPackage
from dlfportal.transfer.obs import BadObsPath, BucketMissing, ObsUnreadable, ObsUnwritable
from dlfportal.transfer.runs import TaskMissing

logger = logging.getLogger(__name__)

INVALID_PARAMETER = "The request parameter is invalid."
UNREADABLE = "Fail to read OBS file."

LONGEST_MESSAGE = 10_240
"""Characters of `error_msg` (reference: error codes, section 1)."""

MISSING = {
    Kind.JOB: ("DLF.0100", "The job does not exists."),
    Kind.SCRIPT: ("DLF.6201", "The script does not exist."),
    Kind.RESOURCE: ("DLF.6241", "The resource information does not exist."),
    Kind.CDM_JOB: ("DLF.3051", INVALID_PARAMETER),
}
TAKEN = {
    Kind.JOB: ("DLF.0102", "The job name already exists."),
    Kind.SCRIPT: ("DLF.0202", "The script name has been used by another script."),
    Kind.RESOURCE: ("DLF.6259", "Files of the same name exist in the directory."),
    Kind.CDM_JOB: ("DLF.3051", INVALID_PARAMETER),
}


class WireError(Exception):
    """An error that is only known on the wire: gateway errors, mostly."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(message)


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


def invalid_parameter(detail: str) -> WireError:
    """Return DLF's answer to a parameter of the wrong type or value, with what is wrong with it."""
    return WireError(400, "DLF.3051", f"{INVALID_PARAMETER} {detail}".strip())


def on_the_wire(error: Exception) -> WireError | None:
    """Return what `error` is on the wire, or None when it is a crash (reference: error codes)."""
    match error:
        case WireError():
            return error
        case MethodNotAllowed():
            return WireError(404, "APIGW.0101", "The API does not exist.")
        case RequestDataTooBig():
            return too_large()
        case ObjectMissing():
            return WireError(400, *MISSING[error.kind])
        case NameTaken():
            return WireError(400, *TAKEN[error.kind])
        case ProjectRefused():
            message = "The IAM user is not authorized to access the API."
            return WireError(403, "APIGW.0302", message)
        case BucketMissing():
            return WireError(400, "DLF.1242", "The OBS bucket does not exist.")
        case TaskMissing():
            return WireError(400, "DLF.0810", "Task does not exist")
        case BadObsPath():
            return WireError(400, "DLF.0803", "The OBS path is invalid.")
        case ObsUnreadable():
            return WireError(400, "DLF.0815", UNREADABLE)
        case BadPackage():
            return WireError(400, "DLF.0815", f"{UNREADABLE} {error}")
        case ObsUnwritable():
            return WireError(400, "DLF.0815", "The OBS file fails to be accessed.")
        case Forbidden():
            return WireError(403, "DLF.6888", "Invalid account permissions.")
        case NotFound():
            message = "Operation failed, detail msg Workspace does not exists."
            return WireError(400, "DLF.0819", message)
        case PortalError():
            return WireError(400, "DLF.3051", str(error))
    return None


def envelope(error: WireError, request_id: str) -> dict[str, Any]:
    """Return the body of an error; `errors` repeats it for clients that look there."""
    pair = {"error_code": error.code, "error_msg": error.message[:LONGEST_MESSAGE]}
    body: dict[str, Any] = {**pair, "errors": [pair]}
    if error.code.startswith("APIGW."):
        body["request_id"] = request_id
    return body


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer for an exception of a v1 view; a crash passes through to be logged (DRF's hook)."""
    known = on_the_wire(error)
    if known is None:
        return None
    request_id = context["request"].request_id
    return Response(envelope(known, request_id), status=known.status)


def plain_answer(request: HttpRequest, error: WireError) -> JsonResponse:
    """Answer with the envelope outside of DRF: for crashes and requests that reach no view."""
    request_id = getattr(request, "request_id", "")
    return JsonResponse(envelope(error, request_id), status=error.status)
