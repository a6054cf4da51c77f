/* The theme switch: auto, light or dark, kept in the cookie `theme`, which base.html reads on the server.
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

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch], .theme-toggle")) return;
    choose(themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length]);
  });

  const reveal = () => document.querySelectorAll("[data-theme-switch]").forEach((button) => { button.hidden = false; });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", reveal);
  else reveal();

  // Another tab, or the back button, may have chosen since.
  window.addEventListener("pageshow", () => { root.dataset.theme = stored(); });
  document.addEventListener("visibilitychange", () => { root.dataset.theme = stored(); });
})();
