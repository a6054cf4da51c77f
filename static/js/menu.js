/* <details data-menu>: only one open at a time; Escape and a click elsewhere close it. */
"use strict";
(() => {
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  });

  // Keyboard users who tab out of a menu leave it behind closed.
  document.addEventListener("focusin", (event) => {
    openMenus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // A download leaves the page standing, so its menu closes here.
  document.addEventListener("submit", (event) => {
    const menu = event.target.querySelector("details[data-menu][open]") || event.target.closest("details[data-menu]");
    if (menu) window.setTimeout(() => { menu.open = false; }, 0);
  });
})();
