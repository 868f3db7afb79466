/* Screening, preparation and vital signs before the start.
   Laws: the server says where each item stands, the page shows it; what somebody is typing is never overwritten; nothing
   is chosen beforehand: what the consultation said stands beside an item until somebody takes it and records it. */
import { Acts, postOnce } from "./acts.js";
import { get } from "./api.js";
import { Ask, plainNumber, report } from "./ask.js";
import { all, block, fill, make, one, put, say } from "./dom.js";
import { keep, keepForm, kept } from "./kept_form.js";
import { dayWords, timeWords } from "./words.js";

const EVERY_MS = 4000;
const HOUR_MS = 3_600_000;
const ANSWERS = ["clear", "present", "unknown"];

const page = one("#prepare");
const session = Number(page.dataset.session);
const physician = page.dataset.role === "physician";
const SCREENING = `prepare-${session}-screening`;
const acts = new Acts(session, { role: page.dataset.role, refresh: () => load() });
const texts = block("before-texts");
const chosen = new Map(); // what is answered here and not yet recorded
const notes = new Map();
let shown = null;

const t = (key, values = {}) => (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

async function load() {
  const reply = await get(`sessions/${session}/preparation`);
  if (!reply.ok) return;
  shown = reply.body;
  acts.head = { version: Math.max(shown.version, acts.version), allowed: [], state: shown.state }; // asked before an act of ours, answered after it
  draw();
}

function draw() {
  const open = shown.state !== "preparing";
  drawScreening();
  drawItems();
  drawGate();
  for (const control of all(".before button, .before input, .before select")) if (open) put(control, "disabled", true);
}

// --- screening ---

function drawScreening() {
  const list = one("#screening-list");
  const ids = shown.screening.map((item) => item.id).join();
  if (list.dataset.ids !== ids) {
    fill(list, ...shown.screening.map(screeningRow));
    list.dataset.ids = ids;
    putBack(kept(SCREENING));
  }
  shown.screening.forEach((item, n) => showScreened(list.children[n], item));
  const left = shown.screening.filter((item) => !["clear", "not_applicable", "warn", "overridden"].includes(item.result)).length;
  say(one("#screening-count"), left ? t("open_n", { n: left }) : "✓");
  put(one("#screening-record"), "disabled", chosen.size === 0);
  const open = stillOpen().length;
  put(one("#screening-consulted"), "hidden", !open);
  if (open) say(one("#screening-consulted"), t("take_consulted", { n: open, day: dayWords(shown.consultation.signed_at) }));
}

/** The items the consultation has answered and nobody here has. */
function stillOpen() {
  const answers = shown?.consultation?.answers ?? {};
  return (shown?.screening ?? []).filter(({ id, result }) => result === "unanswered" && answers[id] && !chosen.has(id));
}

function screeningRow(item) {
  const options = make("div.answers", { role: "radiogroup", "aria-label": item.words }, ...ANSWERS.map((answer) => {
    const input = make("input", { type: "radio", name: `screening.${item.id}`, value: answer });
    input.addEventListener("change", () => choose(item.id, answer));
    return make("label.option", {}, input, make("span", {}, t(answer)));
  }));
  const note = make("input", { type: "text", maxlength: 400, placeholder: t("note"), "aria-label": `${t("note")}: ${item.words}`, hidden: true });
  note.addEventListener("input", () => {
    notes.set(item.id, note.value.trim());
    choose(item.id, one("input:checked", options)?.value);
  });
  const override = make("button", { type: "button", hidden: true }, t("override"));
  override.addEventListener("click", () => overrideStop(item));
  return make("li.screening-item", { "data-screening": item.id, "data-class": item.class }, make("span.screening-words", {}, item.words), options, make("b.screening-result"), note, override, make("small.consulted.muted"));
}

/** What was answered here and not yet recorded, after a reload. */
function putBack(answers) {
  for (const [id, answer, words] of answers ?? []) {
    const row = one(`[data-screening="${id}"]`);
    const input = row && one(`input[value="${answer}"]`, row);
    if (!input) continue;
    input.checked = true;
    one(":scope > input", row).value = words;
    if (words) notes.set(id, words);
    choose(id, answer);
  }
}

function choose(id, answer) {
  if (!answer) return;
  chosen.set(id, answer);
  keep(SCREENING, [...chosen].map(([one, said]) => [one, said, notes.get(one) ?? ""]));
  const note = one(`[data-screening="${id}"] > input`);
  put(note, "hidden", answer === "clear");
  put(one("#screening-record"), "disabled", false);
}

function showScreened(row, item) {
  const [, options, result, note, override, consulted] = row.children;
  put(row, "data-result", item.result);
  say(result, t(`result_${item.result}`));
  put(override, "hidden", !(physician && item.result === "stop"));
  const earlier = item.result === "unanswered" ? shown.consultation?.answers[item.id] : null;
  put(consulted, "hidden", !earlier);
  if (earlier) say(consulted, t("consulted", { day: dayWords(shown.consultation.signed_at), answer: [t(earlier.answer), earlier.note].filter(Boolean).join(": ") }));
  if (chosen.has(item.id)) return;
  for (const input of all("input", options)) input.checked = input.value === item.answer;
  if (note !== document.activeElement) note.value = item.override?.reason ?? item.note;
  put(note, "hidden", !item.answer || item.answer === "clear");
}

async function recordScreening() {
  const items = Object.fromEntries([...chosen].map(([id, answer]) => [id, notes.get(id) ? { answer, note: notes.get(id) } : { answer }]));
  if (await record("record_screening", { items }, "#screening-said")) {
    chosen.clear();
    notes.clear();
    keep(SCREENING, null);
    load();
  }
}

function overrideStop(item) {
  const ask = Ask.named("override_stop");
  say(one("[data-words]", ask.element), item.words);
  ask.open({
    submit: async ({ reason }) => {
      const reply = await acts.do("override_stop", { item: item.id, reason });
      load();
      return reply;
    },
  });
}

// --- preparation ---

function drawItems() {
  for (const item of shown.items) {
    const field = one(`[data-item="${item.id}"]`);
    if (!field) continue;
    put(field, "data-result", item.result);
    let mark = one(".item-state", field);
    if (!mark) field.append((mark = make("small.item-state.muted")));
    const by = item.said ? `${item.said.by}, ${timeWords(item.said.at)}` : item.required ? "" : t("optional");
    say(mark, [t(`result_${item.result}`), item.evidence, item.note, by].filter(Boolean).join(" · "));
  }
  const left = shown.items.filter((item) => item.required && !["done", "noted"].includes(item.result)).length;
  say(one("#preparation-count"), left ? t("open_n", { n: left }) : "✓");
}

const ago = (words) => (plainNumber(words) === null ? null : new Date(Date.now() - plainNumber(words) * HOUR_MS).toISOString());

/** What was filled in, item by item; an item nobody touched is not sent. */
function typedItems(form) {
  const value = (name) => form.elements[name].value.trim();
  const checked = (name) => form.elements[name].checked;
  const noted = (entry, name) => (value(name) ? { ...entry, note: value(name) } : entry);
  const items = {};
  if (checked("identity.confirmed")) items.identity = { confirmed: true };
  if (value("escort.name")) items.escort = { name: value("escort.name") };
  const [solids, clear] = [ago(value("fasting.solids_h")), ago(value("fasting.clear_h"))];
  if (solids && clear) items.fasting = noted({ solids_at: solids, clear_liquids_at: clear }, "fasting.note");
  const test = value("pregnancy.test");
  if (test) items.pregnancy = noted(test === "impossible" ? { possible: false } : { possible: true, test }, "pregnancy.note");
  const gauge = plainNumber(value("iv_access.gauge"));
  if (value("iv_access.site")) items.iv_access = { site: value("iv_access.site"), ...(gauge ? { gauge } : {}) };
  if (value("drug.lot") && value("drug.expires_on")) items.drug = { lot: value("drug.lot"), expires_on: value("drug.expires_on") };
  if (value("oxygen.on_air")) items.oxygen = { on_air: value("oxygen.on_air") === "yes" };
  if (checked("rescue_ready.confirmed")) items.rescue_ready = { confirmed: true };
  if (value("capnography.note")) items.capnography = { confirmed: false, note: value("capnography.note") };
  return items;
}

async function recordItems(form) {
  const items = typedItems(form);
  if (!Object.keys(items).length) return void report(one("#preparation-said"), t("nothing_typed"));
  if (await record("record_preparation", { items }, "#preparation-said")) {
    form.reset();
    load();
  }
}

// --- vital signs ---

function drawGate() {
  const list = one("#gate-list");
  const words = JSON.stringify(shown.vital_gate);
  if (list.dataset.words === words) return;
  list.dataset.words = words;
  fill(list, ...(shown.vital_gate.length ? shown.vital_gate.map(gateRow) : [make("li", {}, t("gate_open"))]));
}

function gateRow(finding) {
  const level = finding.reviewed ? t("level_reviewed", { by: finding.reviewed.by }) : t(`level_${finding.level}`);
  const recheck = finding.recheck_at ? t("recheck", { at: timeWords(finding.recheck_at) }) : "";
  const row = make("li", { "data-finding": finding.id, "data-level": finding.reviewed ? "reviewed" : finding.level }, make("b", {}, level), make("span", {}, finding.words), make("span.muted", {}, recheck));
  if (physician && finding.level === "review" && !finding.reviewed) {
    const button = make("button", { type: "button" }, t("reviewed"));
    button.addEventListener("click", async () => {
      if (await record("acknowledge_gate", { finding: finding.id, value: finding.value }, "#gate-said")) load();
    });
    row.append(button);
  }
  return row;
}

async function record(event, details, where) {
  report(one(where), "");
  const reply = await acts.do(event, details);
  report(one(where), reply.words, reply.ok ? "done" : "refused");
  return reply.ok;
}

one("#screening-rest").addEventListener("click", () => {
  for (const item of shown?.screening ?? []) {
    if (item.result !== "unanswered" || chosen.has(item.id)) continue;
    one(`[name="screening.${item.id}"][value=clear]`).checked = true;
    choose(item.id, "clear");
  }
});
one("#screening-consulted").addEventListener("click", () => {
  putBack(stillOpen().map(({ id }) => [id, shown.consultation.answers[id].answer, shown.consultation.answers[id].note]));
  drawScreening();
});
one("#screening-record").addEventListener("click", recordScreening);
one("#preparation-form").addEventListener("submit", (event) => {
  event.preventDefault();
  recordItems(event.target);
});
keepForm(one("#preparation-form"), `prepare-${session}-preparation`);
one("#poss-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const level = event.target.elements.level.value;
  if (level === "") return void report(one("#gate-said"), t("nothing_typed"));
  const reply = await postOnce(`sessions/${session}/scores`, { kind: "poss", items: { level: Number(level) } });
  report(one("#gate-said"), reply.words, reply.ok ? "done" : "refused");
  load();
});
document.addEventListener("session-head", (event) => {
  if (event.detail.version > (shown?.version ?? -1)) load();
});
setInterval(load, EVERY_MS);
load();
