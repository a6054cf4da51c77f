/* <button hidden data-copy="TEXT" data-copy-done="Copied">: puts TEXT on the clipboard and says so. */
"use strict";
(() => {
  if (!navigator.clipboard) return;
  document.querySelectorAll("button[data-copy]").forEach((button) => { button.hidden = false; });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.querySelector("[data-copy-label]") || button;
    if (button.dataset.copying || !button.dataset.copyDone) return;
    const before = label.textContent;
    button.dataset.copying = "yes";
    label.textContent = button.dataset.copyDone;
    window.setTimeout(() => { label.textContent = before; delete button.dataset.copying; }, 1500);
  });
})();
