
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const list = at("pictures"), cards = [...list.querySelectorAll(".card")], viewer = at("viewer");
  const number = (card, key) => (card.dataset[key] === undefined ? NaN : Number(card.dataset[key]));
  const names = new Map(cards.map((card) => [card, card.dataset.name.toLowerCase()]));
  let shown = cards, rearranged = false;

  // The list: search, show, sort.
  const descending = (key, sign) => (a, b) => {
    const [one, other] = [number(a, key), number(b, key)];
    if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) - Number.isNaN(other);
    return sign * (other - one);
  };
  const sorts = { saved: descending("saved", -1), error: descending("error", 1), lost: descending("lost", 1), gone: descending("gone", 1) };
  const matches = (card, word, kind) =>
    names.get(card).includes(word) && (!kind || (kind === "lost" ? number(card, "lost") > 0 : card.dataset.status === kind));
  function arrange() {
    const word = at("search").value.trim().toLowerCase(), kind = at("show").value;
    shown = cards.filter((card) => matches(card, word, kind));
    const order = sorts[at("sort").value];
    if (order) shown.sort(order);
    tellFound();
    if (!rearranged && shown.length === cards.length && !order) return;
    rearranged = true;
    const lists = [];
    for (let start = 0; start < shown.length; start += 60) {
      const some = element("ul", { className: "cards" }, ...shown.slice(start, start + 60));
      lists.push(some);
    }
    list.replaceChildren(...(lists.length ? lists : [element("p", { className: "unmatched", textContent: "No picture matches." })]));
  }
  function tellFound() {
    const [some, all] = [shown, cards].map((each) => each.length.toLocaleString("en"));
    at("found").textContent = some === all ? "" : `${some} of ${all}`;
  }
  let waiting = 0;
  at("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(arrange, 60); });
  for (const id of ["sort", "show"]) at(id).addEventListener("change", arrange);
  document.querySelector("form.tools").addEventListener("submit", (event) => { event.preventDefault(); arrange(); });
  at("theme").addEventListener("click", () => {
    const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = root.dataset.theme || (dark ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });

  // The viewer: one card at a time.
  const stage = at("stage"), canvas = at("canvas"), handle = at("handle"), split = at("split"), mark = at("mark");
  const layers = { before: at("layer-before"), after: at("layer-after"), map: at("layer-map") };
  let card = null, inside = null, view = "compare", zoom = 0, scale = 1, size = [1, 1];
  const picture = (kind) => inside?.querySelector(`img.${kind}`);
  // What is readable without scripts is a text to those who run them.
  function insideOf(each) {
    const text = each.querySelector("noscript")?.textContent;
    return text ? new DOMParser().parseFromString(text, "text/html").querySelector(".inside") : null;
  }
  const pair = (key) => (card.dataset[key] || "").split(" ").map(Number);

  function put(layer, image) {
    if (image) { layer.src = image.getAttribute("src"); layer.alt = image.alt; } else { layer.removeAttribute("src"); layer.alt = ""; }
  }
  function setView(name) {
    view = name;
    const part = name === "detail", first = picture(part ? "detail-before" : "before"), second = picture(part ? "detail" : "after");
    put(layers.before, first);
    put(layers.after, second);
    put(layers.map, name === "map" ? picture("map") : null);
    const any = second || first;
    canvas.classList.toggle("clear", "clear" in card.dataset);
    size = [1, 1];
    if (any) size = [Number(any.getAttribute("width")), Number(any.getAttribute("height"))];
    const both = Boolean(first && second), compares = both && name !== "map";
    for (const each of ["compare", "map", "detail"]) at(`view-${each}`).setAttribute("aria-pressed", String(each === name));
    at("view-map").disabled = !picture("map");
    at("view-detail").hidden = !picture("detail");
    at("zoom-worst").disabled = !card.dataset.worst;
    handle.hidden = at("tag-after").hidden = !compares;
    at("split-row").hidden = !compares;
    at("tag-before").hidden = name === "map" || !any;
    at("nothing").hidden = Boolean(any);
    canvas.hidden = !any;
    at("tag-before").textContent = both || first ? "Before" : "After";
    at("legend").hidden = name !== "map";
    at("legend-full").textContent = `${card.dataset.full} CIEDE2000`;
    mark.hidden = true;
  }
  // By how much the whole picture can be enlarged, by whole numbers if at all.
  function fitting() {
    const most = Math.min(stage.clientWidth / size[0], stage.clientHeight / size[1]);
    return most >= 1 ? Math.min(Math.floor(most), 32) : most;
  }
  function layout() {
    scale = zoom || fitting();
    canvas.style.width = `${size[0] * scale}px`;
    canvas.style.height = `${size[1] * scale}px`;
    canvas.classList.toggle("pixels", scale >= 1);
    const wide = size[0] * scale > stage.clientWidth + 1 || size[1] * scale > stage.clientHeight + 1;
    canvas.classList.toggle("wide", wide);
    at("zoom").value = `${Math.round(scale * 100)} %`;
    divide();
  }
  // What of the canvas is seen, in pixels of the window.
  function visible() {
    const inner = canvas.getBoundingClientRect(), outer = stage.getBoundingClientRect();
    const left = Math.max(inner.left, outer.left), top = Math.max(inner.top, outer.top);
    const right = Math.min(inner.right, outer.left + stage.clientWidth), bottom = Math.min(inner.bottom, outer.top + stage.clientHeight);
    return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top), inner, outer };
  }
  function divide() {
    const seen = visible(), compares = !handle.hidden;
    const x = seen.left + seen.width * (split.value / 100);
    layers.after.style.clipPath = compares ? `inset(0 0 0 ${x - seen.inner.left}px)` : "none";
    handle.style.left = `${x - seen.outer.left}px`;
    handle.style.top = `${seen.top - seen.outer.top}px`;
    handle.style.height = `${seen.height}px`;
    split.setAttribute("aria-valuetext", `${split.value} % before`);
  }
  // Zoom so that a point of the window keeps its place in the picture.
  function zoomTo(wanted, x, y) {
    const least = fitting(), seen = visible();
    const px = x ?? seen.left + seen.width / 2, py = y ?? seen.top + seen.height / 2;
    const across = (px - seen.inner.left) / scale, down = (py - seen.inner.top) / scale;
    zoom = wanted <= least * 1.01 ? 0 : Math.min(wanted, 32);
    layout();
    const after = canvas.getBoundingClientRect();
    stage.scrollLeft += after.left + across * scale - px;
    stage.scrollTop += after.top + down * scale - py;
    divide();
  }
  // On a phone the picture may be scrolled out of view.
  const reveal = () => { viewer.scrollTop = 0; };
  const SCALES = [0.125, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
  const step = (sign) => zoomTo(sign > 0 ? (SCALES.find((each) => each > scale * 1.1) ?? 32) : (SCALES.findLast((each) => each < scale / 1.1) ?? 0));
  // Show a place of the image, given in its own pixels, enlarged.
  function goTo(x, y, wanted) {
    reveal();
    if (view !== "compare") setView("compare");
    zoom = Math.max(wanted, fitting());
    layout();
    const side = number(card, "side") || 1;
    stage.scrollLeft = (x / side) * scale - stage.clientWidth / 2;
    stage.scrollTop = (y / side) * scale - stage.clientHeight / 2;
    divide();
  }
  function showArea([width, height, left, top]) {
    const side = number(card, "side") || 1;
    const wanted = Math.min(16, Math.max(1, Math.floor(0.4 * Math.min((stage.clientWidth * side) / width, (stage.clientHeight * side) / height))));
    goTo(left + width / 2, top + height / 2, wanted);
    const share = (value, whole) => `${(100 * value) / (whole * side)}%`;
    Object.assign(mark.style, { left: share(left, size[0]), top: share(top, size[1]), width: share(width, size[0]), height: share(height, size[1]) });
    mark.hidden = false;
  }

  let toasting = 0;
  function say(text) {
    const toast = at("toast");
    toast.textContent = text;
    toast.classList.add("on");
    clearTimeout(toasting);
    toasting = setTimeout(() => toast.classList.remove("on"), 1800);
  }
  async function copy(text) {
    try { await navigator.clipboard.writeText(text); say(`Copied ${text}`); } catch { say(`The browser does not let it copy ${text}`); }
  }
  function element(name, props, ...children) {
    const made = Object.assign(document.createElement(name), props);
    made.append(...children);
    return made;
  }
  const button = (text, call, label) => {
    const made = element("button", { type: "button", textContent: text });
    made.addEventListener("click", call);
    if (label) made.setAttribute("aria-label", label);
    return made;
  };
  function chip(color) {
    const made = element("span", { className: "chip" });
    made.style.setProperty("--own", color);
    return made;
  }
  // In quotes, as shells take what follows a bare # for a comment.
  const pin = (item) => `--pin "${item.dataset.color}"`;
  function loss(item) {
    const { color, now, pixels, far } = item.dataset, box = item.dataset.box.split(" ").map(Number);
    const chips = element("span", { className: "chips" }, chip(color), chip(now));
    const acts = element("div", { className: "bar" },
      button("Copy --pin", () => copy(pin(item)), `Copy --pin ${color}`), button("Show", () => showArea(box), `Show where ${color} is lost`));
    const what = element("div", { className: "what" }, element("strong", { textContent: color }), ` now ${now}`,
      element("span", { textContent: `${pixels}, CIEDE2000 ${far}` }), acts);
    return element("li", { className: "loss" }, chips, what);
  }
  function lossesOf(items) {
    if (!items.length) return [];
    const pins = items.map(pin).join(" ");
    const hint = element("p", { className: "pins" }, "A pinned color takes one of the k colors in every picture of a run. Or let each picture decide: ",
      element("code", { textContent: "--max-lost 0" }), ". ", button("Copy --pin for all", () => copy(pins)));
    const title = items.length === 1 ? "1 lost color" : `${items.length} lost colors`;
    return [element("h3", { textContent: title }), element("ul", {}, ...items.map(loss)), hint];
  }
  function tell() {
    const losses = at("losses"), colors = inside?.querySelector(".palette");
    const items = inside ? [...inside.querySelectorAll(".losses li")] : [];
    losses.replaceChildren(...lossesOf(items));
    const counts = (colors?.dataset.counts || "").split(" ").map(Number), sum = counts.reduce((a, b) => a + b, 0);
    at("swatches").replaceChildren(...(colors ? colors.textContent.split(" ") : []).map((color, place) => {
      const share = sum ? `, ${((100 * counts[place]) / sum).toFixed(1)} %` : "", made = button("", () => copy(color), `Copy ${color}${share}`);
      made.title = `${color}${share}`;
      made.style.setProperty("--own", color);
      return made;
    }));
    const kept = inside ? [...inside.querySelectorAll("dl, .note")].map((node) => node.cloneNode(true)) : [];
    at("figures").replaceChildren(...kept);
    at("palette-part").hidden = !colors;
    at("figures-part").hidden = !kept.length;
    const message = card.querySelector(":scope > .message");
    at("viewer-message").hidden = !message;
    at("viewer-message").textContent = message ? message.textContent : "";
  }
  const hashOf = (each) => `#picture=${encodeURIComponent(each.dataset.name)}`;
  // An opened picture is a step of the history, so that Back closes it.
  function setHash(hash, adds = false) {
    const [state, url] = [adds ? { opened: true } : history.state, hash || location.pathname + location.search];
    try { history[adds ? "pushState" : "replaceState"](state, "", url); } catch { /* A page without an address. */ }
  }
  function open(chosen, adds = false) {
    card = chosen;
    inside = insideOf(card);
    zoom = 0;
    at("viewer-name").textContent = card.dataset.name;
    const place = shown.indexOf(card);
    at("previous").disabled = place <= 0;
    at("next").disabled = place < 0 || place === shown.length - 1;
    setView("compare");
    tell();
    if (!viewer.open) { viewer.showModal(); split.value = 50; (handle.hidden ? at("close") : split).focus(); }
    // What had the focus may be hidden or disabled by now.
    if (!viewer.contains(document.activeElement) || document.activeElement.disabled) stage.focus();
    layout();
    setHash(hashOf(card), adds);
  }
  function move(by) {
    const next = shown[shown.indexOf(card) + by];
    if (next) open(next);
  }
  list.addEventListener("click", (event) => {
    const link = event.target.closest(".open");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.closest(".card"), true);
  });
  viewer.addEventListener("close", () => {
    if (history.state?.opened) history.back(); else setHash("");
    card?.querySelector(".open").focus();
  });
  at("close").addEventListener("click", () => viewer.close());
  at("previous").addEventListener("click", () => move(-1));
  at("next").addEventListener("click", () => move(1));
  for (const name of ["compare", "map", "detail"]) at(`view-${name}`).addEventListener("click", () => { zoom = 0; setView(name); layout(); reveal(); });
  at("zoom-in").addEventListener("click", () => step(1));
  at("zoom-out").addEventListener("click", () => step(-1));
  at("zoom-fit").addEventListener("click", () => { zoom = 0; layout(); });
  at("zoom-worst").addEventListener("click", () => {
    setView("compare");
    const [x, y] = pair("worst"), side = Math.max(8, (Math.min(...size) * number(card, "side")) / 16);
    showArea([side, side, x - side / 2, y - side / 2]);
  });
  split.addEventListener("input", divide);
  stage.addEventListener("scroll", divide);
  addEventListener("resize", () => { if (viewer.open) layout(); });
  // Wherever the focus is: no part of the viewer takes text.
  const keys = {
    PageUp: () => move(-1), PageDown: () => move(1), 0: () => { zoom = 0; layout(); },
    "+": () => step(1), "=": () => step(1), "-": () => step(-1),
  };
  document.addEventListener("keydown", (event) => {
    if (!viewer.open || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
  at("frame").addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomTo(scale * (event.deltaY < 0 ? 1.25 : 0.8), event.clientX, event.clientY);
  }, { passive: false });

  // Drags: the divider, or the picture where it is larger than the stage.
  let drag = null;
  function begin(event) {
    if (event.button) return;
    const pans = event.currentTarget === canvas && canvas.classList.contains("wide");
    if (pans && event.pointerType !== "mouse") return;
    if (!pans && handle.hidden) return;
    drag = { pans, x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop };
    event.currentTarget.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse") event.preventDefault();
    proceed(event);
  }
  function proceed(event) {
    if (!drag) return;
    if (drag.pans) {
      stage.scrollTo(drag.left + drag.x - event.clientX, drag.top + drag.y - event.clientY);
      return;
    }
    const seen = visible();
    split.value = Math.min(100, Math.max(0, (100 * (event.clientX - seen.left)) / seen.width));
    divide();
  }
  for (const each of [canvas, handle]) {
    each.addEventListener("pointerdown", begin);
    each.addEventListener("pointermove", proceed);
    for (const end of ["pointerup", "pointercancel"]) each.addEventListener(end, () => { drag = null; });
  }

  function follow() {
    const found = cards.find((each) => hashOf(each) === location.hash);
    if (found) open(found); else viewer.close();
  }
  addEventListener("popstate", follow);
  arrange();
  follow();
  if (cards.length === 1 && !viewer.open && cards[0].querySelector("noscript")) open(cards[0]);
})();
