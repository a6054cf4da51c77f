/* A selection that survives paging: <form data-selection="jobs:WORKSPACE"> with checkboxes [data-selection-item].

   [data-selection-all]    checkbox: all items of this page
   [data-selection-bar]    shown while something is selected
   [data-selection-count]  gets the number
   [data-selection-status] hidden until this script runs
   [data-selection-clear]  button: forget everything

   The names live in sessionStorage. On submit those of other pages are added to the form's data; without this
   script the form sends the ticked ones of the page. Elements outside the form take part by their `form` attribute. */
"use strict";
(() => {
  function read(key) {
    try {
      const value = JSON.parse(sessionStorage.getItem(key) || "[]");
      return new Set(Array.isArray(value) ? value : []);
    } catch {
      return new Set();
    }
  }

  function write(key, names) {
    try {
      if (names.size) sessionStorage.setItem(key, JSON.stringify([...names]));
      else sessionStorage.removeItem(key);
    } catch {
      // Private windows may refuse storage; the selection then ends with the page.
    }
  }

  function enhance(form) {
    const key = `selection:${form.dataset.selection}`;
    let names = read(key);

    const all = (hook) => [...document.querySelectorAll(`[data-selection-${hook}]`)]
      .filter((element) => (element.form || element.closest("form[data-selection]")) === form);

    function show() {
      const items = all("item");
      items.forEach((item) => { item.checked = names.has(item.value); });
      const ticked = items.filter((item) => item.checked).length;
      all("all").forEach((box) => {
        box.hidden = items.length === 0;
        box.checked = items.length > 0 && ticked === items.length;
        box.indeterminate = ticked > 0 && ticked < items.length;
      });
      all("count").forEach((element) => { element.textContent = names.size.toLocaleString(document.documentElement.lang); });
      [...all("clear"), ...all("status")].forEach((element) => { element.hidden = false; });
      all("bar").forEach((bar) => { bar.hidden = names.size === 0; });
    }

    function mark(item, ticked) {
      if (ticked) names.add(item.value);
      else names.delete(item.value);
    }

    function save() {
      write(key, names);
      show();
    }

    document.addEventListener("change", (event) => {
      const target = event.target;
      if (target.form !== form) return;
      if (target.matches("[data-selection-item]")) mark(target, target.checked);
      else if (target.matches("[data-selection-all]")) all("item").forEach((item) => mark(item, target.checked));
      else return;
      save();
    });

    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-selection-clear]");
      if (!button || !all("clear").includes(button)) return;
      names.clear();
      save();
      form.querySelector("[data-selection-all]")?.focus();
    });

    form.addEventListener("formdata", (event) => {
      const items = all("item");
      const here = new Set(items.map((item) => item.value));
      const field = form.dataset.selectionName || items[0]?.name || "name";
      names.forEach((name) => {
        if (!here.has(name)) event.formData.append(field, name);
      });
    });

    window.addEventListener("pageshow", () => { names = read(key); show(); });
    show();
  }

  document.querySelectorAll("form[data-selection]").forEach(enhance);
})();
