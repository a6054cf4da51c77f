"""Django with one view and nothing else: the settings and addresses of the lowest floor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET_KEY = "nothing is signed"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.plain"
USE_I18N = False
DLF_MAX_BODY = 1024 * 1024
"""What the portal's server asks for."""


def constant(request: HttpRequest, size: int) -> HttpResponse:
    """Answer constant bytes."""
    return HttpResponse(b"x" * size, content_type="application/octet-stream")


urlpatterns = [path("bench/plain/<int:size>", constant)]
