/* [data-progress="ADDRESS"]: shows what ADDRESS answers, now and then, while its content has [data-open]; the page
   is loaded anew once ADDRESS leads elsewhere. [data-progress-every] says after how many milliseconds.
   Without script the page loads itself anew. */
"use strict";
(() => {
  const place = document.querySelector("[data-progress]");
  if (!place) return;
  const EVERY = Number(place.dataset.progressEvery) || 2000;

  async function look() {
    if (!document.hidden) {
      const answer = await fetch(place.dataset.progress, { headers: { Accept: "text/html" } }).catch(() => null);
      if (answer && answer.redirected) return window.location.reload();
      if (answer && answer.ok) {
        const text = await answer.text();
        const fresh = new DOMParser().parseFromString(text, "text/html").body;
        if (fresh.textContent !== place.textContent) place.replaceChildren(...fresh.childNodes);
      }
    }
    if (place.querySelector("[data-open]")) window.setTimeout(look, EVERY);
  }

  if (place.querySelector("[data-open]")) window.setTimeout(look, EVERY);
})();
