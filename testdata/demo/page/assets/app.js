// The page shows what the server side of the demo tells it over one event
// stream, and sends back clicks. It keeps no state of its own but the fields
// being typed in.
const $ = (id) => document.getElementById(id);

const el = (tag, text, attrs = {}) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  for (const [k, v] of Object.entries(attrs)) node.setAttribute(k, v);
  return node;
};

async function send(method, path, body) {
  const reply = await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
  const text = await reply.text();
  if (!reply.ok) throw new Error(text || reply.statusText);
  return text ? JSON.parse(text) : null;
}

// --- IT ---------------------------------------------------------------

const form = $("settings");
let dirty = false;
form.addEventListener("input", () => { dirty = true; });

function showConfig(config, webhook) {
  if (dirty || !config) return;
  const { macos_migration: m } = config.mdm;
  form.enable.checked = m.enable;
  form.mode.value = m.mode || "voluntary";
  form.webhook_url.value = m.webhook_url || webhook;
  for (const key of ["org_name", "contact_url", "org_logo_url_light_background", "org_logo_url"]) form[key].value = config.org_info[key] || "";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const org_info = {};
  for (const key of ["org_name", "contact_url", "org_logo_url_light_background", "org_logo_url"]) org_info[key] = form[key].value;
  const macos_migration = { enable: form.enable.checked, mode: form.mode.value, webhook_url: form.webhook_url.value };
  try {
    await send("PATCH", "/fleet/config", { org_info, mdm: { macos_migration } });
    dirty = false;
    notice("Saved.", "ok");
  } catch (error) {
    notice(reasons(error.message), "bad");
  }
});

function reasons(text) {
  try {
    return JSON.parse(text).errors.map((e) => `${e.name}: ${e.reason}`).join("; ");
  } catch {
    return text;
  }
}

function notice(text, kind) {
  $("notice").textContent = text;
  $("notice").className = kind;
}

// --- the Mac ----------------------------------------------------------

function showMac(mac) {
  const e = mac.enrollment;
  const rows = {
    "MDM": e.enrolled ? new URL(e.server_url).host : "none",
    "Apple Business": mac.ade.assigned ? "assigned to Fleet" : "not assigned",
    "macOS": mac.os_version,
    "Serial": mac.hardware_serial,
  };
  $("mac").replaceChildren(...Object.entries(rows).flatMap(([k, v]) => [el("dt", k), el("dd", v)]));
  $("enroll").disabled = e.enrolled;
}

for (const [id, path] of [["enroll", "/mac/enroll"], ["reset", "/mac/reset"]]) {
  $(id).addEventListener("click", () => send("POST", path).catch((error) => notice(error.message, "bad")));
}

// press does what a click on the Mac's screen does. One that comes too late, the
// second of two for one, finds nothing there, as on a real screen.
const press = (path, body) => send("POST", path, body).catch(() => {});

// --- the menu bar -----------------------------------------------------

const tray = $("tray");
tray.addEventListener("click", () => {
  const open = $("menu").hidden;
  toggleMenu(open);
  if (open) press("/tray/open");
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") toggleMenu(false); });
document.addEventListener("click", (event) => { if (!$("menubar").contains(event.target)) toggleMenu(false); });

function toggleMenu(open) {
  $("menu").hidden = !open;
  tray.setAttribute("aria-expanded", String(open));
}

let shownMenu = "";
function showMenu(entries) {
  const key = JSON.stringify(entries);
  if (key === shownMenu) return;
  shownMenu = key;
  tray.hidden = !entries;
  $("menu").replaceChildren(...(entries || []).map((entry) => {
    const li = el("li", undefined, { role: "none" });
    if (entry.separator) {
      li.append(el("hr"));
      return li;
    }
    const button = el("button", entry.label, { role: "menuitem", type: "button" });
    button.disabled = !entry.enabled;
    button.addEventListener("click", () => {
      toggleMenu(false);
      press("/tray/click", { label: entry.label });
    });
    li.append(button);
    return li;
  }));
  $("icon").src = "/tray/icon.png?" + Date.now();
}

// --- the dialog -------------------------------------------------------

let shownDialog = "";
function showDialog(dialog) {
  const key = dialog ? dialog.id + dialog.html : "";
  if (key === shownDialog) return;
  shownDialog = key;
  $("desk").classList.toggle("blurred", Boolean(dialog && dialog.blur));
  if (!dialog) {
    $("desk").replaceChildren(el("p", "Nothing asks for attention.", { id: "quiet" }));
    return;
  }
  const focused = document.activeElement?.dataset.button; // a button may have been enabled just now
  const parsed = new DOMParser().parseFromString(dialog.html, "text/html");
  $("desk").replaceChildren(...parsed.body.childNodes);
  for (const button of $("desk").querySelectorAll("[data-button]")) {
    button.addEventListener("click", () => press("/dialog/press", { id: dialog.id, button: button.dataset.button }));
  }
  if (focused) $("desk").querySelector(`[data-button="${focused}"]`)?.focus();
}

// --- what happens -----------------------------------------------------

// A line that was there a moment ago, such as a poll, counts up instead of
// filling the log.
const recent = 12;

function addLine(line) {
  const log = $("log");
  const bottom = log.scrollTop + log.clientHeight >= log.scrollHeight - 30;
  const key = line.source + line.text;
  const again = [...log.children].slice(-recent).find((li) => li.dataset.key === key && line.source === "server");
  const li = again || el("li");
  const times = 1 + Number(li.dataset.times || 0);
  Object.assign(li.dataset, { key, times, source: line.source });
  const hidden = ["level", "route", "duration_ms", "consent", "dialog"];
  const fields = Object.entries(line.fields || {}).filter(([k, v]) => !hidden.includes(k) && v !== "").map(([k, v]) => `${k}=${typeof v === "object" ? JSON.stringify(v) : v}`);
  const text = el("span", line.text);
  if (times > 1) text.append(el("em", ` × ${times}`));
  if (fields.length) text.append(el("small", fields.join("  ")));
  const first = again ? li.firstChild : el("time", new Date(line.at).toLocaleTimeString("en-GB"));
  li.replaceChildren(first, el("b", line.source), text);
  if (!again) log.append(li);
  while (log.children.length > 500) log.firstChild.remove();
  if (bottom) log.scrollTop = log.scrollHeight;
}

function showStep(step) {
  let past = true;
  for (const li of $("steps").children) {
    const here = li.dataset.step === step;
    past = past && !here;
    li.classList.toggle("past", past);
    if (here) li.setAttribute("aria-current", "step"); else li.removeAttribute("aria-current");
  }
}

const events = new EventSource("/events");
events.addEventListener("open", () => $("log").replaceChildren()); // all of it comes again
events.addEventListener("line", (event) => addLine(JSON.parse(event.data)));
events.addEventListener("state", (event) => {
  const state = JSON.parse(event.data);
  showConfig(state.config, state.webhook);
  showMac(state.mac);
  showMenu(state.menu);
  $("real").hidden = !state.real_tray;
  showDialog(state.dialog);
  showStep(state.step);
  $("full").href = new URL("/settings", state.server_url);
  $("token").textContent = state.admin_token;
});
const tick = () => { $("clock").textContent = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }); };
tick();
setInterval(tick, 1000);
