// The page's views, one for each address behind the #: what waits, events with their decisions, runs with their steps,
// holds, approvals, people. It decides nothing: every button is a word of the operations API.
import { el, facts, follow, forgetToken, get, getList, hasToken, json, keepToken, link, moment, part, picture, say, short, state, table, verb }
  from "./kit.js";

const main = document.getElementById("main");
let leaving = new AbortController();

const eventAt = (event) => "/events/" + part(event.source + "~" + event.id);
const ago = (text) => (text ? el("time", { datetime: text, title: text }, text.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")) : "");
const runLink = (id) => (id ? link("/runs/" + part(id), id) : "");
const alarmRows = (alarms) => alarms.map((one) =>
  [ago(one.at), el("span", { class: "bad" }, "! " + one.kind), one.message, String(one.count ?? 1), runLink(one.run)]);
const counts = (heading, map, to) => el("section", {}, el("h2", {}, heading),
  table(["state", "count"], Object.entries(map).sort().map(([word, count]) => [link(to + part(word), word), String(count)])));

async function overview() {
  const now = await get("/v1/status");
  return [
    el("h1", {}, "What waits"),
    facts([["jmld", [now.version, " ", state(now.ready)]], ["oldest waiting", ago(now.oldest_waiting)],
      ["holds", link("/holds", String(now.holds))], ["timers armed", String(now.timers.armed)],
      ["writes to Okta", now.outbound.open ? "on" : el("strong", { class: "bad" }, "! switched off")]]),
    el("h2", {}, "Alarms"),
    table(["at", "kind", "what", "times", "run"], alarmRows(now.alarms), "no alarms"),
    counts("Runs", now.runs, "/runs?state="), counts("Events", now.events, "/events?decision="),
    el("h2", {}, "Okta's budget"),
    table(["bucket", "left", "of", "blocked until"], Object.entries(now.okta_buckets).map(([name, one]) =>
      [name, String(one.remaining ?? ""), String(one.limit ?? ""), ago(one.blocked_until)]), "not asked yet"),
  ];
}

/** Filters live in the address, so that a view can be bookmarked and sent to somebody. */
function filters(path, names, asked) {
  const fields = names.map((name) => el("label", {}, name + " ", el("input", { name, value: asked.get(name) ?? "" })));
  const apply = (happened) => {
    happened.preventDefault();
    const wanted = new URLSearchParams([...new FormData(happened.target)].filter(([, text]) => text !== ""));
    location.hash = path + (wanted.size ? "?" + wanted : "");
  };
  return el("form", { class: "row", onsubmit: apply }, fields, el("button", {}, "Filter"));
}
const query = (asked) => (asked.size ? "?" + asked : "");

const older = (path, asked, after) =>
  (after ? el("p", {}, link(path + "?" + new URLSearchParams({ ...Object.fromEntries(asked), after }), "Older ones")) : null);

async function events(asked) {
  const { body: { events: all }, after } = await getList("/v1/events" + query(asked));
  return [el("h1", {}, "Events"), filters("/events", ["source", "type", "decision", "subject"], asked),
    table(["received", "event", "type", "decision", "why", "takes effect", "run"], all.map((one) =>
      [ago(one.received_at), link(eventAt(one), short(one.id)), one.type, state(one.decision), one.reason, moment(one.effective), runLink(one.run)]),
    "no such events"), older("/events", asked, after)];
}

async function event(id) {
  const one = await get("/v1/events/" + part(id));
  const at = "/v1/events/" + part(id) + "/";
  const person = one.subject?.key ? link("/people/" + part(one.subject.key), one.subject.name ?? one.subject.key) : "";
  return [
    el("h1", {}, "Event ", one.id),
    el("p", {}, state(one.decision), one.reason ? ": " + one.reason : ""),
    el("div", { class: "row" }, verb("Replay", at + "replay", show), verb("Discard", at + "discard", show),
      one.decision === "parked" ? verb("It is a new person", at + "resolve", show, { with: { person: "new" } }) : null,
      (one.candidates ?? []).map((who) => verb("It is " + who, at + "resolve", show, { with: { person: who } })),
      (one.manager_candidates ?? []).map((who) => verb("The manager is " + who, at + "resolve", show, { with: { manager: who } }))),
    facts([["type", one.type], ["source", one.source], ["about", person], ["by", one.by], ["run", runLink(one.run)],
      ["received", ago(one.received_at)], ["entered", ago(one.entered_at)], ["takes effect", moment(one.effective)],
      ["process", one.process_id], ["corrects", one.corrects], ["rescinds", one.rescinds],
      ["resolved", one.resolved ? `${one.resolved.by}: ${one.resolved.reason}` : ""]]),
    el("h2", {}, "Deliveries"),
    table(["at", "delivery", "answer", "status"], one.deliveries.map((sent) =>
      [ago(sent.at), sent.webhook_id, String(sent.http_status), sent.status])),
  ];
}

async function runs(asked) {
  const { body: { runs: all }, after } = await getList("/v1/runs" + query(asked));
  return [el("h1", {}, "Runs"),
    filters("/runs", ["state", "workflow", "subject", "event_id", "step_state", "error"], asked),
    table(["created", "run", "workflow", "state", "why", "next attempt", "person"], all.map((one) =>
      [ago(one.created_at), runLink(one.id), one.workflow, state(one.state), one.why?.kind, ago(one.next_attempt_at),
        one.subject?.key ? link("/people/" + part(one.subject.key), one.subject.key) : ""]), "no such runs"), older("/runs", asked, after)];
}

function step(one, at) {
  const attempts = table(["attempt", "began", "outcome", "status", "Okta's code", "request id", "detail"], one.attempts.map((tried) =>
    [String(tried.number), ago(tried.started_at), tried.outcome, String(tried.status ?? ""), tried.okta_code, tried.request_id, tried.detail]),
  "not tried");
  const stuck = ["failed", "unknown", "backing_off", "throttled"].includes(one.state);
  return el("details", {},
    el("summary", {}, one.id, " ", state(one.state), " ", one.action, one.target?.name ? " · " + one.target.name : ""),
    one.detail ? el("p", {}, one.detail) : null, attempts,
    one.compensation ? facts([["undoing", state(one.compensation.state)], ["detail", one.compensation.detail]]) : null,
    one.inputs ? json("input", one.inputs) : null, one.outputs ? json("output", one.outputs) : null,
    stuck ? el("div", { class: "row" }, ["retry", "skip", "complete", "fail"].map((word) => verb(word + " " + one.id, at + part(one.id) + "/" + word, show))) : null);
}

const open = ["scheduled", "queued", "running", "waiting", "throttled", "paused", "compensating"];
function runVerbs(one) {
  const words = one.state === "paused" ? ["resume", "retry", "cancel", "terminate", "rollback"]
    : open.includes(one.state) ? ["pause", "cancel", "terminate", "rollback"] : ["rollback"];
  return el("div", { class: "row" }, words.map((word) => verb(word, `/v1/runs/${part(one.id)}/${word}`, show)));
}

async function run(id) {
  const at = "/v1/runs/" + part(id);
  const one = await get(at);
  const drawn = await picture(at + "/graph?format=svg", "The steps of this run with their states");
  const done = one.steps.filter((each) => each.state === "succeeded" || each.state === "skipped").length;
  if (open.includes(one.state) && !leaving.signal.aborted)
    follow(at + "/history", leaving.signal, () => showSoon()).catch(() => {});
  const why = one.why;
  const target = why?.target?.name ? ` (${why.target.name})` : "";
  return [
    el("h1", {}, one.workflow, " ", state(one.state), ` — ${done} of ${one.steps.length} steps`,
      one.waiting_for ? `, waiting for ${one.waiting_for}` : ""),
    why ? el("div", { class: "why" }, el("strong", {}, why.kind), " ", [why.step, why.detail, why.status, why.okta_code].filter(Boolean).join(" · "), target) : null,
    runVerbs(one),
    facts([["about", one.subject?.key ? link("/people/" + part(one.subject.key), one.subject.name ?? one.subject.key) : ""],
      ["login", one.subject?.login], ["event", one.event ? link(eventAt(one.event), one.event.id) : ""], ["direction", one.direction],
      ["created", ago(one.created_at)], ["first call", ago(one.started_at)], ["ended", ago(one.ended_at)],
      ["superseded by", runLink(one.superseded_by)]]),
    drawn,
    el("h2", {}, "Steps"), one.steps.map((each) => step(each, at + "/steps/")),
    el("h2", {}, "Timers"),
    table(["kind", "at", "because of", "state"], (one.timers ?? []).map((timer) =>
      [timer.kind, ago(timer.at), timer.rule ? `${timer.rule.date} (${timer.rule.zone})` : "", state(timer.state)]), "none"),
    (one.residue ?? []).length ? json("Could not be removed", one.residue) : null,
    (one.review ?? []).length ? json("Left on purpose, for a person to look at", one.review) : null,
    el("h2", {}, "History"), el("details", {}, el("summary", {}, "every fact"), el("pre", { id: "facts" }, "")),
  ];
}

async function holds() {
  const { holds: all } = await get("/v1/holds");
  return [el("h1", {}, "Holds"), table(["since", "hold", "guard", "state", "why", "events", ""], all.map((one) =>
    [ago(one.since), one.id, one.guard, state(one.state), one.reason, String((one.events ?? []).length),
      one.state === "held" ? [verb("Release all", `/v1/holds/${part(one.id)}/release`, show), " ", verb("Reject all", `/v1/holds/${part(one.id)}/reject`, show)] : ""]),
  "nothing is held")];
}

async function approvals() {
  const { approvals: all } = await get("/v1/approvals");
  return [el("h1", {}, "Approvals"), table(["approval", "run", "step", "state", "until", "plan", ""], all.map((one) =>
    [one.id, runLink(one.run), one.step, state(one.state), ago(one.until), one.plan_digest,
      [verb("Approve", `/v1/approvals/${part(one.id)}/approve`, show, { plan_digest: one.plan_digest }), " ",
        verb("Deny", `/v1/approvals/${part(one.id)}/deny`, show)]]), "nothing waits for approval")];
}

async function person(key) {
  const one = await get("/v1/people/" + part(key));
  return [el("h1", {}, one.subject?.name ?? one.key),
    facts([["worker", one.subject?.worker_id], ["account", one.account ? `${one.account.okta_id} ${one.account.status ?? ""}` : "none"]]),
    el("h2", {}, "Timeline"),
    table(["at", "what", "id", ""], one.timeline.map((each) => [ago(each.at), each.what, each.id, each.detail])),
    el("h2", {}, "Timers"),
    table(["kind", "at", "because of", "state"], one.timers.map((timer) =>
      [timer.kind, ago(timer.at), timer.rule ? `${timer.rule.date} (${timer.rule.zone})` : "", state(timer.state)]), "none"),
    json("Access as last read", one.access), one.drift?.length ? json("Drift", one.drift) : null];
}

function signIn() {
  const enter = (happened) => {
    happened.preventDefault();
    keepToken(new FormData(happened.target).get("token"));
    show();
  };
  return [el("h1", {}, "Operator's token"), el("p", {}, "It is kept until this tab is closed and sent only to this server."),
    el("form", { class: "row", onsubmit: enter },
      el("label", {}, "Token ", el("input", { name: "token", type: "password", autocomplete: "off", required: true, autofocus: true })),
      el("button", {}, "Look"))];
}

const places = { "": "What waits", events: "Events", runs: "Runs", holds: "Holds", approvals: "Approvals" };
const views = {
  "": overview, events: (asked, id) => (id ? event(id) : events(asked)), runs: (asked, id) => (id ? run(id) : runs(asked)),
  holds, approvals, people: (asked, key) => person(key),
};

let shown = 0, soon = null, again = null;
function showSoon() {
  clearTimeout(soon);
  soon = setTimeout(show, 150);
}

/** What is being read stays where it is: open drawers and the focus outlive a refresh. */
function put(content) {
  const drawers = new Set([...main.querySelectorAll("details[open] > summary")].map(drawerOf));
  main.replaceChildren(...content.flat(Infinity).filter(Boolean));
  for (const summary of main.querySelectorAll("details > summary"))
    if (drawers.has(drawerOf(summary))) summary.parentElement.open = true;
}
/** A step by its name, what stands in its drawer by both names; states change meanwhile. */
function drawerOf(summary) {
  const around = summary.parentElement.parentElement.closest("details")?.firstElementChild;
  return (around ? around.textContent.split(" ")[0] + "/" : "") + summary.textContent.split(" ")[0];
}

async function show() {
  const mine = ++shown;
  leaving.abort();
  leaving = new AbortController();
  clearTimeout(again);
  const [path, text = ""] = location.hash.slice(1).split("?");
  const [place = "", id] = path.split("/").slice(1).map(decodeURIComponent);
  document.getElementById("nav").replaceChildren(...Object.entries(places).map(([name, words]) => {
    const to = link("/" + name, words);
    if (name === place) to.setAttribute("aria-current", "page");
    return to;
  }));
  if (!hasToken()) return put(signIn());
  try {
    const content = await (views[place] ?? overview)(new URLSearchParams(text), id);
    if (mine !== shown) return;
    put(content);
    fillFacts(place, id);
    // A form that somebody fills in is left alone.
    if (!(place === "runs" && id)) again = setTimeout(() => (document.activeElement?.tagName === "INPUT" || document.getElementById("ask").open ? showLater() : show()), 5000);
  } catch (failed) {
    if (mine !== shown) return;
    if (failed.status === 401) {
      forgetToken();
      put(signIn());
    }
    say(failed.message, true);
  }
}
const showLater = () => (again = setTimeout(show, 5000));

function fillFacts(place, id) {
  const drawer = document.getElementById("facts")?.parentElement;
  drawer?.addEventListener("toggle", async () => {
    if (!drawer.open || place !== "runs") return;
    const { facts: all } = await get("/v1/runs/" + part(id) + "/history");
    drawer.querySelector("pre").textContent = all.map((fact) => JSON.stringify(fact)).join("\n");
  });
}

document.getElementById("forget").addEventListener("click", () => {
  forgetToken();
  show();
});
addEventListener("hashchange", () => {
  say("");
  show();
  main.focus();
});
show();
