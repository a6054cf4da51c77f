/* <table data-week="ADDRESS"> with links data-starts="HOUR": an hour that is pointed at or has the focus says in
   [data-week-cell] which jobs start in it. Without this its title says how many. */
"use strict";
(() => {
  const WAIT = 120;
  const table = document.querySelector("table[data-week]");
  const place = document.querySelector("[data-week-cell]");
  if (!table || !place) return;
  const known = new Map();
  let timer = 0;
  let asked = "";

  async function read(starts) {
    const address = `${table.dataset.week}?${new URLSearchParams({ starts })}`;
    const answer = await fetch(address).catch(() => null);
    return answer && answer.ok && !answer.redirected ? answer.text() : "";
  }

  async function show(link) {
    const { starts } = link.dataset;
    asked = starts;
    if (!known.has(starts)) known.set(starts, await read(starts));
    const html = known.get(starts);
    if (!html) known.delete(starts);
    if (!html || asked !== starts) return;
    place.innerHTML = html;
    link.title = place.textContent.trim();
  }

  function soon(event) {
    const link = event.target.closest("a[data-starts]");
    window.clearTimeout(timer);
    if (link) timer = window.setTimeout(show, WAIT, link);
  }

  table.addEventListener("focusin", soon);
  table.addEventListener("pointerover", soon);
})();
