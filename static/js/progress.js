/* [data-progress="ADDRESS"]: shows what ADDRESS answers, now and then, while its content has [data-open].
   Without script the page loads itself anew. */
"use strict";
(() => {
  const EVERY = 2000;
  const place = document.querySelector("[data-progress]");
  if (!place) return;

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
