"""What a page asks of the request it answers."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspace_get
from dlfportal.audit.actor import Actor, Channel


def actor_of(request: HttpRequest) -> Actor:
    """Return the signed-in person of `request` as the actor of services."""
    return Actor(cast(User, request.user), Channel.WEB, getattr(request, "request_id", ""))


def workspace_of(request: HttpRequest, workspace_id: str) -> Workspace:
    """Return the workspace of a page. Raises NotFound for strangers."""
    return workspace_get(request.user, workspace_id, Right.VIEW)
