"""`make pictures`: those of README and help, taken by a browser of a portal with the sample catalogue."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.portal import ROOT, SAMPLE_PROJECT, Portal
from tests.tools import CHROMIUM, need

FOLDER = ROOT / "static" / "img"
SIZE: ViewportSize = {"width": 1120, "height": 680}
LARGEST = 60 * 1024
LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
"""The languages of the pages, each with what the browser asks for."""
QUALITIES = (85, 70, 55, 40)
PICTURES = {
    "overview": "/w/{w}/",
    "list": "/w/{w}/jobs/",
    "graph": "/w/{w}/jobs/nightly_full_load/?tab=graph",
    "difference": "/w/{w}/jobs/dwd_order_detail/compare/",
}
"""The name of each picture and the address it shows; `{w}` stands for the first workspace of the sample."""


def main() -> None:
    """Start a portal of its own, take the pictures, and end it."""
    with tempfile.TemporaryDirectory() as folder:
        portal = Portal(Path(folder))
        portal.start()
        try:
            job_change(portal, "dwd_order_detail")
            pictures_take(portal.url, portal.password)
        finally:
            portal.stop()


def job_change(portal: Portal, name: str) -> None:
    """Save a job of the sample once more, with another start, owner and node: the difference is a picture."""
    address = f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/{name}"
    headers = {"X-Auth-Token": portal.token()}
    job: dict[str, Any] = requests.get(address, headers=headers, timeout=30).json()
    job["schedule"]["cron"]["expression"] = "0 45 5 * * ?"
    job["basicConfig"]["owner"] = "li.na"
    last = job["nodes"][-1]
    check = {**last, "name": "check_late_orders", "preNodeName": [last["name"]]}
    job["nodes"] = [*job["nodes"][:-1], {**last, "retryTimes": 3, "failPolicy": "SUSPEND"}, check]
    requests.put(address, json=job, headers=headers, timeout=30).raise_for_status()


def pictures_take(url: str, password: str) -> None:
    """Write the pictures of the portal at `url` in both languages, seen by `admin`, and print their sizes."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=need(*CHROMIUM), args=["--no-sandbox"])
        for language, locale in LANGUAGES.items():
            context = browser.new_context(viewport=SIZE, locale=locale, color_scheme="light")
            context.set_default_timeout(120_000)
            _take(context.new_page(), url, password, language)
        browser.close()


def _take(page: Page, url: str, password: str, language: str) -> None:
    """Sign in and write the pictures in one language."""
    page.goto(f"{url}/accounts/login/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{url}/")
    workspace = (page.locator(".card-title a").first.get_attribute("href") or "").split("/")[2]
    for name, address in PICTURES.items():
        page.goto(url + address.format(w=workspace), wait_until="networkidle")
        picture = picture_of(page)
        path = FOLDER / f"{name}.{language}.webp"
        path.write_bytes(picture)
        print(f"{path.name}: {len(picture)} bytes")


def picture_of(page: Page) -> bytes:
    """Return the window as WebP, in the best quality that keeps it small; raises ValueError if none does."""
    session = page.context.new_cdp_session(page)
    for quality in QUALITIES:
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(shot["data"])
        if len(picture) <= LARGEST:
            return picture
    raise ValueError(f"the picture of {page.url} is larger than {LARGEST} bytes")


if __name__ == "__main__":
    main()
