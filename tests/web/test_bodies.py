"""What may not come in is refused by its headers: its body is never read."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.transfer.models import Bucket

GIGABYTE = 1024**3
PUT = "/admin/transfer/bucket/packages/files/put/"
FORM = "multipart/form-data; boundary=edge"


class Unread:
    """A body that must not be read."""

    def __init__(self) -> None:
        self.was_read = False

    def read(self, _size: int | None = None) -> bytes:
        self.was_read = True
        return b""

    readline = read


def send(client: Client, path: str, length: int, content_type: str = FORM) -> tuple[int, bool]:
    """Send a form of `length` bytes, with the cookie against forged forms; tell whether it was read."""
    client.get("/accounts/login/")
    body = Unread()
    environ: dict[str, Any] = {"CONTENT_LENGTH": str(length), "wsgi.input": body}
    answer = client.post(path, content_type=content_type, **environ)
    return answer.status_code, body.was_read


@pytest.fixture
def bucket(workspace: Workspace) -> Bucket:
    bucket = Bucket.objects.create(name="packages")
    bucket.workspaces.add(workspace)
    return bucket


def browser(user: User | None = None) -> Client:
    client = Client(enforce_csrf_checks=True)
    if user:
        client.force_login(user)
    return client


@pytest.mark.parametrize(
    "path", [PUT, "/access-keys/", "/accounts/password/", "/accounts/logout/", "/nothing/"]
)
def test_a_stranger_s_body_is_not_read(bucket: Bucket, path: str) -> None:
    for length in (100, GIGABYTE):
        status, was_read = send(browser(), path, length)
        assert (status, was_read) == (404 if path == "/nothing/" else 302, False), length


@pytest.mark.parametrize("path", ["/accounts/login/", "/language/"])
def test_what_anybody_may_send_is_small(db: None, path: str) -> None:
    for content_type in (FORM, "application/x-www-form-urlencoded"):
        assert send(browser(), path, 65 * 1024, content_type) == (413, False)


def test_a_file_is_read_only_of_those_who_may_put_it_there(
    bucket: Bucket, viewer: User, stranger: User, developer: User
) -> None:
    assert send(browser(viewer), PUT, 100) == (403, False)
    assert send(browser(stranger), PUT, 100) == (403, False)
    assert send(browser(developer), PUT, 100)[1] is True


def test_a_file_over_the_limit_is_not_read(bucket: Bucket, developer: User, settings: Any) -> None:
    settings.DLF_IMPORT_LIMITS = settings.DLF_IMPORT_LIMITS | {"package_bytes": 20 * 1024 * 1024}
    assert send(browser(developer), PUT, 21 * 1024 * 1024) == (413, False)
    assert send(browser(developer), PUT, 20 * 1024 * 1024)[1] is True


def test_a_form_without_a_file_takes_none(developer: User) -> None:
    assert send(browser(developer), "/access-keys/", 13 * 1024 * 1024) == (413, False)


@pytest.mark.parametrize("path", ["/v3/auth/tokens", f"/v1/{'b' * 32}/jobs"])
def test_the_wire_reads_no_body_that_is_too_large_or_of_nobody(db: None, path: str) -> None:
    status, was_read = send(browser(), path, GIGABYTE, "application/json")
    assert (status, was_read) == (413 if "v3" in path else 401, False)
