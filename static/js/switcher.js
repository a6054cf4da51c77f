/* [data-switcher=URL]: the menu of workspaces gets all others, and a box that filters them. */
"use strict";
(() => {
  const menu = document.querySelector("[data-switcher]");
  if (!menu) return;
  const filter = menu.querySelector(".switcher-filter");
  const box = filter.querySelector("input");
  const choices = filter.querySelector("[data-switcher-choices]");
  let asked = 0;
  let wait = 0;

  async function show() {
    const mine = ++asked;
    const url = `${menu.dataset.switcher}&q=${encodeURIComponent(box.value)}`;
    const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected || mine !== asked) return;
    choices.innerHTML = await answer.text();
  }

  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    filter.hidden = false;
    box.focus();
    if (!asked) show();
  });

  box.addEventListener("input", () => {
    window.clearTimeout(wait);
    wait = window.setTimeout(show, 120);
  });

  // The arrow keys go through the lines, from the box and back into it.
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && event.target === box) choices.querySelector("a")?.click();
    if (!step) return;
    const stops = [...menu.querySelectorAll("a, input")].filter((stop) => stop.offsetParent);
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (next) next.focus();
    event.preventDefault();
  });
})();
