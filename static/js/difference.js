/* Differences: `n` and `p` go to the next and the previous one, and the tick "Viewed" folds what was seen.

   [data-diff]          one difference; with data-diff-pair, the two digests, its tick is kept
   [data-difference]    a place to go to
   [data-diff-viewed]   the label of the tick, hidden until this script runs
   [data-diff-open]     a link to this page with more equal lines of a text unfolded; only these lines are put in

   A script that puts a difference into a page says so by the event `difference:added` on it. */
"use strict";
(() => {
  const PREFIX = "viewed:";
  const MOST_KEPT = 500;

  function kept(key) {
    try {
      return localStorage.getItem(key) !== null;
    } catch {
      return false;
    }
  }

  function keep(key, viewed) {
    try {
      if (!viewed) return localStorage.removeItem(key);
      localStorage.setItem(key, String(Date.now()));
      const mine = Object.keys(localStorage).filter((one) => one.startsWith(PREFIX));
      mine.sort((one, other) => Number(localStorage.getItem(one)) - Number(localStorage.getItem(other)));
      mine.slice(0, Math.max(0, mine.length - MOST_KEPT)).forEach((one) => localStorage.removeItem(one));
    } catch {
      // Private windows may refuse storage; the tick then ends with the page.
    }
  }

  function prepare(diff) {
    const label = diff.querySelector("[data-diff-viewed]");
    const box = label?.querySelector("input");
    if (!box || !diff.dataset.diffPair) return;
    const key = PREFIX + diff.dataset.diffPair;
    const show = () => diff.toggleAttribute("data-viewed", box.checked);
    box.checked = kept(key);
    label.hidden = false;
    show();
    box.addEventListener("change", () => { keep(key, box.checked); show(); });
  }

  document.querySelectorAll("[data-diff]").forEach(prepare);
  document.addEventListener("difference:added", (event) => prepare(event.target));

  function putIn(page, file) {
    document.querySelectorAll(".diff-file").forEach((one) => {
      const fresh = page.getElementById(one.id);
      if (!fresh) return;
      if (one === file) return one.replaceWith(document.adoptNode(fresh));
      const links = fresh.querySelectorAll("[data-diff-open]");
      one.querySelectorAll("[data-diff-open]").forEach((link, place) => { if (links[place]) link.href = links[place].getAttribute("href"); });
    });
  }

  async function unfold(link) {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(String(answer.status));
    putIn(new DOMParser().parseFromString(await answer.text(), "text/html"), link.closest(".diff-file"));
    if (new URL(link.href).pathname === window.location.pathname) history.replaceState(null, "", link.href);
    document.getElementById(decodeURIComponent(link.hash.slice(1)))?.querySelector("a").focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-diff-open]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    unfold(link).catch(() => window.location.assign(link.href));
  });

  function go(step) {
    const places = [...document.querySelectorAll("[data-difference]")].filter((place) => place.checkVisibility());
    if (!places.length) return;
    const at = places.findIndex((place) => place.hasAttribute("data-here"));
    const next = places[at < 0 ? (step > 0 ? 0 : places.length - 1) : (at + step + places.length) % places.length];
    places[at]?.removeAttribute("data-here");
    next.setAttribute("data-here", "");
    next.scrollIntoView({ block: "center" });
    const target = next.querySelector("summary, a");
    target?.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.documentElement.dataset.keys === "off") return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog")) return;
    if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
    else return;
    event.preventDefault();
  });
})();
