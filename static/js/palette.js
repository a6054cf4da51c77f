/* The palette: <dialog id="palette" data-go="/go/"> with one input and a list of ways, which the server writes.

   Ctrl+K, Cmd+K and any [data-palette-open] open it; `/` too, unless single keys are off (see keys.js). Arrow keys
   choose, Enter follows, Escape closes and the focus returns. Without this script the box in the bar searches. */
"use strict";
(() => {
  const WAIT = 100;
  const RECENT = 8;
  const OBJECT = /^\/w\/[^/]+\/(jobs|scripts|resources|cdm-jobs)\/[^/]+\/$/;
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = palette.querySelector("input");
  const list = palette.querySelector("[role=listbox]");
  const status = palette.querySelector("[role=status]");
  const key = `recent:${palette.dataset.user}`;
  let timer = 0;
  let asked = null;
  let shown = null;
  let follow = false;
  let before = null;

  function recent() {
    try {
      const paths = JSON.parse(sessionStorage.getItem(key) || "[]");
      return Array.isArray(paths) ? paths.map(String) : [];
    } catch {
      return [];
    }
  }

  function remember(path) {
    try {
      sessionStorage.setItem(key, JSON.stringify([path, ...recent().filter((one) => one !== path)].slice(0, RECENT)));
    } catch { /* storage may be refused: then nothing is recent */ }
  }

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector('[aria-selected="true"]');

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    input.removeAttribute("aria-activedescendant");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = options();
    if (!all.length) return;
    const at = all.indexOf(chosen());
    choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
  }

  async function ask() {
    const text = input.value.trim();
    asked?.abort();
    const mine = asked = new AbortController();
    const query = new URLSearchParams({ q: text, at: location.pathname + location.search });
    if (!text) recent().filter((path) => path !== location.pathname).forEach((path) => query.append("recent", path));
    try {
      const answer = await fetch(`${palette.dataset.go}?${query}`, { signal: mine.signal });
      if (answer.redirected) return location.reload(); // the session has ended
      if (!answer.ok) return show(text, "");
      show(text, await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") show(text, "");
    }
  }

  function show(text, html) {
    list.innerHTML = html;
    shown = text;
    choose(text ? options()[0] : null);
    input.setAttribute("aria-expanded", String(options().length > 0));
    status.textContent = list.querySelector(".go-none")?.textContent || "";
    if (follow && text === input.value.trim()) go();
  }

  function go() {
    follow = false;
    const option = chosen();
    if (option) option.click();
    else if (input.value.trim()) input.form.submit();
  }

  function open() {
    if (palette.open) return;
    before = document.activeElement;
    input.value = "";
    show("", "");
    palette.showModal();
    input.focus();
    ask();
  }

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") {
      // What was typed last may not be answered yet: the answer is followed when it is there.
      if (shown === input.value.trim()) go();
      else follow = true;
    } else return;
    event.preventDefault();
  });

  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  palette.addEventListener("close", () => {
    if (palette.open) return; // opened again before this was told
    asked?.abort();
    window.clearTimeout(timer);
    follow = false;
    before?.focus?.();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("palette:open", open);
  document.querySelectorAll("[data-palette-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", open);
  });
  if (OBJECT.test(location.pathname)) remember(location.pathname);
})();
