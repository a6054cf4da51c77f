/* <button hidden data-copy-code="ID" data-copy-done="Copied">: copies the code in the element ID, without line numbers. */
"use strict";
(() => {
  if (!navigator.clipboard) return;
  document.querySelectorAll("button[data-copy-code]").forEach((button) => { button.hidden = false; });

  function textOf(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".linenos").forEach((number) => number.remove());
    return copy.textContent;
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy-code]");
    if (!button) return;
    await navigator.clipboard.writeText(textOf(document.getElementById(button.dataset.copyCode)));
    const label = button.querySelector("[data-copy-label]") || button;
    if (button.dataset.copying) return;
    const before = label.textContent;
    button.dataset.copying = "yes";
    label.textContent = button.dataset.copyDone;
    window.setTimeout(() => { label.textContent = before; delete button.dataset.copying; }, 1500);
  });
})();
