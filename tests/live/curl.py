"""The real `curl` as a script uses it, with a token."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.portal import SAMPLE_PROJECT, Portal
from tests.tools import need


class Answer(NamedTuple):
    """What came back: headers by lower-case name, and the body as it was sent."""

    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


class Curl:
    """Calls the API of a portal by `curl` and checks the status, as the Terraform provider does."""

    def __init__(self, portal: Portal, folder: Path, workspace: str) -> None:
        self.base = f"{portal.url}/v1/{SAMPLE_PROJECT}"
        self.folder = folder
        self.headers = ["-H", f"X-Auth-Token: {portal.token()}", "-H", f"workspace: {workspace}"]

    def __call__(self, method: str, path: str, status: int, body: Any = None, **query: Any) -> Answer:
        """Send `body` as JSON, or nothing, and return the answer, whose status must be `status`."""
        address = f"{self.base}/{path}" + (f"?{urlencode(query)}" if query else "")
        head, out = self.folder / "head", self.folder / "body"
        out.unlink(missing_ok=True)
        command = [need("curl"), "--silent", "--show-error", "-X", method, "-D", str(head), "-o", str(out)]
        data = ["--data-binary", json.dumps(body, ensure_ascii=False)] if body is not None else []
        subprocess.run([*command, "-w", "", *self.headers, *data, address], check=True)
        answer = Answer(_headers(head.read_text("latin-1")), out.read_bytes() if out.exists() else b"")
        assert answer.headers["status"] == str(status), answer
        assert len(answer.headers["x-request-id"]) == 32
        if status == 204:
            assert answer.content == b""
        return answer

    def error(self, method: str, path: str, body: Any = None) -> tuple[str, str]:
        """Return code and text of the error 400 that the call must give."""
        told = self(method, path, 400, body).json()
        pair = {"error_code": told["error_code"], "error_msg": told["error_msg"]}
        assert told == {**pair, "errors": [pair]}
        return told["error_code"], told["error_msg"]


def _headers(text: str) -> dict[str, str]:
    """Return the headers of the last answer in what curl wrote: a `100 Continue` may stand before it."""
    first, *lines = text.rstrip().rpartition("HTTP/")[2].splitlines()
    pairs = (line.partition(":") for line in lines)
    return {"status": first.split()[1], **{name.lower(): value.strip() for name, _, value in pairs}}
