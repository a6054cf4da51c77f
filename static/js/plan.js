/* The plan of an import. Without this script each choice is a form that loads the page anew.

   [data-plan]         the page; a form within it with [data-plan-act] is sent without leaving the page, and the parts
                       [data-piece] of the answer take the place of those with their ids
   [data-row]          a row; its link [data-plan-open] shows what the object changes: in [data-plan-difference] where
                       that is seen, else below the row
   [data-name-check]   a field for a new name: asks this address while one types, and shows the answer in <output>
   t, s, r             take, skip and rename the row that has the focus, or whose difference is shown; off with
                       data-keys="off" on <html> */
"use strict";
(() => {
  const plan = document.querySelector("[data-plan]");
  if (!plan) return;
  const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog";
  const WAIT = 250;
  const side = document.querySelector("[data-plan-difference]");
  let shown = "";
  let asked = 0;
  let timer = 0;
  let sent = Promise.resolve();

  const rowAt = (position) => document.querySelector(`[data-row="${CSS.escape(position)}"]`);
  const isWide = () => Boolean(side && side.checkVisibility());
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

  /* What one object changes */

  function below(row) {
    const next = row.nextElementSibling;
    if (next?.matches(".plan-under")) return next.firstElementChild;
    const line = document.createElement("tr");
    line.className = "plan-under";
    const cell = line.insertCell();
    cell.colSpan = row.cells.length;
    row.after(line);
    return cell;
  }

  function close() {
    document.querySelectorAll(".plan-under").forEach((line) => line.remove());
    document.querySelectorAll("[data-row][data-shown]").forEach((row) => {
      row.removeAttribute("data-shown");
      row.querySelector("[data-plan-open]")?.removeAttribute("aria-expanded");
    });
    shown = "";
  }

  /* What only follows the focus has its place beside the rows, and none between them. */
  async function show(row, follows = false) {
    const link = row.querySelector("[data-plan-open]");
    const mine = (asked += 1);
    const address = new URL(link.href);
    address.searchParams.set("fragment", "1");
    const answer = await fetch(address).catch(() => null);
    if (mine !== asked) return;
    if (!answer || !answer.ok || answer.redirected) return window.location.assign(link.href);
    const html = parse(await answer.text()).body;
    if (mine !== asked || !row.isConnected || (follows && !isWide())) return;
    put(row, html.childNodes);
  }

  function put(row, nodes) {
    const link = row.querySelector("[data-plan-open]");
    const held = [...nodes];
    close();
    const place = isWide() ? side : below(row);
    place.replaceChildren(...held);
    if (isWide()) side.scrollTop = 0;
    row.setAttribute("data-shown", "");
    if (!isWide()) link.setAttribute("aria-expanded", "true");
    shown = row.dataset.row;
    place.querySelectorAll("[data-diff]").forEach((diff) => diff.dispatchEvent(new CustomEvent("difference:added", { bubbles: true })));
  }

  /* Another width has another place for it. */
  window.addEventListener("resize", () => {
    const row = shown && rowAt(shown);
    const under = document.querySelector(".plan-under");
    if (row && isWide() === Boolean(under)) put(row, (under ? under.firstElementChild : side).childNodes);
  });

  /* Choices */

  const digest = () => document.querySelector("#plan-choose input[name=digest]");

  /* What somebody is typing meanwhile stays. */
  function typing() {
    const field = document.activeElement;
    if (!field?.id || !field.matches("input[type=text], input:not([type])") || !field.closest("[data-piece]")) return () => false;
    const { id, value, selectionStart, selectionEnd } = field;
    return () => {
      const again = document.getElementById(id);
      if (!again) return false;
      again.value = value;
      again.closest("details")?.setAttribute("open", "");
      again.focus({ preventScroll: true });
      again.setSelectionRange(selectionStart, selectionEnd);
      return true;
    };
  }

  function takeIn(page, typed) {
    const fresh = page.querySelector("#plan-choose input[name=digest]")?.value;
    if (fresh && digest()) digest().value = fresh;
    page.querySelectorAll("[data-piece]").forEach((piece) => document.getElementById(piece.id)?.replaceWith(document.adoptNode(piece)));
    document.querySelectorAll("input[name=digest]").forEach((field) => { field.value = digest()?.value ?? field.value; });
    return typed();
  }

  function focusOn(id, position) {
    const again = id && document.getElementById(id);
    const target = again && again.checkVisibility() ? again : rowAt(position)?.querySelector("[data-plan-open]");
    target?.focus({ preventScroll: true });
    document.querySelector("#plan-refused [role=alert]")?.scrollIntoView({ block: "nearest" });
  }

  /* One after the other: each names the plan that the one before it left. */
  function act(form, button) {
    const data = new FormData(form, button);
    const where = { action: form.action, id: button?.id, position: (button ?? form).closest("[data-row]")?.dataset.row ?? "" };
    const own = form.contains(document.activeElement);
    sent = sent.then(() => send(data, where, own)).catch(() => window.location.reload());
  }

  async function send(data, where, own) {
    if (digest()) data.set("digest", digest().value);
    const answer = await fetch(where.action, { method: "POST", body: data });
    const page = parse(await answer.text());
    if (!page.querySelector("[data-plan]")) return window.location.assign(answer.url);
    const open = shown;
    const at = document.activeElement;
    const row = at?.closest("[data-row]")?.dataset.row;
    const away = at && at !== document.body && at.id !== where.id;
    const typed = takeIn(page, own ? () => false : typing());
    if (!typed && (!away || at.closest("[data-piece]"))) focusOn(away ? at.id : where.id, (away && row) || where.position);
    close();
    const again = open && rowAt(open);
    if (again) show(again);
    else if (side) side.replaceChildren(...(page.querySelector("[data-plan-difference]")?.childNodes ?? []));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-plan-act]") || event.defaultPrevented) return;
    event.preventDefault();
    act(form, event.submitter);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-plan-open]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.clearTimeout(timer); // the focus that the click gave asks for no second look
    const row = link.closest("[data-row]");
    if (row.nextElementSibling?.matches(".plan-under")) close();
    else show(row);
  });

  /* With room for it, the difference follows the row that one goes to by the keys. */
  document.addEventListener("focusin", (event) => {
    window.clearTimeout(timer);
    const row = event.target.closest("[data-plan-open]")?.closest("[data-row]");
    if (row && isWide() && row.dataset.row !== shown) timer = window.setTimeout(show, WAIT, row, true);
  });

  /* New names */

  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-name-check]");
    if (!field) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const address = new URL(field.dataset.nameCheck, window.location.href);
      address.searchParams.set("check", field.value);
      const answer = await fetch(address).catch(() => null);
      if (!answer || !answer.ok || answer.redirected || !field.isConnected) return;
      const text = (await answer.text()).trim();
      field.closest("form").querySelector("output").textContent = text;
      field.toggleAttribute("aria-invalid", Boolean(text));
      if (text) field.setAttribute("aria-invalid", "true");
    }, WAIT);
  });

  /* Keys */

  function current() {
    return document.activeElement?.closest("[data-row]") ?? document.activeElement?.closest(".plan-under")?.previousElementSibling ?? (shown && rowAt(shown));
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.documentElement.dataset.keys === "off" || event.target.closest(FIELDS)) return;
    const row = ["t", "s", "r"].includes(event.key) && current();
    if (!row) return;
    if (event.key === "r") {
      const rename = row.querySelector("details.plan-rename");
      if (!rename) return;
      rename.open = true;
      rename.querySelector("input[type=text], input:not([type])")?.focus();
    } else {
      const button = row.querySelector(`button[name=${event.key === "t" ? "take" : "skip"}]`);
      if (!button) return;
      row.querySelector("[data-plan-open]").focus({ preventScroll: true });
      button.form.requestSubmit(button);
    }
    event.preventDefault();
  });
})();
