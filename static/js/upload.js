/* <form data-upload>: sends its file with the bytes shown as they go, and takes a file that is dropped anywhere on
   the page. Without this script the form sends itself.

   [data-upload-progress]  has the <progress>, and [data-upload-said] with the words for what is going on
   [data-upload-over]      covers the page while a file is dragged over it
   [data-upload-refused]   in the answer: why there is no plan, which is then said in the same place

   The form has [data-refused] while it says why nothing came of it. */
"use strict";
(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const file = form.querySelector("input[type=file]");
  const bar = form.querySelector("[data-upload-progress] progress");
  const said = form.querySelector("[data-upload-said]");
  const over = document.querySelector("[data-upload-over]");
  const button = form.querySelector("button");
  let depth = 0;

  const megabytes = (bytes) => `${(bytes / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB`;

  function ready(on) {
    button.disabled = !on;
    bar.hidden = on;
  }

  function moved(event) {
    if (!event.lengthComputable) return;
    bar.value = event.loaded / event.total;
    said.textContent = event.loaded < event.total
      ? said.dataset.sending.replace("{sent}", megabytes(event.loaded)).replace("{total}", megabytes(event.total))
      : said.dataset.checking;
    if (event.loaded === event.total) bar.removeAttribute("value");
  }

  function broken() {
    ready(true);
    form.toggleAttribute("data-refused", true);
    said.textContent = said.dataset.broken;
  }

  function answered(request) {
    if (request.status < 400 && request.responseURL) return window.location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    ready(true);
    form.toggleAttribute("data-refused", true);
    said.textContent = page.querySelector("[data-upload-refused], main .problems")?.textContent.trim() || said.dataset.broken;
  }

  function send() {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", moved);
    request.addEventListener("load", () => answered(request));
    request.addEventListener("error", broken);
    request.addEventListener("abort", broken);
    bar.value = 0;
    said.textContent = "";
    form.removeAttribute("data-refused");
    const data = new FormData(form);
    ready(false);
    request.send(data);
  }

  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  document.addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    depth += 1;
    over.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!holdsFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (!depth) over.hidden = true;
  });
  document.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over.hidden = true;
    if (button.disabled || !event.dataTransfer.files.length) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    file.files = one.files;
    form.requestSubmit();
  });
})();
