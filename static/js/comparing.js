/* A comparison: what differs in a pair opens beside the list. Without script each pair is a page of its own.
   j and k go to the next and the previous pair, from what is open too; what is open follows, with room for it.

   [data-compare-pair]   a link of the list to a pair
   [data-compare-part]   where what differs in it is shown
   [data-compare-view]   a link within it to another way to look at it
   [data-compare-progress="ADDRESS"]  how many pairs are still to be read; ADDRESS answers it anew
   [data-compare-open]   the form within it, while some are; [data-compare-read] its button, which this presses */
"use strict";
(() => {
  const EVERY = 3000;
  const progress = document.querySelector("[data-compare-progress]");

  async function ask(form) {
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
  }

  async function look() {
    if (!document.hidden) {
      const answer = await fetch(progress.dataset.compareProgress, { headers: { Accept: "text/html" } }).catch(() => null);
      if (answer && (answer.redirected || answer.status >= 400)) return;
      if (answer) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
        if (!fresh.querySelector("[data-compare-open]")) return void window.location.reload();
        progress.replaceChildren(...fresh.childNodes);
      }
    }
    window.setTimeout(look, EVERY);
  }

  const open = progress?.querySelector("[data-compare-open]");
  if (open) {
    const begun = open.querySelector("[data-compare-read]") ? ask(open) : Promise.resolve();
    begun.then(() => window.setTimeout(look, EVERY));
  }

  const place = document.querySelector("[data-compare-part]");
  if (!place) return;
  const FIELDS = "input, textarea, select, [contenteditable], dialog";
  const WAIT = 250;
  const isWide = () => window.matchMedia("(min-width: 1400px)").matches;
  let asked = "";
  let timer = 0;

  function mark(link) {
    document.querySelectorAll(".compare-table tr[data-here]").forEach((row) => row.removeAttribute("data-here"));
    link?.closest("tr")?.setAttribute("data-here", "");
  }

  async function show(address, link, stays) {
    asked = address;
    const url = new URL(address, window.location.href);
    url.searchParams.set("fragment", "1");
    url.hash = "";
    const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
    if (asked !== address) return;
    if (!answer || !answer.ok || answer.redirected) return void window.location.assign(address);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    place.replaceChildren(...fresh.childNodes);
    place.hidden = false;
    place.querySelectorAll("[data-diff]").forEach((part) => part.dispatchEvent(new CustomEvent("difference:added", { bubbles: true })));
    mark(link);
    if (link && !stays) place.focus({ preventScroll: isWide() });
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("[data-compare-pair], [data-compare-part] [data-compare-view]");
    if (!link) return;
    event.preventDefault();
    window.clearTimeout(timer);
    show(link.href, link.matches("[data-compare-pair]") ? link : document.querySelector(".compare-table tr[data-here] a"));
  });

  document.addEventListener("focusin", (event) => {
    window.clearTimeout(timer);
    const link = event.target.closest("[data-compare-pair]");
    if (link && !place.hidden && isWide() && link.href !== asked) timer = window.setTimeout(show, WAIT, link.href, link, true);
  });

  place.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) return;
    if (document.documentElement.dataset.keys === "off" || event.target.closest(FIELDS)) return;
    const here = document.querySelector(".compare-table tr[data-here]");
    const next = (event.key === "j" ? here?.nextElementSibling : here?.previousElementSibling)?.querySelector("[data-compare-pair]");
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    if (!isWide()) show(next.href, next);
  });
})();
