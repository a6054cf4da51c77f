/* Swagger UI is dark where <html> has the class `dark-mode`: it follows the portal's theme, and the system's. */
"use strict";
(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function follow() {
    const theme = root.dataset.theme;
    root.classList.toggle("dark-mode", theme === "dark" || (theme !== "light" && system.matches));
  }

  new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  system.addEventListener("change", follow);
  follow();
})();
