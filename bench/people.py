"""Signs a person of a portal in, and prints the cookie: `python -m bench.run bench.people USERNAME`."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from bench.filling import token_make
from dlfportal.access.models import AuthToken, Project


def main(username: str) -> None:
    """Print "NAME=VALUE", as a browser sends it; make `TOKEN` the person's, unless it is."""
    user = User.objects.get(username=username)
    if not AuthToken.objects.filter(user=user).exists():
        token_make(user, Project.objects.get())
    client = Client()
    client.force_login(user)
    print(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
