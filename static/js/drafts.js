/* What somebody types into <form data-draft="KEY" data-draft-base="3"> is kept in this browser until it is saved.

   <body data-person="7"> says who reads: drafts of another person are never looked at. A draft ends when the page
   that answers says that it was saved (cookie draft_saved), at sign-out, and after seven days. Places of secrets
   are emptied before anything is kept (design, rule 5): what cannot be emptied surely is not kept. */
"use strict";
(() => {
  const person = document.body.dataset.person;
  const AGE = 7 * 24 * 60 * 60 * 1000;
  const prefix = `draft:${person}:`;
  let signingOut = false;
  const ENDINGS = [
    "password", "passwd", "pwd", "passphrase", "secret", "secretkey", "securitykey", "accesskey", "accesskeyid", "privatekey",
    "apikey", "token", "credential", "authorization", "jaasconfig",
  ];
  const SHORT = ["ak", "sk", "dek"];

  function allDrafts() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
    } catch {
      return [];
    }
  }

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function tidy() {
    for (const key of allDrafts()) {
      const draft = read(key);
      if (!draft || !(Date.now() - draft.at < AGE)) localStorage.removeItem(key);
    }
    const saved = document.cookie.match(/(?:^|;\s*)draft_saved=([^;]*)/);
    if (!saved) return;
    const ended = decodeURIComponent(saved[1]).split(".").map((draft) => `${prefix}${draft}:`);
    for (const key of allDrafts()) if (ended.some((start) => key.startsWith(start))) localStorage.removeItem(key);
    document.cookie = "draft_saved=; Path=/; Max-Age=0; SameSite=Lax";
  }

  function isSecret(name) {
    const lowered = String(name).toLowerCase();
    const plain = lowered.replace(/[._-]/g, "");
    return ENDINGS.some((ending) => plain.endsWith(ending)) || SHORT.includes(lowered.split(".").pop());
  }

  /* The texts that stand where secrets belong, in a document that can be read. */
  function secretsIn(value, masked, byName, found) {
    if (Array.isArray(value)) value.forEach((inner) => secretsIn(inner, masked, byName, found));
    if (!value || typeof value !== "object" || Array.isArray(value)) return found;
    const marked = value.value_is_sensitive === true || value.value_is_sensitive === "true";
    const named = masked.includes(value.name) || (byName && isSecret(value.name));
    for (const [key, inner] of Object.entries(value)) {
      const secret = (byName && isSecret(key)) || ((marked || named) && (key === "value" || key === "values"));
      if (secret && inner !== "" && inner !== null) found.push(inner);
      else secretsIn(inner, masked, byName || key === "configuration", found);
    }
    return found;
  }

  /* The JSON without secrets; null when that cannot be made sure. */
  function withoutSecrets(text, byName) {
    let document_;
    try {
      document_ = JSON.parse(text);
    } catch {
      return /maskedParams"\s*:\s*\[\s*"|value_is_sensitive|configuration"\s*:\s*["{]\s*["\w]/.test(text) || byName ? null : text;
    }
    const settings = document_ && document_.configuration;
    if (typeof settings === "string" && settings.trimStart().startsWith("{")) return null;
    const masked = Array.isArray(document_?.maskedParams) ? document_.maskedParams : [];
    let kept = text;
    for (const secret of secretsIn(document_, masked, byName, [])) {
      const written = JSON.stringify(secret);
      kept = kept.split(`: ${written}`).join(': ""').split(`:${written}`).join(':""');
    }
    return secretsIn(JSON.parse(kept), masked, byName, []).length ? null : kept;
  }

  function fieldsOf(form) {
    const skipped = ["csrfmiddlewaretoken", "expected", "replace", "about"];
    return [...form.elements].filter((field) => field.name && !field.disabled && !skipped.includes(field.name)
      && !field.name.startsWith("clash-") && field.type !== "submit" && field.type !== "radio");
  }

  function initialOf(field) {
    if (field.tagName !== "SELECT") return field.defaultValue;
    const chosen = [...field.options].find((option) => option.defaultSelected) || field.options[0];
    return chosen ? chosen.value : "";
  }

  /* A form that was refused begins with what was typed: then all of it is kept. */
  function keep(form, key) {
    const values = {};
    const refused = "draftRefused" in form.dataset;
    for (const field of fieldsOf(form)) {
      if (!refused && field.value === initialOf(field)) continue;
      const value = field.name === "json" ? withoutSecrets(field.value, "draftByName" in form.dataset) : field.value;
      if (value !== null) values[field.name] = value;
    }
    try {
      if (Object.keys(values).length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
      else localStorage.removeItem(key);
    } catch {
      // The browser has no room, or keeps nothing: the page works as without this script.
    }
  }

  function take(form, draft) {
    for (const field of fieldsOf(form)) {
      if (!(field.name in draft.values)) continue;
      field.value = draft.values[field.name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /* The newest draft of the form that began from another revision: its key and that revision, or null. */
  function older(form) {
    const start = `${prefix}${form.dataset.draft}:`;
    const keys = allDrafts().filter((key) => key.startsWith(start) && key !== start + form.dataset.draftBase);
    keys.sort((one, other) => read(other).at - read(one).at);
    return keys.length ? { key: keys[0], base: keys[0].slice(start.length) } : null;
  }

  function offer(form, key, draft, base) {
    const box = document.querySelector("[data-draft-offer]");
    const time = box.querySelector("time");
    time.dateTime = new Date(draft.at).toISOString();
    time.textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
    box.hidden = false;
    box.querySelector("[data-draft-older]").hidden = !base;
    box.querySelector("[data-draft-open]").search = `?began=${base}`;
    const takes = box.querySelector("[data-draft-take]");
    takes.hidden = Boolean(base);
    takes.addEventListener("click", () => { take(form, draft); box.hidden = true; });
    box.querySelector("[data-draft-discard]").addEventListener("click", () => { localStorage.removeItem(key); box.hidden = true; });
    // The back button puts into the fields what they held: then there is nothing to offer.
    window.addEventListener("pageshow", () => { if (!base && isShown(form, draft)) box.hidden = true; });
  }

  function isShown(form, draft) {
    return fieldsOf(form).every((field) => !(field.name in draft.values) || field.value === draft.values[field.name]);
  }

  /* What was typed upon this revision is offered, or taken at once where it was asked for; else what was typed
     upon an older one, which is taken on a page of that revision: saving it goes through the check. */
  function look(form, key) {
    const draft = read(key);
    if ("draftRefused" in form.dataset || (draft && isShown(form, draft))) return;
    if (draft && "draftChosen" in form.dataset) return take(form, draft);
    if (draft) return offer(form, key, draft, "");
    const found = older(form);
    if (found && Number(found.base) < Number(form.dataset.draftBase)) offer(form, found.key, read(found.key), found.base);
  }

  function watch(form) {
    const key = `${prefix}${form.dataset.draft}:${form.dataset.draftBase}`;
    look(form, key);
    let waiting = 0;
    form.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => { waiting = 0; keep(form, key); }, 400);
    });
    window.addEventListener("pagehide", () => { if (waiting && !signingOut) keep(form, key); });
  }

  if (!person) return;
  tidy();
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    signingOut = true;
    for (const key of allDrafts()) if (key.startsWith(prefix)) localStorage.removeItem(key);
  });
  document.querySelectorAll("form[data-draft]").forEach(watch);
})();
