/* An editor, Ace, in place of <textarea data-json-editor data-language="json">: colours, folds, find (code-find.js).

   The text area stays the truth: what is typed is put into it at once, with an `input` event, and what others put into
   it with such an event is shown. It is sent, and without this script, with "Plain text field" ticked or with a text
   that is too large it is used as it is. <template data-code-editor> says where the editor's files are and what its
   words are in the reader's language. data-language-of="type" names the field whose value chooses the language among
   data-languages. .code-box says in data-editor which of the two it shows: "code" or "plain". */
"use strict";
(() => {
  const parts = document.querySelector("template[data-code-editor]");
  const MOST_CHARACTERS = 1_000_000;
  const MOST_LINES = 20_000;
  const LONGEST_LINE = 50_000;
  const kept = `editor:${document.body.dataset.person}`;
  const TABS = { json: 2 };
  // All other keys of the editor stay the browser's or the page's: Ctrl+D, Ctrl+K, Ctrl+L, Ctrl+P, F1 and so on.
  const COMMANDS = new Set([
    "selectall", "fold", "unfold", "toggleFoldWidget", "toggleParentFoldWidget", "foldall", "unfoldall", "overwrite",
    "selecttostart", "gotostart", "selectup", "golineup", "selecttoend", "gotoend", "selectdown", "golinedown",
    "selectwordleft", "gotowordleft", "selecttolinestart", "selectlinestart", "gotolinestart", "selectleft", "gotoleft", "selectwordright",
    "gotowordright", "selecttolineend", "selectlineend", "gotolineend", "selectright", "gotoright", "selectpagedown", "gotopagedown",
    "selectpageup", "gotopageup", "copy", "cut", "paste", "togglecomment", "undo", "redo", "movelinesup", "movelinesdown",
    "copylinesup", "copylinesdown", "del", "backspace", "cut_or_delete", "removewordleft", "removewordright", "removetolinestart", "removetolineend", "outdent",
    "indent", "insertstring", "inserttext",
  ]);
  const BROWSERS_KEYS = ["Alt-Left", "Alt-Right", "Alt-Shift-Left", "Alt-Shift-Right"];
  const loading = new Map();
  const areas = [];
  let configured = false;
  let wantsPlain = keptPlain();

  function load(address) {
    if (!loading.has(address)) loading.set(address, new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    }));
    return loading.get(address);
  }

  async function loadEditor(language) {
    await load(parts.dataset.ace);
    await load(parts.dataset[language]);
    if (configured) return;
    configured = true;
    const words = { ...window.ace.require("ace/lib/default_english_messages").defaultEnglishMessages };
    for (const word of parts.content.querySelectorAll("[data-word]")) words[word.dataset.word] = word.textContent;
    window.ace.config.set("useStrictCSP", true);
    window.ace.require("ace/layer/text").Text.prototype.MAX_LINE_LENGTH = Infinity; // else long lines end in "<click…>"
    window.ace.config.setMessages(words);
  }

  function keptPlain() {
    try {
      return localStorage.getItem(kept) === "plain";
    } catch {
      return false;
    }
  }

  function keepPlain(plain) {
    wantsPlain = plain;
    try {
      if (plain) localStorage.setItem(kept, "plain");
      else localStorage.removeItem(kept);
    } catch {
      // The browser keeps nothing: the choice ends with the page.
    }
  }

  function isTooLarge(text) {
    if (text.length > MOST_CHARACTERS) return true;
    const lines = text.split("\n");
    return lines.length > MOST_LINES || lines.some((line) => line.length > LONGEST_LINE);
  }

  function languageOf(textarea) {
    const field = textarea.form.elements[textarea.dataset.languageOf];
    const languages = JSON.parse(textarea.dataset.languages || "{}");
    return languages[field?.value] || textarea.dataset.language;
  }

  /* Indents are spaces in JSON, and where the text has them already; else Tab is a tab. */
  function indentOf(text, language) {
    const spaces = language in TABS || (/^ {2,}\S/m.test(text) && !/^\t/m.test(text));
    return { useSoftTabs: spaces, tabSize: TABS[language] || 4, navigateWithinSoftTabs: true };
  }

  /* The lines that the lists above name, with what they say of them. */
  function remarksOn(textarea) {
    const errors = new Set((textarea.dataset.errorLines || "").split(","));
    return [...document.querySelectorAll(`[data-goto-in="${CSS.escape(textarea.id)}"]`)].map((link) => ({
      line: Number(link.dataset.gotoLine),
      type: errors.has(link.dataset.gotoLine) ? "error" : "warning",
      text: link.parentElement.textContent.replace(/\s+/g, " ").trim(),
    }));
  }

  /* Remarks stay with their lines while other lines come and go. */
  function showRemarks(editor, textarea) {
    const session = editor.session;
    const { Range } = window.ace.require("ace/range");
    const remarks = remarksOn(textarea).filter((remark) => remark.line <= session.getLength());
    for (const remark of remarks) {
      remark.anchor = session.doc.createAnchor(remark.line - 1, 0);
      const range = new Range(remark.line - 1, 0, remark.line - 1, 1);
      range.start = remark.anchor;
      range.end = session.doc.createAnchor(remark.line - 1, 1);
      session.addMarker(range, `code-${remark.type}`, "fullLine");
    }
    const show = () => session.setAnnotations(remarks.map(({ anchor, type, text }) => ({ row: anchor.row, column: 0, type, text })));
    remarks.forEach((remark) => remark.anchor.on("change", show));
    show();
  }

  function setKeys(editor, textarea) {
    for (const name of Object.keys(editor.commands.commands)) if (!COMMANDS.has(name)) editor.commands.removeCommand(name);
    editor.commands.bindKeys(Object.fromEntries(BROWSERS_KEYS.map((key) => [key, null])));
    const save = textarea.form.querySelector("button[name=_continue]");
    editor.commands.addCommand({ name: "save", bindKey: { win: "Ctrl-S", mac: "Command-S" }, exec: () => save?.click(), readOnly: true });
  }

  /* Escape, then Tab, leaves: the next key decides. */
  function letLeave(host) {
    let leaving = false;
    host.addEventListener("keydown", (event) => {
      if (event.key === "Tab" && leaving) event.stopPropagation();
      if (event.key !== "Shift") leaving = event.key === "Escape";
    }, true);
    host.addEventListener("focusout", () => { leaving = false; });
  }

  /* The label, the remarks below and the name that the text area has are the editor's. */
  function nameInput(area, editor) {
    const { textarea, label } = area;
    const input = editor.textInput.getElement();
    editor.textInput.setAriaOptions = () => {}; // it would announce a completion that there is not
    for (const name of ["aria-haspopup", "aria-autocomplete"]) input.removeAttribute(name);
    input.id = `${textarea.id}_editor`;
    if (label) label.htmlFor = input.id;
    editor.setOption("textInputAriaLabel", label ? label.textContent.trim() : textarea.id);
    editor.textInput.setAriaLabel();
    const described = [textarea.getAttribute("aria-describedby"), `${textarea.id}_keys`].filter(Boolean);
    input.setAttribute("aria-describedby", described.join(" "));
    if (textarea.hasAttribute("aria-invalid")) input.setAttribute("aria-invalid", textarea.getAttribute("aria-invalid"));
  }

  /* What is typed goes into the text area at once; what others put there is shown. */
  function mirror(area) {
    const { editor, textarea } = area;
    let asked = false;
    let large = false;
    editor.session.on("change", ({ lines, end }) => {
      large ||= [...lines, editor.session.getLine(end.row) ?? ""].some((line) => line.length > LONGEST_LINE);
      if (asked) return;
      asked = true;
      queueMicrotask(() => { // one for all changes of one command
        asked = false;
        const text = editor.getValue();
        if (text === textarea.value) return;
        textarea.value = text;
        textarea.dispatchEvent(new Event("input", { bubbles: true }));
        if (large || text.length > MOST_CHARACTERS || editor.session.getLength() > MOST_LINES) close(area);
      });
    });
    return () => {
      if (!area.editor || textarea.value === editor.getValue()) return;
      if (isTooLarge(textarea.value)) close(area);
      else editor.setValue(textarea.value, -1);
    };
  }

  function make(area, language) {
    const { textarea, box } = area;
    const host = document.createElement("div");
    const frame = box.querySelector(".json-editor");
    host.className = "code-editor";
    host.style.height = `${textarea.offsetHeight}px`;
    host.append(document.createElement("div"));
    frame.append(host);
    const editor = window.ace.edit(host.firstChild);
    const indent = indentOf(textarea.value, language);
    editor.setTheme({ cssClass: "ace-portal", isDark: false, cssText: "" });
    editor.session.setUseWorker(false);
    editor.session.setMode(`ace/mode/${language}`);
    editor.session.setValue(textarea.value);
    editor.setOptions({
      ...indent, behavioursEnabled: false, wrapBehavioursEnabled: false, showPrintMargin: false, displayIndentGuides: false,
      showFoldWidgets: true, fixedWidthGutter: true, readOnly: textarea.disabled,
    });
    return { editor, host };
  }

  function caretOf(textarea) {
    const before = textarea.value.slice(0, textarea.selectionStart).split("\n");
    return { row: before.length - 1, column: before.at(-1).length };
  }

  async function open(area) {
    const { textarea, box } = area;
    const language = languageOf(textarea);
    try {
      await loadEditor(language);
    } catch {
      return show(area, "plain"); // the text area is whole without it
    }
    if (area.editor || wantsPlain || isTooLarge(textarea.value)) return;
    const focused = document.activeElement === textarea;
    const caret = caretOf(textarea);
    Object.assign(area, make(area, language));
    area.take = mirror(area);
    nameInput(area, area.editor);
    setKeys(area.editor, textarea);
    letLeave(area.host);
    showRemarks(area.editor, textarea);
    show(area, "code");
    area.editor.resize(true);
    if (focused) area.editor.focus();
    if (focused) area.editor.gotoLine(caret.row + 1, caret.column);
    box.dispatchEvent(new CustomEvent("code:open", { bubbles: true, detail: area.editor }));
  }

  function close(area) {
    const { editor, host, textarea, box } = area;
    if (!editor) return;
    const at = editor.session.doc.positionToIndex(editor.getCursorPosition());
    const focused = editor.isFocused();
    box.dispatchEvent(new CustomEvent("code:close", { bubbles: true }));
    editor.destroy();
    host.remove();
    area.editor = area.host = null;
    if (area.label) area.label.htmlFor = textarea.id;
    show(area, "plain");
    textarea.setSelectionRange(at, at);
    if (focused) textarea.focus();
  }

  function show(area, what) {
    area.box.dataset.editor = what;
    area.box.toggleAttribute("data-large", isTooLarge(area.textarea.value));
  }

  function choose(area) {
    if (wantsPlain || isTooLarge(area.textarea.value)) {
      close(area);
      show(area, "plain");
    } else if (!area.editor) open(area);
  }

  /* The type of the script was changed: its language, too. */
  async function follow(area) {
    if (!area.editor) return;
    const language = languageOf(area.textarea);
    try {
      await loadEditor(language);
      area.editor?.session.setMode(`ace/mode/${language}`);
    } catch {
      // Without the language's file the text keeps its colours.
    }
  }

  function goTo(area, line) {
    const { editor } = area;
    editor.gotoLine(line, 0, false);
    editor.selection.setRange({ start: { row: line - 1, column: 0 }, end: { row: line - 1, column: editor.session.getLine(line - 1).length } });
    editor.scrollToLine(line - 1, true, false);
    reach(area);
  }

  function reach(area) {
    area.editor.focus();
    area.host.scrollIntoView({ block: "nearest" });
  }

  function watch(textarea) {
    const box = textarea.closest(".code-box");
    const area = { textarea, box, label: document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`) };
    const plain = box.querySelector("[data-code-plain]");
    areas.push(area);
    plain.checked = wantsPlain;
    plain.addEventListener("change", () => {
      keepPlain(plain.checked);
      for (const other of areas) {
        other.box.querySelector("[data-code-plain]").checked = plain.checked;
        choose(other);
      }
    });
    box.addEventListener("click", ({ target }) => {
      const name = target.closest("[data-code]")?.dataset.code;
      if (name && area.editor) area.editor.execCommand(name);
    });
    textarea.addEventListener("input", () => area.take?.());
    textarea.addEventListener("code:goto", (event) => {
      if (!area.editor) return;
      event.preventDefault();
      goTo(area, Math.min(event.detail, area.editor.session.getLength()));
    });
    textarea.form.addEventListener("reset", () => window.setTimeout(() => area.take?.(), 0));
    textarea.form.elements[textarea.dataset.languageOf]?.addEventListener("change", () => follow(area));
    choose(area);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]:not([data-goto-line])');
    const area = link && areas.find(({ textarea, editor }) => editor && link.hash === `#${textarea.id}`);
    if (!area) return;
    event.preventDefault();
    reach(area);
  });
  // The back button puts into the fields what they held.
  window.addEventListener("pageshow", () => areas.forEach((area) => area.editor && area.take()));

  if (parts) document.querySelectorAll("textarea[data-json-editor]").forEach(watch);
})();
