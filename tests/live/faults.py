"""What is wrong with a page, as a browser sees it: axe's findings, layout shift, width, console, bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, Response

KILOBYTE = 1024
NARROW = 360
SHIFT_AT_MOST = 0.01
PATIENCE = 60_000
"""Milliseconds that a busy machine may take for a page."""

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
THEME = "getComputedStyle(document.documentElement).colorScheme"
TOO_WIDE = """
(() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return "";
  const sticksOut = (e) => e.getBoundingClientRect().right > page.clientWidth + 1;
  const wide = [...document.querySelectorAll("body *")].filter(sticksOut);
  return `${page.scrollWidth} px: ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(" ; ")}`;
})()
"""
CUT_OFF = """
[...document.querySelectorAll(".table-wrap, #result_list")]
  .map((table) => table.closest(".results") ?? table)
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.scrollWidth} px in ${box.clientWidth} px: ${box.outerHTML.slice(0, 80)}`)
"""
QUICKLY: dict[str, Any] = {"resultTypes": ["violations"], "preload": False, "iframes": False}
STICKS_OUT = """
[...document.querySelectorAll("button, .button, .submit-row a, summary, .state, .mark, .count, th a, td a")]
  .flatMap((box) => [...box.childNodes].filter((one) => one.nodeType === 3 && one.data.trim()).map((text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const [inner, outer] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
    const out = inner.height && (inner.bottom > outer.bottom + 2 || inner.top < outer.top - 2);
    return out ? box.outerHTML.slice(0, 80) : "";
  }))
  .filter(Boolean)
"""
"""What has a text that sticks out of it above or below, and may be cut off there."""
ALL_RULES: dict[str, Any] = {**QUICKLY, "rules": {"target-size": {"enabled": True}}}
# What another width, theme and language may change: the rest is the same page.
OF_LOOK: dict[str, Any] = {
    **QUICKLY,
    "runOnly": [
        "aria-hidden-focus",
        "button-name",
        "color-contrast",
        "empty-table-header",
        "heading-order",
        "label",
        "label-title-only",
        "link-in-text-block",
        "link-name",
        "page-has-heading-one",
        "scrollable-region-focusable",
        "summary-name",
        "target-size",
    ],
}
FRAME = [".topbar", ".footer"]
"""What is the same on every page, so that it is looked at on the first one only, signed in and out."""
LOOK_FOR = """
([options, frame]) => {
  const values = ["class", "role", "type", "tabindex", "scope", "lang", "fill", "hidden", "disabled", "open"];
  const shapes = new Map();
  const shape = (box) => {
    const has = [...box.attributes].map(({ name, value }) =>
      name + "=" + (values.includes(name) || name.startsWith("aria-") && value.length < 6 ? value : !!value));
    const words = [...box.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const outer = `${box.localName} ${has.sort()} ${words}`;
    const found = `${outer} (${[...box.children].map(shape)})`;
    shapes.set(box, [outer, found]);
    return found;
  };
  shape(document.body);
  const [again, seen] = [[], {}];
  const gather = (box, path) => {
    for (const child of box.children) {
      const [outer, whole] = shapes.get(child);
      const beside = child.localName === "a" ? shapes.get(box)[1] : "";  // what tells a link from text
      const times = seen[path + whole + beside] = (seen[path + whole + beside] ?? 0) + 1;
      if (times > 3) again.push(child);
      else gather(child, `${path}${outer} > `);
    }
  };
  gather(document.body, "");
  return axe.run({ exclude: [...frame, ...again] }, options).then((found) => found.violations);
}
"""
"""Axe looks at three parts of the same tags, classes and states in the same place: others look like them."""
FIRST = ("/", "/accounts/login/")

Faults = list[str]
Step = Callable[[Page], None]


class Look(NamedTuple):
    """How a page is looked at."""

    width: int
    theme: str
    language: str

    def __str__(self) -> str:
        return f"{self.width} {self.theme} {self.language}"


class Watched:
    """A page of a browser whose faults are gathered while it goes from address to address of one portal."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.heard: Faults = []
        self.response: Response | None = None
        page.set_default_timeout(PATIENCE)
        page.emulate_media(reduced_motion="reduce")
        page.add_init_script(WATCH_SHIFTS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def faults(self, path: str, step: Step | None, look: Look, status: int, kilobytes: int) -> Faults:
        """Go to `path`, bring the page into its state by `step`, and return what is wrong with it."""
        self._open(path, step, look)
        if self.response is None or self.response.status != status:
            return [f"answers {self.response and self.response.status}"]
        language = self.page.locator("html").get_attribute("lang")
        faults = [] if language == look.language else [f"is in {language}"]
        if (theme := self.page.evaluate(THEME)) != look.theme:
            faults.append(f"is {theme}")
        rules = ALL_RULES if look.width > NARROW else OF_LOOK
        if look.width > NARROW and (cut := self.page.evaluate(CUT_OFF)):
            faults.append(f"columns cut off: {cut}")
        faults += [*self._size(kilobytes), *self.accessibility(rules, [] if path in FIRST else FRAME)]
        faults += self.heard
        if self._shifts() and self._shifts_again(path, step, look):
            faults.append(f"layout shift {self._shifts()}")
        return faults

    def accessibility(self, rules: dict[str, Any], frame: list[str]) -> Faults:
        """Return what axe finds in the page at its top: further down what sticks there covers others."""
        self.page.evaluate("window.scrollTo(0, 0)")
        self.page.evaluate(AXE_SCRIPT)
        return [
            f"{violation['id']}: {node['html'][:160]} ({' '.join(node['failureSummary'].split())[:200]})"
            for violation in self.page.evaluate(LOOK_FOR, [rules, frame])
            for node in violation["nodes"][:3]
        ]

    def _open(self, path: str, step: Step | None, look: Look) -> None:
        page = self.page
        page.set_viewport_size({"width": look.width, "height": 900})
        cookies = {"django_language": look.language, "theme": look.theme}
        page.context.add_cookies([{"name": key, "value": cookies[key], "url": self.url} for key in cookies])
        self.heard.clear()
        page.goto(self.url + path, wait_until="load")
        if step:
            step(page)

    def _size(self, kilobytes: int) -> Faults:
        faults = []
        if wide := self.page.evaluate(TOO_WIDE):
            faults.append(f"scrolls sideways, {wide}")
        if out := self.page.evaluate(STICKS_OUT):
            faults.append(f"text sticks out of {out[:3]}")
        if (sent := self.page.evaluate(BYTES_SENT)) > kilobytes * KILOBYTE:
            faults.append(f"{sent} bytes of styles and scripts, more than {kilobytes} KB")
        return faults

    def _shifts(self) -> list[Any]:
        """Return what moved, if too much did."""
        shifts: list[Any] = self.page.evaluate("window.shifts")
        return shifts if sum(shift[0] for shift in shifts) > SHIFT_AT_MOST else []

    def _shifts_again(self, path: str, step: Step | None, look: Look) -> list[Any]:
        """Return what moved in a second try: a busy machine may paint half a page once."""
        self._open(path, step, look)
        self.page.wait_for_timeout(100)  # what a late script would move has moved by then
        return self._shifts()

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser says of each error page itself that it is one.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.heard.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.heard.append(f"asks another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            self.response = response
