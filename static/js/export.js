/* What goes into a package: <form data-export data-open>, with the numbers of each file in its row.

   [data-row]      a line; with data-file, data-size and data-packed it is a file of the package
   [data-tick]     its box; [data-dependency] goes with "With dependencies" only; [data-via] are the ticks of what
                   else must go in for it, as JSON
   [data-group]    a job, whose row comes first, with what it brings along
   [data-count], [data-meter], [data-digest]  what is counted again at once
   [data-recount]  a box that only the server can count: the form is sent for it
   [data-folder]   a closed folder, with the link that opens it
   [data-find]     keeps the lines with a text in them

   Without data-open only a part of the package is on the page: then ticks wait for the button Recount. After a
   download the page becomes the receipt: [data-last-url] is asked for one newer than [data-last]. */
"use strict";
(() => {
  const form = document.querySelector("form[data-export]");
  if (!form) return;
  const OVERHEAD = 22; // of a zip without files
  const open = "open" in form.dataset;
  const language = document.documentElement.lang;
  const button = form.querySelector("[data-recount-button]");

  function bytes(number) {
    const units = ["KB", "MB", "GB"];
    let value = number / 1024, unit = 0;
    while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit += 1; }
    return `${value.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}\u00a0${units[unit]}`;
  }

  const box = (row) => row.querySelector("[data-tick]");
  const ticked = (row) => box(row)?.checked ?? false;
  const depends = () => form.querySelector("[data-depend]:checked")?.value !== "false";

  /* A row goes in if it is ticked and what it comes with goes in. A resource that others need waits for these. */
  function goingRows(group) {
    const [first, ...others] = group.querySelectorAll("[data-row][data-file]");
    if (!first) return [];
    const isJob = group.firstElementChild === first;
    const rows = isJob ? others : [first, ...others];
    if (isJob && !ticked(first)) return [];
    const may = rows.filter((row) => ticked(row) && (depends() || !("dependency" in row.dataset)));
    const going = new Set(may.filter((row) => !row.dataset.via));
    for (let turn = 0; turn < may.length; turn += 1) {
      const values = new Set([...going].map((row) => box(row).value));
      const more = may.filter((row) => !going.has(row) && JSON.parse(row.dataset.via).some((value) => values.has(value)));
      if (!more.length) break;
      more.forEach((row) => going.add(row));
    }
    return [...(isJob ? [first] : []), ...going];
  }

  function recount() {
    const files = new Map(), objects = new Set();
    let jobs = 0;
    form.querySelectorAll("[data-group]").forEach((group) => {
      const going = new Set(goingRows(group));
      group.querySelectorAll("[data-row][data-file]").forEach((row) => row.classList.toggle("export-out", !going.has(row)));
      going.forEach((row) => {
        files.set(row.dataset.file, row);
        objects.add(box(row).value);
        if (row.dataset.kind === "job") jobs += 1;
      });
    });
    recountSaid(objects);
    let size = 0, packed = OVERHEAD;
    files.forEach((row) => { size += Number(row.dataset.size); packed += Number(row.dataset.packed); });
    show({ files: files.size, objects: objects.size, jobs }, { size, packed });
  }

  /* What DataArts would say is said of what goes in: all of it stands on the page of a package that is open. */
  function recountSaid(objects) {
    const said = [...form.querySelectorAll("[data-said]")];
    const hidden = said.filter((item) => !objects.has(item.dataset.said));
    said.forEach((item) => { item.hidden = hidden.includes(item); });
    const count = form.querySelector("[data-said-count]");
    if (!count) return;
    const left = Number(count.dataset.saidCount) - hidden.length;
    count.textContent = left.toLocaleString(language);
    form.querySelector("[data-said-title]").hidden = !left;
  }

  function show(numbers, sizes) {
    const values = { ...numbers, ...sizes };
    form.querySelectorAll("[data-count]").forEach((element) => {
      const name = element.dataset.count;
      element.textContent = name in sizes ? bytes(sizes[name]) : numbers[name].toLocaleString(language);
    });
    let over = false;
    form.querySelectorAll("[data-meter]").forEach((meter) => {
      const value = values[meter.dataset.meter];
      meter.value = value;
      meter.classList.toggle("export-over", value > meter.max);
      over ||= value > meter.max;
    });
    form.querySelectorAll("[data-split]").forEach((element) => { element.hidden = !over; });
    form.querySelectorAll("[data-digest]").forEach((element) => { element.textContent = element.dataset.later; });
    form.querySelectorAll("[data-why]").forEach((element) => {
      if (element.closest("[data-file]")) element.hidden = !element.closest("[data-row]").classList.contains("export-out");
    });
  }

  function changed() {
    if (open) recount();
    else button.classList.add("button-primary");
  }

  form.addEventListener("change", (event) => {
    const target = event.target;
    if (target.matches("[data-recount], [name=also]")) form.requestSubmit(button);
    else if (target.matches("[data-tick]")) {
      form.querySelectorAll("[data-tick]").forEach((other) => { if (other.value === target.value && other.name === target.name) other.checked = target.checked; });
      changed();
    } else if (target.matches("[data-depend]")) changed();
  });

  async function unfold(link) {
    const place = link.closest("[data-folder]");
    const url = new URL(link.href);
    url.searchParams.set("fragment", "1");
    try {
      const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const group = place.closest("[data-group]");
      place.outerHTML = await answer.text();
      group.querySelector("[name=shown] ~ * [data-tick], .export-rows a")?.focus();
    } catch {
      window.location.assign(link.href);
    }
  }

  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-folder] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    unfold(link);
  });

  const find = document.querySelector("[data-find]");
  if (open && find) {
    const look = () => {
      const text = find.value.trim().toLowerCase();
      form.querySelectorAll("[data-group]").forEach((group) => {
        const rows = [...group.querySelectorAll("[data-row]")];
        group.hidden = text !== "" && !rows.some((row) => row.querySelector(".export-name").textContent.toLowerCase().includes(text));
      });
    };
    find.addEventListener("input", look);
  }

  /* The download itself leaves the page as it stands: the receipt is asked for until it is there. */
  async function receipt(waited) {
    const url = new URL(form.dataset.lastUrl, window.location.href);
    url.searchParams.set("after", form.dataset.last);
    try {
      const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok && answer.status !== 204 && answer.redirected) { window.location.assign(answer.url); return; }
    } catch {
      // The next turn asks again.
    }
    if (waited < 1800) setTimeout(receipt, Math.min(1000 + waited * 100, 10000), waited + Math.min(1 + waited * 0.1, 10));
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter === button) return;
    setTimeout(receipt, 700, 0);
  });
})();
