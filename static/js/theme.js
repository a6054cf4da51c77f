/* The theme switch, [data-theme-form]: auto, light or dark, kept in the cookie `theme`, which base.html reads on
   the server. Its form is sent behind the page, which stays as it is, so that the choice is kept for the person.
   The Django admin has no place for the cookie in its <html>, so there this script runs before the first paint. */
"use strict";
(() => {
  const themes = ["auto", "light", "dark"];
  const root = document.documentElement;

  function stored() {
    const found = document.cookie.match(/(?:^|;\s*)theme=(auto|light|dark)(?:;|$)/);
    return found ? found[1] : "auto";
  }

  function choose(theme) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    root.dataset.theme = theme;
  }

  root.dataset.theme = stored();

  const after = (theme) => themes[(themes.indexOf(theme) + 1) % themes.length];

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const chosen = after(root.dataset.theme);
    choose(chosen);
    const sent = new FormData(form);
    sent.set("theme", chosen);
    fetch(form.action, { method: "POST", body: sent, redirect: "manual" }).catch(() => {});
  });

  // The switch of Django's admin is a button alone.
  document.addEventListener("click", (event) => {
    if (event.target.closest(".theme-toggle")) choose(after(root.dataset.theme));
  });

  // Another tab, or the back button, may have chosen since.
  window.addEventListener("pageshow", () => { root.dataset.theme = stored(); });
  document.addEventListener("visibilitychange", () => { root.dataset.theme = stored(); });
})();
