/* <button hidden data-follow="ADDRESS" data-follow-show="PAGE">: asks ADDRESS now and then how much is new, while
   the page is looked at, and offers PAGE in [data-follow-news]. The server answers 304 while nothing is new. */
"use strict";
(() => {
  const EVERY = 10000;
  const button = document.querySelector("button[data-follow]");
  const news = document.querySelector("[data-follow-news]");
  if (!button || !news) return;
  let timer = 0;

  async function ask() {
    if (document.hidden) return;
    const answer = await fetch(button.dataset.follow, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const { count, text } = await answer.json();
    if (!count || news.textContent === text) return;
    const link = document.createElement("a");
    link.href = button.dataset.followShow;
    link.textContent = text;
    news.replaceChildren(link);
  }

  function follow(on) {
    button.setAttribute("aria-pressed", String(on));
    window.clearInterval(timer);
    timer = on ? window.setInterval(ask, EVERY) : 0;
    if (on) ask();
    try {
      if (on) sessionStorage.setItem("follow", "1");
      else sessionStorage.removeItem("follow");
    } catch { /* kept for this page only */ }
  }

  button.hidden = false;
  button.addEventListener("click", () => follow(button.getAttribute("aria-pressed") !== "true"));
  document.addEventListener("visibilitychange", () => { if (timer) ask(); });
  try {
    if (sessionStorage.getItem("follow")) follow(true);
  } catch { /* storage may be refused */ }
})();
