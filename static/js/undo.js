/* details[data-load-difference="ADDRESS"]: when it is opened, the difference of that page is put into it.
   Without script a link inside leads there. */
"use strict";
(() => {
  async function load(details) {
    const answer = await fetch(details.dataset.loadDifference, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-diff]");
    if (!found) return;
    const copy = document.importNode(found, true);
    details.querySelector("p").before(copy);
    copy.dispatchEvent(new Event("difference:added", { bubbles: true }));
  }

  document.querySelectorAll("[data-load-difference]").forEach((details) => {
    details.addEventListener("toggle", () => details.open && load(details), { once: true });
  });
})();
