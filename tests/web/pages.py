"""What the tests of pages share: addresses, and what a download holds."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from dlfportal.access.models import Workspace


def address(workspace: Workspace, rest: str) -> str:
    """Return the address of a page of a workspace."""
    return f"/w/{workspace.pk}/{rest}"


def text_of(client: Client, url: str, **params: Any) -> str:
    """Return the HTML of a page that must answer 200."""
    response = client.get(url, params)
    assert response.status_code == 200, url
    return response.content.decode()


def export_page_of(client: Client, url: str, **params: Any) -> Any:
    """Return the answer that shows what goes into a package, where the address of an export leads to."""
    response = client.get(url, params, follow=True)
    assert response.status_code == 200, url
    assert response.redirect_chain[0][0].partition("?")[0].endswith("/exports/new/")
    return response


def shown(page: Any, **fields: Any) -> dict[str, Any]:
    """Return what the form of the page before a download sends, with other fields beside it."""
    chosen = page.asked.chosen
    return {"s": chosen.selection_id, "digest": chosen.shown.digest, "count": chosen.shown.count, **fields}


def body_of(response: Any) -> bytes:
    """Return the bytes of a streamed answer."""
    return b"".join(response.streaming_content)


def unzip(response: HttpResponseBase) -> dict[str, bytes]:
    """Return the entries of a downloaded package."""
    with zipfile.ZipFile(io.BytesIO(body_of(response))) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def rows_of(client: Client, url: str, **params: Any) -> list[str]:
    """Return the names in a list, in their order."""
    response = client.get(url, params)
    assert response.status_code == 200, url
    return [row.name for row in response.context["page"].rows]
