"""The IAM v3 calls a DLF client makes first: a token for a password, and one's projects.

Errors have IAM's own shape here (reference: auth, section 5).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import UnreadablePostError
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.access.policy import projects_visible
from dlfportal.access.services import IssuedToken, ProjectScope, token_issue, token_revoke
from dlfportal.access.throttle import visitor_of
from dlfportal.api.base import WireView, whole_body
from dlfportal.api.errors import WireError, iam_envelope, log_unavailable, on_the_wire
from dlfportal.api.params import Header, Text
from dlfportal.api.schema import NO_CONTENT, json_answer, operation
from dlfportal.audit.actor import Channel
from dlfportal.errors import NotFound
from dlfportal.formats.jsontext import parse
from dlfportal.formats.problems import InvalidDocument

INVALID = "The request body is invalid"
SUBJECT = Header("X-Subject-Token", "The token to end: one's own, a superuser's may be anybody's.")
NAME = Text("name", "Only the project of this name.")


class IamError(Exception):
    """An error in IAM's shape."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message
        super().__init__(message)


def iam_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer for an exception of these views; a crash passes through to be logged (DRF's hook)."""
    match error:
        case IamError():
            known: WireError | None = WireError(error.status, "", error.message)
        case UnreadablePostError():
            known = WireError(400, "", INVALID)
        case _:
            known = on_the_wire(error)
    if known is None:
        return None
    body = iam_envelope(known.status, known.message)
    response = Response(body, status=known.status, headers=known.headers)
    log_unavailable(context["request"]._request, response, error)
    return response


class IamView(WireView):
    """An endpoint below `/v3/`."""

    def get_exception_handler(self) -> Any:
        return iam_exception_handler


class TokensView(IamView):
    """`/v3/auth/tokens`: POST takes a password and gives a token of 24 hours, DELETE ends a token."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """A token is asked for by somebody who has none yet, and ended by somebody known."""
        return super().get_authenticators() if self.request and self.request.method == "DELETE" else []

    @operation(
        "CreateToken",
        "Get a token for a password",
        body="TokenRequest",
        answers=json_answer("Token", "201", {"X-Subject-Token": {"schema": {"type": "string"}}}),
        errors="IamError",
        security=False,
    )
    def post(self, request: Request) -> Response:
        wanted = _read(request)
        try:
            token = token_issue(
                username=wanted["name"],
                password=wanted["password"],
                project=wanted["project"],
                visitor=visitor_of(request._request, Channel.API),
            )
        except NotFound as error:
            raise IamError(404, "Could not find the project.") from error
        if token is None:
            raise IamError(401, "The username or password is wrong.")
        body = _token_body(token, wanted["domain"])
        return Response(body, status=201, headers={"X-Subject-Token": token.text})

    @operation(
        "DeleteToken",
        "End a token",
        query=(SUBJECT,),
        answers=NO_CONTENT,
        errors="IamError",
    )
    def delete(self, request: Request) -> Response:
        text = SUBJECT.read(request)
        if not text:
            raise IamError(400, "The header X-Subject-Token is missing.")
        try:
            token_revoke(actor=self.actor, text=text)
        except NotFound as error:
            raise IamError(404, "Could not find the token.") from error
        return Response(status=204)


class ProjectsView(IamView):
    """`GET /v3/projects`: the projects of the caller, narrowed by `?name=`.

    The SDK asks for them, signed, when it was given no project id (reference: auth, section 5).
    """

    @operation(
        "ListProjects",
        "List projects",
        query=(NAME,),
        answers=json_answer("Projects"),
        errors="IamError",
    )
    def get(self, request: Request) -> Response:
        projects = projects_visible(request.user)
        if name := NAME.read(request):
            projects = projects.filter(name=name)
        return Response(
            {
                "links": {"self": request.build_absolute_uri()},
                "projects": [
                    {"id": project.pk, "name": project.name, "enabled": project.enabled}
                    for project in projects
                ],
            }
        )


def _read(request: Request) -> dict[str, Any]:
    """Return name, password, domain and project scope of a token request. Raises IAM's 400."""
    try:
        auth = parse(whole_body(request._request))["auth"]
        identity = auth["identity"]
        user = identity["password"]["user"]
        wanted = {
            "name": user["name"],
            "password": user["password"],
            "domain": user["domain"]["name"],
            "project": auth.get("scope", {}).get("project"),
        }
        methods_known = identity["methods"] == ["password"]
        texts = [wanted["name"], wanted["password"], wanted["domain"]]
        if (scope := wanted["project"]) is not None:
            wanted["project"] = ProjectScope(id=scope.get("id"), name=scope.get("name"))
            texts.append(scope.get("id") or scope.get("name"))
    except (InvalidDocument, LookupError, TypeError, AttributeError) as error:
        raise IamError(400, INVALID) from error
    if not methods_known or not all(isinstance(text, str) and text for text in texts):
        raise IamError(400, INVALID)
    return wanted


def _token_body(token: IssuedToken, domain: str) -> dict[str, Any]:
    account = {"id": domain, "name": domain}
    row = token.row
    body: dict[str, Any] = {
        "catalog": [],
        "expires_at": _time(row.expires_at),
        "issued_at": _time(row.issued_at),
        "methods": ["password"],
        "roles": [{"id": "0", "name": "te_admin"}],
        "user": {
            "id": str(row.user.pk),
            "name": row.user.get_username(),
            "domain": account,
            "password_expires_at": "",
        },
    }
    if row.project:
        body["project"] = {"id": row.project.pk, "name": row.project.name, "domain": account}
    else:
        body["domain"] = account
    return {"token": body}


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
