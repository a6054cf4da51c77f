/* .json-editor in .code-box, around <textarea data-json-editor data-error-lines="12,40">: line numbers, error lines marked.

   [data-goto-line="12"] (a link to the textarea, so that it works without this script) selects and shows that
   line; data-goto-in="ID" names the textarea when a page has several. An editor that stands in its place goes there
   itself: it cancels `code:goto`. A number typed into the bar above does the same. Only the visible lines are drawn, so the
   size of the document does not matter. Keys keep their usual meaning: Tab leaves the field. */
"use strict";
(() => {
  function countLines(text) {
    let lines = 1;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
    return lines;
  }

  function metrics(textarea) {
    const style = getComputedStyle(textarea);
    return { line: parseFloat(style.lineHeight), top: parseFloat(style.paddingTop) };
  }

  function errorLines(textarea) {
    return new Set((textarea.dataset.errorLines || "").split(",").map(Number).filter((line) => line > 0));
  }

  function enhance(editor) {
    const textarea = editor.querySelector("textarea");
    const numbers = editor.querySelector(".json-editor-lines");
    const marks = editor.querySelector(".json-editor-marks");
    const errors = errorLines(textarea);
    let total = countLines(textarea.value);

    function draw() {
      if (!textarea.clientHeight) return; // an editor stands in its place
      const { line, top } = metrics(textarea);
      const first = Math.max(0, Math.floor((textarea.scrollTop - top) / line));
      const last = Math.min(total, first + Math.ceil(textarea.clientHeight / line) + 1);
      const offset = (index) => `${top + index * line - textarea.scrollTop}px`;
      const rows = [];
      const bars = [];
      for (let index = first; index < last; index += 1) {
        const row = document.createElement("span");
        row.textContent = index + 1;
        if (errors.has(index + 1)) {
          row.className = "is-error";
          const bar = document.createElement("span");
          bar.style.top = offset(index);
          bars.push(bar);
        }
        rows.push(row);
      }
      numbers.style.transform = `translateY(${offset(first)})`;
      editor.dataset.digits = String(Math.max(total, 1000)).length;
      numbers.replaceChildren(...rows);
      marks.replaceChildren(...bars);
    }

    textarea.addEventListener("scroll", draw, { passive: true });
    textarea.addEventListener("input", () => { total = countLines(textarea.value); draw(); });
    textarea.form?.addEventListener("reset", () => window.setTimeout(() => { total = countLines(textarea.value); draw(); }, 0));
    new ResizeObserver(draw).observe(textarea);
  }

  function goTo(textarea, number) {
    if (!textarea.dispatchEvent(new CustomEvent("code:goto", { detail: number, cancelable: true }))) return;
    const text = textarea.value;
    let start = 0;
    for (let line = 1; line < number; line += 1) {
      const next = text.indexOf("\n", start);
      if (next === -1) break;
      start = next + 1;
    }
    const end = text.indexOf("\n", start);
    const { line, top } = metrics(textarea);
    textarea.focus({ preventScroll: true });
    textarea.setSelectionRange(start, end === -1 ? text.length : end);
    textarea.scrollTop = Math.max(0, top + (number - 1) * line - textarea.clientHeight / 3);
    textarea.scrollLeft = 0;
    textarea.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto-line]");
    if (!link) return;
    const textarea = link.dataset.gotoIn
      ? document.getElementById(link.dataset.gotoIn)
      : document.querySelector("textarea[data-json-editor]");
    if (!textarea) return;
    event.preventDefault();
    goTo(textarea, Number(link.dataset.gotoLine));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-code-line]")) return;
    event.preventDefault(); // it would send the form
    if (event.target.value) goTo(event.target.closest(".code-box").querySelector("textarea[data-json-editor]"), Number(event.target.value));
  });

  document.querySelectorAll(".json-editor").forEach(enhance);
})();
