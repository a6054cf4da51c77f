/* Single keys: `?` shows them all. Off with data-keys="off" on <html>, in fields, in dialogs and with modifiers.

   g and a letter   the tab of the workspace, by its data-place
   j, k             next and previous row: its link gets the focus, so that Enter opens it
   x                ticks the row
   any other        the link or button with that data-key, such as e, E, [ and ]; E exports what is ticked in a list

   The differences have their own keys, n and p. */
"use strict";
(() => {
  const PLACES = { o: "overview", j: "job", s: "script", r: "resource", c: "cdm_job", a: "activity" };
  const ROWS = "main table tbody tr, main .acts > li, main .hit-list > li, main .cards > li";
  const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog";
  const TICKED = "[data-selection-bar]:has([data-selection-status]:not([hidden])) button[name=preview]";
  const PATIENCE = 1500;
  let went = 0;

  const rows = () => [...document.querySelectorAll(ROWS)].filter((row) => row.checkVisibility() && linkOf(row));

  function linkOf(row) {
    return row.querySelector("th a[href], .hit-name, .act-open, a[href]");
  }

  function step(by) {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    if (!next) return;
    linkOf(next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function tick() {
    document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]")?.click();
  }

  function press(key) {
    const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? (key === "E" ? document.querySelector(TICKED) : null);
    found?.click();
    return Boolean(found);
  }

  function act(key) {
    if (went && Date.now() - went < PATIENCE) {
      went = 0;
      const tab = PLACES[key] && document.querySelector(`nav [data-place="${PLACES[key]}"]`);
      if (tab) {
        tab.click();
        return true;
      }
    }
    went = 0;
    if (key === "g") went = Date.now();
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "x") tick();
    else if (key === "/") document.dispatchEvent(new Event("palette:open"));
    else if (key === "?") document.getElementById("keys")?.showModal();
    else return key.length === 1 && press(key);
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // A field that is seen no more, as in a dialog closed a moment ago, takes no text.
    if (document.documentElement.dataset.keys === "off" || event.target.closest(FIELDS)?.checkVisibility()) return;
    if (act(event.key)) event.preventDefault();
  });

  document.querySelectorAll("dialog.keys").forEach((sheet) => {
    sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  });
  document.querySelectorAll("[data-keys-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById("keys")?.showModal());
  });
})();
