"""What is wrong with a page, as a browser sees it: axe's findings, layout shift, width, console, bytes."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

KILOBYTE = 1024
SHIFT_AT_MOST = 0.01

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput)
      window.shifts.push([entry.value, ...entry.sources.map((s) => s.node?.outerHTML?.slice(0, 80))]);
}).observe({ type: "layout-shift", buffered: true });
"""
BYTES_SENT = """
performance.getEntriesByType("resource")
  .filter((entry) => /\\.(css|js)(\\?|$)/.test(entry.name))
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)
"""
TOO_WIDE = """
(() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return "";
  const sticksOut = (e) => e.getBoundingClientRect().right > page.clientWidth + 1;
  const wide = [...document.querySelectorAll("body *")].filter(sticksOut);
  return `${page.scrollWidth} px: ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(" ; ")}`;
})()
"""
QUICKLY: dict[str, Any] = {"resultTypes": ["violations"], "preload": False, "iframes": False}
ALL_RULES: dict[str, Any] = {**QUICKLY, "rules": {"target-size": {"enabled": True}}}
# What axe may find in a narrow window only: the rest, its colours too, is the same page.
OF_SIZE: dict[str, Any] = {
    **QUICKLY,
    "runOnly": [
        "aria-hidden-focus",
        "button-name",
        "empty-table-header",
        "heading-order",
        "label",
        "label-title-only",
        "link-name",
        "page-has-heading-one",
        "scrollable-region-focusable",
        "summary-name",
        "target-size",
    ],
}
COLOURS: dict[str, Any] = {**QUICKLY, "runOnly": ["color-contrast", "link-in-text-block"]}

Faults = list[str]


class Watched:
    """A page of a browser whose faults are gathered while it goes from address to address."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.console: Faults = []
        page.emulate_media(reduced_motion="reduce")
        page.add_init_script(WATCH_SHIFTS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.console.append(f"script: {error}"))

    def visit(self, url: str, width: int, kilobytes: int, status: int = 200) -> Faults:
        """Go to `url` in a window of `width`, and return what is wrong with how it arrives."""
        self.console.clear()
        self.page.set_viewport_size({"width": width, "height": 900})
        response = self.page.goto(url, wait_until="load")
        if response is None or response.status != status:
            return [f"answers {response and response.status}"]
        return [*self._arrival(kilobytes), *self.console]

    def accessibility(self, options: dict[str, Any] = ALL_RULES) -> Faults:
        """Return what axe finds in the page as it stands."""
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{violation['id']}: {node['html'][:160]} ({' '.join(node['failureSummary'].split())[:200]})"
            for violation in found
            for node in violation["nodes"][:3]
        ]

    def themed(self, theme: str) -> Faults:
        """Return what axe finds in the colours of the page in another theme."""
        self.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        return self.accessibility(COLOURS)

    def _arrival(self, kilobytes: int) -> Faults:
        page, faults = self.page, []
        if shifts := self._shifts():
            faults.append(f"layout shift {shifts}")
        if wide := page.evaluate(TOO_WIDE):
            faults.append(f"scrolls sideways, {wide}")
        if (sent := page.evaluate(BYTES_SENT)) > kilobytes * KILOBYTE:
            faults.append(f"{sent} bytes of styles and scripts, more than {kilobytes} KB")
        return faults

    def _shifts(self) -> list[Any]:
        """Return what moved, if too much did twice: a busy machine may paint half a page once."""
        for again in (False, True):
            if again:
                self.page.reload()
            self.page.wait_for_timeout(60)  # what a late script would move has moved by then
            shifts: list[Any] = self.page.evaluate("window.shifts")
            if sum(shift[0] for shift in shifts) <= SHIFT_AT_MOST:
                return []
        return shifts

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser says of each error page itself that it is one.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.console.append(f"console: {message.text}")
