/* The graph of a job, and of jobs: zoom, drag, find, keys, the inspector, PNG. The server draws and lays out; here
   only the viewBox moves. Without this script the picture fits its place and each card leads to the list under it.
   The graph of jobs has no inspector: its cards are plain links. */
"use strict";
(() => {
  const NARROW = "(max-width: 44rem)";
  const LEAST = 0.08, MOST = 3, FAR = 0.45, STEP = 1.25, MARGIN = 24;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  const root = document.querySelector("[data-graph]");
  if (!root) return;
  const canvas = root.querySelector("[data-graph-canvas]");
  const find = root.querySelector("[data-graph-find]");
  const found = root.querySelector("[data-graph-found]");
  const level = root.querySelector("[data-graph-level]");
  const inspector = root.querySelector("[data-graph-inspector]");
  const inspected = root.querySelector("[data-graph-inspected]");
  const map = root.querySelector("[data-graph-map]");

  let svg, whole, cards, lines, after, before;
  let view = { x: 0, y: 0, scale: 1 };
  let opened = null;

  // ---- what is drawn

  const numberOf = (card) => card.dataset.n ?? card.getAttribute("href").slice("#node-".length);
  const nameOf = (card) => card.querySelector("title")?.textContent ?? card.getAttribute("aria-label").split(", ")[0];
  const covered = () => (inspector && !inspector.hidden ? inspector.offsetWidth : 0);

  function take(picture) {
    svg = picture;
    const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    whole = { x, y, width, height };
    svg.classList.add("is-live");
    cards = new Map([...svg.querySelectorAll("#g-cards > a")].map((card) => [numberOf(card), card]));
    lines = [...svg.querySelectorAll("#g-lines path")];
    after = new Map();
    before = new Map();
    for (const line of lines) {
      const [from, to] = line.dataset.e.split(" ");
      if (!after.has(from)) after.set(from, []);
      if (!before.has(to)) before.set(to, []);
      after.get(from).push(to);
      before.get(to).push(from);
    }
    const first = svg.querySelector(".g-wanted")?.parentNode || cards.values().next().value;
    for (const card of cards.values()) card.setAttribute("tabindex", card === first ? "0" : "-1");
  }

  const place = (card) => {
    const [x, y] = card.getAttribute("transform").match(/-?\d+/g).map(Number);
    return { x, y, width: 196, height: 52 };
  };

  // ---- the view

  const size = () => ({ width: canvas.clientWidth || 1, height: canvas.clientHeight || 1 });

  function show() {
    const { width, height } = size();
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${width / view.scale} ${height / view.scale}`);
    svg.classList.toggle("is-far", view.scale < FAR);
    level.textContent = `${Math.round(view.scale * 100)} %`;
    showMap();
  }

  function fit() {
    const { width, height } = size();
    view.scale = Math.max(LEAST, Math.min(width / whole.width, height / whole.height, 1));
    view.x = whole.x + (whole.width - width / view.scale) / 2;
    view.y = whole.y + (whole.height - height / view.scale) / 2;
    show();
  }

  // A picture of few cards opens so that they can be read, if need be where it begins.
  function begin() {
    fit();
    if (view.scale >= FAR || map) return;
    const { width, height } = size();
    const wanted = svg.querySelector(".g-wanted")?.parentNode;
    const first = place(wanted || cards.values().next().value);
    view.scale = 0.7;
    const free = { x: width / view.scale, y: height / view.scale };
    const down = svg.dataset.direction === "down";
    const middle_ = { x: first.x + first.width / 2 - free.x / 2, y: first.y + first.height / 2 - free.y / 2 };
    view.x = within(down || wanted ? middle_.x : whole.x, whole.x, whole.width, free.x);
    view.y = within(down && !wanted ? whole.y : middle_.y, whole.y, whole.height, free.y);
    show();
  }

  // Where a view of so much room begins: near `wanted`, but not beyond the picture; a smaller picture is centred.
  function within(wanted, start, length, room) {
    if (room >= length) return start + (length - room) / 2;
    return Math.max(start, Math.min(wanted, start + length - room));
  }

  function zoom(factor, at) {
    const { width, height } = size();
    const spot = at || { x: width / 2, y: height / 2 };
    const scale = Math.max(LEAST, Math.min(MOST, view.scale * factor));
    view.x += spot.x / view.scale - spot.x / scale;
    view.y += spot.y / view.scale - spot.y / scale;
    view.scale = scale;
    show();
  }

  let motion = 0;
  function glide(x, y, scale) {
    window.cancelAnimationFrame(motion);
    const from = { ...view }, began = performance.now();
    const step = (now) => {
      const part = calm.matches ? 1 : Math.min(1, (now - began) / 200);
      const eased = 1 - (1 - part) ** 3;
      view = { x: from.x + (x - from.x) * eased, y: from.y + (y - from.y) * eased, scale: from.scale + (scale - from.scale) * eased };
      show();
      if (part < 1) motion = window.requestAnimationFrame(step);
    };
    step(calm.matches ? began : performance.now());
  }

  function centre(card) {
    const { width, height } = size(), spot = place(card);
    const scale = Math.max(view.scale, 0.8);
    const free = window.matchMedia(NARROW).matches ? width : width - covered();
    glide(spot.x + spot.width / 2 - free / 2 / scale, spot.y + spot.height / 2 - height / 2 / scale, scale);
  }

  function bringIn(card) {
    const { width, height } = size(), spot = place(card);
    const free = (width - covered()) / view.scale;
    const high = height / view.scale, edge = MARGIN / view.scale;
    let { x, y } = view;
    if (spot.x < x + edge) x = spot.x - edge;
    if (spot.x + spot.width > x + free - edge) x = spot.x + spot.width + edge - free;
    if (spot.y < y + edge) y = spot.y - edge;
    if (spot.y + spot.height > y + high - edge) y = spot.y + spot.height + edge - high;
    if (x !== view.x || y !== view.y) glide(x, y, view.scale);
  }

  // ---- the small picture of the whole

  let frame;
  function drawMap() {
    if (!map) return;
    const space = "http://www.w3.org/2000/svg";
    const small = document.createElementNS(space, "svg");
    small.setAttribute("viewBox", `${whole.x} ${whole.y} ${whole.width} ${whole.height}`);
    for (const id of ["g-lines", "g-cards"]) {
      const copy = document.createElementNS(space, "use");
      copy.setAttribute("href", `#${id}`);
      small.append(copy);
    }
    frame = document.createElementNS(space, "rect");
    frame.setAttribute("class", "graph-map-frame");
    small.append(frame);
    map.replaceChildren(small);
    map.hidden = false;
  }

  function showMap() {
    if (!frame) return;
    const { width, height } = size();
    const at = { x: view.x, y: view.y, width: width / view.scale, height: height / view.scale };
    for (const [name, value] of Object.entries(at)) frame.setAttribute(name, value);
  }

  function follow(event) {
    const box = map.firstChild.getBoundingClientRect();
    const scale = Math.max(whole.width / box.width, whole.height / box.height);
    const { width, height } = size();
    view.x = whole.x + whole.width / 2 + (event.clientX - box.x - box.width / 2) * scale - width / view.scale / 2;
    view.y = whole.y + whole.height / 2 + (event.clientY - box.y - box.height / 2) * scale - height / view.scale / 2;
    show();
  }

  // ---- near and far

  let hits = [], hit = -1;

  function mark(near, isNear) {
    svg.classList.toggle("is-marked", near !== null);
    for (const [number, card] of cards) card.classList.toggle("is-near", near !== null && near.has(number));
    for (const line of lines) line.classList.toggle("is-near", near !== null && isNear(line));
  }

  function markAround(number) {
    const near = new Set([number, ...(after.get(number) || []), ...(before.get(number) || [])]);
    mark(near, (line) => line.dataset.e.split(" ").includes(number));
  }

  function remark() {
    mark(find.value.trim() ? new Set(hits) : null, () => false);
  }

  // ---- find

  function search() {
    const words = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    hits = words.length === 0 ? [] : [...cards.keys()].filter((number) => {
      const text = nameOf(cards.get(number)).toLowerCase();
      return words.every((word) => text.includes(word));
    });
    hit = -1;
    remark();
    found.textContent = words.length ? `${hits.length} / ${cards.size}` : "";
  }

  function nextHit(back) {
    if (!hits.length) return;
    hit = (hit + (back ? hits.length - 1 : 1)) % hits.length;
    found.textContent = `${hit + 1} / ${hits.length}`;
    centre(cards.get(hits[hit]));
  }

  // ---- one card

  function choose(number, how) {
    const card = cards.get(number);
    if (!card) return;
    for (const other of cards.values()) {
      other.setAttribute("tabindex", other === card ? "0" : "-1");
      other.classList.toggle("is-chosen", other === card);
    }
    open(number, how);
    history.replaceState(history.state, "", `#node-${number}`);
  }

  async function open(number, how) {
    opened = number;
    inspector.hidden = false;
    inspector.setAttribute("aria-busy", "true");
    if (how === "centre") centre(cards.get(number)); else bringIn(cards.get(number));
    let text;
    try {
      const answer = await fetch(`${root.dataset.nodes}${number}/?fragment=1`, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      text = await answer.text();
    } catch {
      window.location.assign(`${root.dataset.nodes}${number}/`);
      return;
    }
    if (opened !== number) return;
    inspected.innerHTML = text;
    inspector.removeAttribute("aria-busy");
    inspector.scrollTop = 0;
    if (how === "keys") inspector.focus();
  }

  function close() {
    if (opened === null) return;
    const card = cards.get(opened);
    opened = null;
    inspector.hidden = true;
    inspected.replaceChildren();
    card.classList.remove("is-chosen");
    card.focus({ preventScroll: true });
    history.replaceState(history.state, "", window.location.pathname + window.location.search);
  }

  // ---- keys: along the lines, and from sibling to sibling

  const middle = (number) => {
    const spot = place(cards.get(number));
    return { x: spot.x + spot.width / 2, y: spot.y + spot.height / 2 };
  };

  function nearest(from, numbers) {
    const at = middle(from);
    const away = (number) => Math.hypot(middle(number).x - at.x, middle(number).y - at.y);
    return [...numbers].sort((one, other) => away(one) - away(other))[0];
  }

  function sibling(number, sign) {
    const down = svg.dataset.direction === "down";
    const across = (other) => (down ? middle(other).x : middle(other).y);
    const kin = new Set();
    for (const parent of before.get(number) || []) (after.get(parent) || []).forEach((other) => kin.add(other));
    for (const child of after.get(number) || []) (before.get(child) || []).forEach((other) => kin.add(other));
    const beyond = (other) => other !== number && (across(other) - across(number)) * sign > 0;
    const close_ = [...kin].filter(beyond);
    return nearest(number, close_.length ? close_ : [...cards.keys()].filter(beyond));
  }

  function step(number, key) {
    const down = svg.dataset.direction === "down";
    const on = down ? "ArrowDown" : "ArrowRight", back = down ? "ArrowUp" : "ArrowLeft";
    if (key === on) return nearest(number, after.get(number) || []);
    if (key === back) return nearest(number, before.get(number) || []);
    return sibling(number, key === "ArrowDown" || key === "ArrowRight" ? 1 : -1);
  }

  const pageOf = (card) => svg.querySelector(`.g-open[data-of="${numberOf(card)}"]`)?.getAttribute("href");

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.target.closest("#g-cards > a");
    if (card && event.key.startsWith("Arrow")) {
      const next = step(numberOf(card), event.key);
      if (next) {
        card.setAttribute("tabindex", "-1");
        const other = cards.get(next);
        other.setAttribute("tabindex", "0");
        other.focus({ preventScroll: true });
      }
    } else if (event.key === "+" || event.key === "=") zoom(STEP);
    else if (event.key === "-") zoom(1 / STEP);
    else if (event.key === "0") zoom(1 / view.scale);
    else if (event.key === "f") fit();
    else if (event.key === "o" && card && pageOf(card)) window.location.assign(pageOf(card));
    else if (event.key === "Escape" && opened !== null) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- pointers

  const held = new Map();
  let dragged = false;
  const spotOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.x, y: event.clientY - box.y };
  };

  function onDown(event) {
    if (event.button !== 0) return;
    held.set(event.pointerId, spotOf(event));
    dragged = false;
  }

  function onMove(event) {
    const last = held.get(event.pointerId);
    if (!last) return;
    const spot = spotOf(event);
    if (held.size === 1) {
      if (!dragged && Math.hypot(spot.x - last.x, spot.y - last.y) < 4) return;
      if (!dragged) canvas.setPointerCapture(event.pointerId);
      dragged = true;
      canvas.classList.add("is-dragged");
      view.x -= (spot.x - last.x) / view.scale;
      view.y -= (spot.y - last.y) / view.scale;
      show();
    } else {
      const [other] = [...held].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const was = Math.hypot(last.x - other.x, last.y - other.y) || 1;
      dragged = true;
      zoom(Math.hypot(spot.x - other.x, spot.y - other.y) / was, { x: (spot.x + other.x) / 2, y: (spot.y + other.y) / 2 });
    }
    held.set(event.pointerId, spot);
  }

  function onUp(event) {
    held.delete(event.pointerId);
    canvas.classList.remove("is-dragged");
  }

  function onClick(event) {
    const card = event.target.closest("#g-cards > a");
    if (dragged) {
      dragged = false;
      event.preventDefault();
    } else if (card && inspector && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      choose(numberOf(card), event.detail === 0 ? "keys" : "pointer");
    }
  }

  // ---- PNG

  async function picturePng() {
    const answer = await fetch(root.dataset.svg);
    const address = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      const scale = Math.min(2, 16000 / image.width, 16000 / image.height);
      const sheet = document.createElement("canvas");
      sheet.width = Math.round(image.width * scale);
      sheet.height = Math.round(image.height * scale);
      const brush = sheet.getContext("2d");
      brush.fillStyle = "#ffffff";
      brush.fillRect(0, 0, sheet.width, sheet.height);
      brush.drawImage(image, 0, 0, sheet.width, sheet.height);
      save(await new Promise((done) => { sheet.toBlob(done, "image/png"); }), `${root.dataset.name}.png`);
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(() => { URL.revokeObjectURL(link.href); }, 10000);
  }

  // ---- start

  const tools = {
    in: () => zoom(STEP),
    out: () => zoom(1 / STEP),
    full: () => zoom(1 / view.scale),
    fit,
    png: picturePng,
    close,
    screen: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  };

  async function tall() {
    const answer = await fetch(root.dataset.tall);
    if (!answer.ok) return;
    const picture = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    if (picture.localName !== "svg") return;
    svg.replaceWith(document.importNode(picture, true));
    take(canvas.querySelector("svg"));
    begin();
  }

  function fromAddress() {
    const number = window.location.hash.replace(/^#node-/, "");
    if (!inspector || !cards.has(number) || number === opened) return;
    choose(number, "centre");
    root.scrollIntoView({ block: "nearest" });
  }

  async function start() {
    take(canvas.querySelector("svg"));
    drawMap();
    begin();
    root.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-graph-do]");
      if (tool) tools[tool.dataset.graphDo]();
      const link = event.target.closest("[data-graph-node]");
      if (link && cards.has(link.dataset.graphNode)) {
        event.preventDefault();
        choose(link.dataset.graphNode, "centre");
      }
    });
    canvas.addEventListener("click", onClick);
    canvas.addEventListener("dblclick", (event) => {
      if (!event.target.closest("a")) zoom(event.shiftKey ? 1 / 1.6 : 1.6, spotOf(event));
    });
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 150), spotOf(event));
    }, { passive: false });
    canvas.addEventListener("pointerdown", onDown);
    canvas.addEventListener("pointermove", onMove);
    canvas.addEventListener("pointerup", onUp);
    canvas.addEventListener("pointercancel", onUp);
    canvas.addEventListener("dragstart", (event) => { event.preventDefault(); });
    canvas.addEventListener("pointerover", (event) => {
      const card = event.target.closest("#g-cards > a");
      if (card && event.pointerType === "mouse" && !held.size) markAround(numberOf(card));
    });
    canvas.addEventListener("pointerout", (event) => {
      if (event.target.closest("#g-cards > a") && !event.relatedTarget?.closest?.("#g-cards > a")) remark();
    });
    canvas.addEventListener("focusin", (event) => {
      const card = event.target.closest("#g-cards > a");
      if (card && card.matches(":focus-visible")) { markAround(numberOf(card)); bringIn(card); }
    });
    canvas.addEventListener("focusout", remark);
    root.querySelector("[data-graph-stage]").addEventListener("keydown", onKey);
    find.addEventListener("input", search);
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); nextHit(event.shiftKey); }
      else if (event.key === "Escape" && find.value) { find.value = ""; search(); event.stopPropagation(); }
    });
    if (map) {
      map.addEventListener("pointerdown", (event) => { map.setPointerCapture(event.pointerId); follow(event); });
      map.addEventListener("pointermove", (event) => { if (map.hasPointerCapture(event.pointerId)) follow(event); });
    }
    let known = size();
    new ResizeObserver(() => {
      const now = size();
      if (now.width === known.width && now.height === known.height) return;
      view.x += (known.width - now.width) / 2 / view.scale;
      view.y += (known.height - now.height) / 2 / view.scale;
      known = now;
      show();
    }).observe(canvas);
    if (window.matchMedia(NARROW).matches && cards.size > 1) await tall().catch(() => {});
    fromAddress();
    window.addEventListener("hashchange", fromAddress);
  }

  if (canvas?.querySelector("svg")) start();
})();
