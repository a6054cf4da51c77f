/* .code-find: what is searched for in one editor, and put in its place. code-editor.js says when there is an editor.

   Ctrl+F and the button open it, Ctrl+H at its second field, Escape closes it; Enter and Shift+Enter in a field,
   F3 and Shift+F3 in the text go to the next and the previous match. */
"use strict";
(() => {
  const COUNT_AFTER = 150;
  const MOST_MARKED = 5_000;

  function attach(box, editor) {
    const bar = box.querySelector(".code-find");
    const { Search } = window.ace.require("ace/search");
    const ends = new AbortController();
    const part = (name) => bar.querySelector(`[data-find="${name}"]`);
    const on = (element, type, does) => element.addEventListener(type, does, { signal: ends.signal });
    const say = (word, ...values) => values.reduce((text, value, place) => text.replace(`$${place}`, value), bar.dataset[word]);
    const needle = part("needle");
    let waiting = 0;

    function options(more) {
      const chosen = {};
      for (const name of ["caseSensitive", "wholeWord", "regExp"]) chosen[name] = part(name).checked;
      return { needle: needle.value, wrap: true, backwards: false, skipCurrent: false, start: null, range: null, ...chosen, ...more };
    }

    /* Marks all matches and says which of how many is selected. */
    function count() {
      const search = new Search().set(options());
      const found = needle.value ? search.findAll(editor.session) : [];
      const wrong = needle.value && !search.getOptions().re;
      const place = found.findIndex((range) => range.isEqual(editor.getSelectionRange())) + 1;
      const told = found.length ? say("count", place || "–", found.length) : say(wrong ? "wrong" : "none");
      part("count").textContent = needle.value ? told : "";
      editor.session.highlight(found.length && found.length <= MOST_MARKED ? search.getOptions().re : null);
      editor.renderer.updateBackMarkers();
    }

    function step(backwards) {
      if (needle.value) editor.find(options({ backwards, skipCurrent: true }));
      count();
    }

    function replace() {
      if (editor.getReadOnly() || !needle.value) return;
      editor.replace(part("text").value, options());
      step(false);
    }

    function replaceAll() {
      if (editor.getReadOnly() || !needle.value) return;
      const replaced = editor.replaceAll(part("text").value, options());
      count();
      part("count").textContent = say("done", replaced);
    }

    function open(field) {
      const chosen = editor.getSelectedText();
      bar.hidden = false;
      if (chosen && !chosen.includes("\n")) needle.value = chosen;
      count();
      part(field).focus();
      part(field).select();
    }

    function close() {
      window.clearTimeout(waiting);
      bar.hidden = true;
      editor.session.highlight(null);
      editor.renderer.updateBackMarkers();
    }

    const presses = {
      previous: () => step(true), next: () => step(false), replace, all: replaceAll, close: () => { close(); editor.focus(); },
    };
    on(bar, "click", ({ target }) => presses[target.closest("button")?.dataset.find]?.());
    on(bar, "change", ({ target }) => { if (target.type === "checkbox") count(); });
    on(needle, "input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => { editor.find(options()); count(); }, COUNT_AFTER);
    });
    on(bar, "keydown", (event) => {
      const isField = event.target.matches("input[type=text]") && !event.isComposing;
      if (event.key === "Escape") presses.close();
      else if (event.key === "Enter" && event.target.matches("input")) { // it would send the form
        event.preventDefault();
        if (isField) step(event.shiftKey);
      } else if (event.key === "F3") step(event.shiftKey);
      else return;
      event.preventDefault();
    });

    const keys = (win, mac) => ({ bindKey: { win, mac }, readOnly: true });
    editor.commands.addCommand({ name: "find", ...keys("Ctrl-F", "Command-F"), exec: () => open("needle") });
    editor.commands.addCommand({ name: "replace", ...keys("Ctrl-H", "Command-Option-F"), exec: () => open("text") });
    editor.commands.addCommand({ name: "findnext", ...keys("F3", "F3"), exec: () => step(false) });
    editor.commands.addCommand({ name: "findprevious", ...keys("Shift-F3", "Shift-F3"), exec: () => step(true) });
    box.addEventListener("code:close", () => { bar.hidden = true; ends.abort(); window.clearTimeout(waiting); }, { once: true });
  }

  document.addEventListener("code:open", ({ target, detail }) => attach(target, detail));
})();
