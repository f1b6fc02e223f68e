// The page's tools: elements made of text, questions to the API with the typed token, and the dialog that asks for a
// reason. Whatever the API says becomes text nodes; nothing here parses it as HTML.
const token = { get: () => sessionStorage.getItem("token") ?? "", set: (text) => sessionStorage.setItem("token", text) };
export const forgetToken = () => sessionStorage.removeItem("token");
export const keepToken = token.set;
export const hasToken = () => token.get() !== "";

/** el("td", {class: "bad"}, "text", node, [more]) */
export function el(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, said] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), said);
    else if (said !== null && said !== undefined && said !== false) made.setAttribute(key, said === true ? "" : said);
  }
  made.append(...content.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}
export const link = (to, text) => el("a", { href: "#" + to }, text);
/** Long ids are digests: their beginning tells them apart, the whole one stands in the view itself. */
export const short = (id) => (id.length > 34 ? id.slice(0, 14) + "…" + id.slice(64) : id);
export const part = (text) => encodeURIComponent(text);

export class Refused extends Error {
  constructor(status, told) {
    super([told.title ?? "refused", told.detail, told.state ? `it is ${told.state}` : ""].filter(Boolean).join(": "));
    this.status = status;
  }
}

const headers = (more = {}) => (hasToken() ? { Authorization: "Bearer " + token.get(), ...more } : more);

async function answered(response) {
  if (response.ok) return response;
  throw new Refused(response.status, await response.json().catch(() => ({})));
}
export const get = async (path) => (await answered(await fetch(path, { headers: headers() }))).json();
/** One page of a list, and the cursor of the next one where there is more. */
export async function getList(path) {
  const response = await answered(await fetch(path, { headers: headers() }));
  const next = /<([^>]*)>;\s*rel="next"/.exec(response.headers.get("Link") ?? "")?.[1];
  return { body: await response.json(), after: next ? new URL(next, location.href).searchParams.get("after") : null };
}
export const getText = async (path) => (await answered(await fetch(path, { headers: headers() }))).text();

const seen = new Map(); // of each stream the last fact, so that a second look is told only what is new

/** Calls `onFact` when facts of a run are committed, until `signal` aborts or the run ends. */
export async function follow(path, signal, onFact) {
  const wanted = { Accept: "text/event-stream", "Last-Event-ID": seen.get(path) ?? "0" };
  const response = await answered(await fetch(path, { headers: headers(wanted), signal }));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const messages = (text + value).split("\n\n");
    text = messages.pop();
    const ids = messages.map((message) => /^id: (\d+)/.exec(message)?.[1]).filter(Boolean);
    if (ids.length > 0) {
      seen.set(path, ids.at(-1));
      onFact();
    }
  }
}

export function say(text, bad = false) {
  const place = document.getElementById("said");
  place.textContent = text;
  place.className = bad ? "bad" : "";
}

/** The reason as typed; null when the person left it. */
function reasonFor(what) {
  const dialog = document.getElementById("ask");
  document.getElementById("ask-title").textContent = what;
  const field = document.getElementById("ask-reason");
  field.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  field.focus();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "do" ? field.value : null), { once: true }));
}

/** A button that asks for a reason, says the word, and looks again. */
export function verb(label, path, again, more = {}) {
  const act = async () => {
    const reason = await reasonFor(label);
    if (reason === null) return;
    try {
      const sent = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
      await answered(await fetch(path, { method: "POST", headers: headers(sent), body: JSON.stringify({ reason, ...more }) }));
      say(label + ": done");
    } catch (failed) {
      say(label + ": " + failed.message, true);
    }
    again();
  };
  return el("button", { type: "button", onclick: act }, label);
}

const looks = {
  good: ["succeeded", "acted", "released", "compensated", "rolled_back", "ready"],
  bad: ["failed", "paused", "parked", "quarantined", "held", "closed_with_residue", "rollback_failed", "rolled_back_partial",
    "compensation_failed", "unknown", "not ready"],
  wait: ["scheduled", "queued", "running", "waiting", "throttled", "backing_off", "compensating", "pending", "open"],
};
const icons = { good: "✓", bad: "!", wait: "…" };
/** A state: icon and word. */
export function state(word) {
  if (!word) return el("span", { class: "wait" }, "… not decided");
  const look = Object.keys(looks).find((key) => looks[key].includes(word));
  return el("span", { class: look ?? "" }, (look ? icons[look] + " " : "") + word);
}

export function table(names, rows, empty = "nothing") {
  if (rows.length === 0) return el("p", {}, empty);
  return el("table", {}, el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell ?? ""))))));
}

export function facts(pairs) {
  const shown = pairs.filter(([, said]) => said !== null && said !== undefined && said !== "");
  return el("dl", {}, shown.map(([name, said]) => [el("dt", {}, name), el("dd", {}, said)]));
}

/** `2027-02-01 (Australia/Melbourne) = 2027-01-31T13:00:00Z`: the rule and the instant. */
export function moment(effective) {
  if (!effective) return null;
  const rule = effective.date ? `${effective.date} (${effective.zone ?? "UTC"})` : "";
  return [rule, effective.at].filter(Boolean).join(" = ");
}

export const json = (label, content) => el("details", {}, el("summary", {}, label), el("pre", {}, JSON.stringify(content, null, 2)));

/** Drawn by the daemon; as an image document it has no way to run anything here. */
export async function picture(path, text) {
  const url = URL.createObjectURL(new Blob([await getText(path)], { type: "image/svg+xml" }));
  return el("div", { class: "graph" }, el("img", { src: url, alt: text, onload: () => URL.revokeObjectURL(url) }));
}
