// The console's only script: a live list, and forms that say who asks and why. Works on text the server rendered.
"use strict";

const main = () => document.querySelector("main");
const later = (work, wait) => {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
};

// --- calls -------------------------------------------------------------------------------------------------------

const call = (address, options = {}) =>
  fetch(address, { ...options, headers: { "Tapal-Console": "1", ...(options.headers || {}) } });

const language = () => document.documentElement.lang;

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

const complain = async (form, response) => {
  const place = form.querySelector("[role=alert]");
  let text = String(response.status);
  if ((response.headers.get("content-type") || "").includes("json")) {
    const problem = await response.json();
    text = (language() === "id" && problem.title_id) || problem.title || text;
  } else {
    const told = parsed(await response.text()).querySelector("main [role=alert]");
    if (told) text = told.textContent;
  }
  say(place, text);
};

const say = (place, text) => {
  place.textContent = text;
  place.hidden = false;
};

// --- pages that open for a purpose: the purpose travels in a header, never in the address ---------------------------

const open = async (form, address, purpose) => {
  const response = await call(address, { headers: { "Tapal-Purpose": purpose, Accept: "text/html" } });
  if (!response.ok) return complain(form, response);
  const page = parsed(await response.text());
  main().replaceWith(document.adoptNode(page.querySelector("main")));
  document.title = page.title;
  main().dataset.purpose = purpose;
  main().dataset.address = address;
  main().focus({ preventScroll: true });
  window.scrollTo(0, 0);
};

// "a.0.b" becomes {a: [{b: …}]}; what is empty is left out; a day ends at 24:00 in western Indonesia.
const nested = (form) => {
  const made = {};
  for (const field of form.elements) {
    if (!field.name || field.value === "" || field.tagName === "BUTTON") continue;
    let value = field.value;
    if ("number" in field.dataset) value = Number(value);
    if ("wib" in field.dataset) value = `${value}T23:59:59+07:00`;
    const path = field.name.split(".");
    const last = path.pop();
    let place = made;
    path.forEach((name, at) => {
      place = place[name] ??= /^\d+$/.test(path[at + 1] ?? last) ? [] : {};
    });
    place[last] = value;
    if (field.dataset.also) made[field.dataset.also] = Number(field.selectedOptions[0].dataset.also);
  }
  return made;
};

// One wish keeps its mark however often it is sent.
const mark = (field) => {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  field.value ||= [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

const send = async (form, button) => {
  form.querySelectorAll("[data-once]").forEach(mark);
  const fields = "nested" in form.dataset ? nested(form) : Object.fromEntries(new FormData(form));
  if (form.dataset.list) fields[form.dataset.list] = new FormData(form).getAll(form.dataset.list);
  if (button && button.name) fields[button.name] = button.value;
  const { json } = form.dataset;
  if (json && !fields[json].trim()) delete fields[json];
  else if (json) {
    try {
      fields[json] = JSON.parse(fields[json]);
    } catch (error) {
      return say(form.querySelector("[role=alert]"), form.dataset.unread);
    }
  }
  const headers = { "Content-Type": "application/json" };
  if (form.dataset.revision) headers["If-Match"] = `"${form.dataset.revision}"`;
  if (form.dataset.purpose) headers["Tapal-Purpose"] = form.dataset.purpose;
  const body = Object.keys(fields).length ? JSON.stringify(fields) : undefined;
  const { post } = form.dataset;
  const place = (whole, name) => encodeURIComponent(form.querySelector(`[data-place=${name}]`).value.trim());
  const response = await call(post.replace(/\{(\w+)\}/g, place), { method: "POST", headers, body });
  if (!response.ok) return complain(form, response);
  if (form.dataset.goto) {
    location.assign(form.dataset.goto + (await response.json()).id);
    return new Promise(() => {});
  }
  const opened = main().dataset;
  if (opened.address) return open(form, opened.address, opened.purpose);
  location.reload();
  return new Promise(() => {}); // never: the buttons stay off until the new page is there
};

const find = async (form) => {
  const order = document.getElementById("order");
  if (!order.reportValidity()) return;
  const { order: _, ...fields } = Object.fromEntries(new FormData(form));
  const purpose = `order:${order.value.trim()}`;
  const line = form.dataset.find === "line";
  if (!line) fields.issuer = fields.issuer.toUpperCase();
  const response = await call(line ? "/find" : "/v1/persons/find", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Tapal-Purpose": purpose },
    body: JSON.stringify(line ? fields : { document: fields }),
  });
  if (!response.ok) return complain(form, response);
  form.querySelector("[role=alert]").hidden = true;
  if (line) return list(await response.text());
  const { id } = await response.json();
  if (!id) return say(form.querySelector("[role=alert]"), form.dataset.none);
  return open(form, `/persons/${id}`, purpose);
};

const list = (text) =>
  document
    .getElementById("found")
    .replaceChildren(...[...parsed(text).body.childNodes].map((node) => document.adoptNode(node)));

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const { post, open: address, find: finds } = form.dataset;
  if (post === undefined && address === undefined && finds === undefined) return;
  event.preventDefault();
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => (button.disabled = true));
  try {
    if (post !== undefined) await send(form, event.submitter);
    else if (address !== undefined) await open(form, address, `order:${form.elements.order.value.trim()}`);
    else await find(form);
  } catch (error) {
    say(form.querySelector("[role=alert]"), document.body.dataset.lost);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-reload]")) location.reload();
});

// --- the lock: the server's limit counts, this shows it; input in any window of this browser is input ------------------

const idle = Number(document.body.dataset.idle) * 1000;
const INPUT = "tapal-input";
let told = Date.now();

const used = () => {
  const now = Date.now();
  localStorage.setItem(INPUT, String(now));
  if (now - told < 60000) return;
  told = now;
  call("/v1/me"); // whoever writes for long is there, though nothing is sent
};

const watch = async () => {
  if (Date.now() - Number(localStorage.getItem(INPUT)) < idle) return;
  await call("/v1/lock", { method: "POST", headers: { "Tapal-Background": "1" } }).catch(() => null);
  location.replace(`/unlock?next=${encodeURIComponent(location.pathname)}`);
};

if (idle) {
  localStorage.setItem(INPUT, String(Date.now()));
  for (const kind of ["keydown", "pointerdown", "wheel"]) document.addEventListener(kind, used, { passive: true });
  setInterval(watch, Math.min(idle / 4, 5000));
}

// --- the live list --------------------------------------------------------------------------------------------------

const revisions = (root) =>
  new Map([...root.querySelectorAll("[data-alert]")].map((row) => [row.dataset.alert, row.dataset.revision]));

const refresh = async () => {
  const rows = document.getElementById("rows");
  const before = revisions(rows);
  const focused = document.activeElement && document.activeElement.getAttribute("href");
  const response = await call(rows.dataset.refresh, { headers: { "Tapal-Background": "1" } });
  if (response.redirected) return location.assign(response.url); // locked, or over
  if (!response.ok) return;
  const page = parsed(await response.text());
  rows.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
  for (const row of rows.querySelectorAll("[data-alert]"))
    if (before.get(row.dataset.alert) !== row.dataset.revision) row.classList.add("fresh-row");
  if (focused) {
    const again = rows.querySelector(`a[href="${CSS.escape(focused)}"]`);
    if (again) again.focus();
  }
};

const listen = (onChange) => {
  const { position, live, lost } = document.body.dataset;
  const stream = new EventSource(`/v1/stream${position ? `?after=${position}` : ""}`);
  const tell = (up) => {
    document.querySelectorAll("[data-live-text]").forEach((place) => {
      place.textContent = up ? live : lost;
      place.closest(".live").classList.toggle("on", up);
    });
  };
  stream.addEventListener("open", () => tell(true));
  stream.addEventListener("error", () => tell(false));
  for (const kind of ["alert", "case"])
    stream.addEventListener(kind, (event) => onChange(JSON.parse(event.data)));
  stream.addEventListener("reset", () => onChange(null));
};

const rows = document.getElementById("rows");
const page = document.querySelector("[data-alert-page], [data-case-page]");
if (rows) listen(later(refresh, 300));
else if (page)
  listen((change) => {
    const { alertPage, casePage, revision } = page.dataset;
    const same = change && (casePage ? change.case === casePage : change.alert === alertPage);
    if (!change || (same && change.revision > Number(revision)))
      document.querySelector("[data-stale]").hidden = false;
  });
