/* A selection that survives paging: <form data-selection="KEY"> with checkboxes [data-selection-item].

   [data-selection-all]      checkbox: all items of this page
   [data-selection-matching] button, shown when the whole page is ticked: all that match the list, as a query
   [data-selection-query]    disabled fieldset with the fields of that query
   [data-selection-bar]      shown while something is selected
   [data-selection-count]    gets the number, or the texts of its `data-all` and `data-less`
   [data-selection-status]   hidden until this script runs
   [data-selection-clear]    button: forget everything
   [data-selection-downloaded] shown once what is selected was downloaded
   <form data-selection-download>: the download, on a page that the bar of a list led to
   <form data-selection-act>: what is done with the objects there; then they are selected no more

   The names live in sessionStorage: those that are selected, or once all that match are, those that are not.
   On submit those of other pages are added to the form's data; without this script the form sends the ticked
   ones of the page. Elements outside the form take part by their `form` attribute. */
"use strict";
(() => {
  function read(key) {
    try {
      const value = JSON.parse(sessionStorage.getItem(key) || "null") || {};
      return { matching: value.matching === true, names: new Set(Array.isArray(value.names) ? value.names : []) };
    } catch {
      return { matching: false, names: new Set() };
    }
  }

  function write(key, state) {
    try {
      if (state.names.size || state.matching) sessionStorage.setItem(key, JSON.stringify({ matching: state.matching, names: [...state.names] }));
      else sessionStorage.removeItem(key);
    } catch {
      // Private windows may refuse storage; the selection then ends with the page.
    }
  }

  /* `sent` is the list whose bar led away, `downloaded` the one of which a download followed, `acted` the one
     whose objects were acted on. */
  const kept = (what) => {
    try {
      return sessionStorage.getItem(`selection-${what}`) || "";
    } catch {
      return "";
    }
  };

  function keep(what, value) {
    try {
      sessionStorage.setItem(`selection-${what}`, value);
    } catch {
      // As above.
    }
  }

  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

  function enhance(form) {
    const key = `selection:${form.dataset.selection}`;
    let state = read(key);

    const all = (hook) => [...document.querySelectorAll(`[data-selection-${hook}]`)]
      .filter((element) => (element.form || element.closest("form[data-selection]")) === form);

    function count(element) {
      const number = state.names.size.toLocaleString(document.documentElement.lang);
      if (!state.matching) return number;
      return fill(state.names.size ? element.dataset.less : element.dataset.all, { total: element.dataset.total, count: number });
    }

    function show() {
      const items = all("item");
      items.forEach((item) => { item.checked = state.names.has(item.value) !== state.matching; });
      const ticked = items.filter((item) => item.checked).length;
      all("all").forEach((box) => {
        box.hidden = items.length === 0;
        box.checked = items.length > 0 && ticked === items.length;
        box.indeterminate = ticked > 0 && ticked < items.length;
      });
      all("matching").forEach((button) => { button.hidden = state.matching || ticked < items.length; });
      all("query").forEach((fieldset) => { fieldset.disabled = !state.matching; });
      all("count").forEach((element) => { element.textContent = count(element); });
      [...all("clear"), ...all("status")].forEach((element) => { element.hidden = false; });
      all("downloaded").forEach((element) => { element.hidden = kept("downloaded") !== key; });
      all("bar").forEach((bar) => {
        bar.hidden = !state.matching && state.names.size === 0;
        bar.dataset.selectionReady = "";
      });
    }

    function mark(item, ticked) {
      if (ticked !== state.matching) state.names.add(item.value);
      else state.names.delete(item.value);
    }

    function save() {
      keep("downloaded", "");
      write(key, state);
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
      const button = event.target.closest("[data-selection-clear], [data-selection-matching]");
      if (!button || button.form !== form) return;
      state = { matching: button.matches("[data-selection-matching]"), names: new Set() };
      save();
      if (!state.matching) all("all")[0]?.focus();
    });

    form.addEventListener("submit", () => keep("sent", key));
    form.addEventListener("formdata", (event) => {
      const items = all("item");
      const field = form.dataset.selectionName || items[0]?.name || "name";
      event.formData.delete(field);
      state.names.forEach((name) => event.formData.append(state.matching ? "except" : field, name));
    });

    function arrive() {
      keep("sent", "");
      if (kept("acted") === key) {
        keep("acted", "");
        write(key, { matching: false, names: new Set() });
      }
      state = read(key);
      show();
    }

    window.addEventListener("pageshow", arrive);
    arrive();
  }

  function enhanceDownload(form) {
    form.addEventListener("submit", () => {
      keep("downloaded", kept("sent"));
      form.querySelectorAll("[data-selection-downloaded]").forEach((element) => { element.hidden = false; });
    });
  }

  /* The page of an act that was refused is shown again: then nothing was done. */
  function enhanceAct(form) {
    keep("acted", "");
    form.addEventListener("submit", () => keep("acted", kept("sent")));
  }

  document.querySelectorAll("form[data-selection]").forEach(enhance);
  document.querySelectorAll("form[data-selection-act]").forEach(enhanceAct);
  document.querySelectorAll("form[data-selection-download]").forEach(enhanceDownload);
})();
