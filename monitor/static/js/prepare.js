/* The prepare page: each step with who did it and when, what is missing before the start, and the start itself.
   Laws: the server says what is missing, the page only shows it; what is entered as a number is read back before it is
   recorded; the order's sums are shown beside it while it is typed. */
import { Acts } from "./acts.js";
import { attachAdmission, showAdmission } from "./admission.js";
import { Allergies } from "./allergies.js";
import { Ask, plainNumber, report } from "./ask.js";
import { attachSessionBar, watchesOf } from "./bar.js";
import { all, fill, make, one, put, say } from "./dom.js";
import { keepForm } from "./kept_form.js";
import { attachKeys } from "./keys.js";
import { connect } from "./live.js";
import { nameAmount } from "./order_form.js";
import { differs, showCheck } from "./check_words.js";
import { FORMS, guidelineWords, orderSums, orderWords } from "./order_sums.js";
import { SeriesOffer } from "./series_offer.js";
import { SessionBar } from "./session_bar.js";
import { gateActs } from "./session_lists.js";
import { Numbers } from "./session_numbers.js";
import { decimals } from "./phrases.js";
import { has, t, timeWords } from "./words.js";

const EVENT_OF = { weight: "record_weight", order: "record_order", consent: "confirm_consent", second_check: "second_check", baseline: "capture_baseline", physician_clearance: "physician_clearance" };
const PHYSICIAN = new Set(["record_order", "physician_clearance"]);

const page = one("#prepare");
const session = Number(page.dataset.session);
const live = connect({ watch: watchesOf(page.dataset) });
attachSessionBar(live, page.dataset);
attachKeys();
const acts = new Acts(session, { role: page.dataset.role, refresh: () => live.refresh() });
const numbers = new Numbers(page);
const sessionBar = new SessionBar(live);
const allergies = new Allergies();
const offer = new SeriesOffer(acts, () => live.refresh());
let head = null;
let dose = null;
let guideline = null;
let compared = null; // from how many percent beside the order a number is marked
let marks = {};
const events = new Map();

const stepOf = (event) => Object.keys(EVENT_OF).find((name) => EVENT_OF[name] === event);
const saidOf = (event) => one(`[data-step-of="${stepOf(event)}"] [data-said]`) ?? one("#start-said");

function drawSteps() {
  for (const [name, event] of Object.entries(EVENT_OF)) {
    const step = one(`[data-step-of="${name}"]`);
    const done = !head.missing.includes(name);
    const newest = marks[name] ?? [...events.values()].filter((entry) => entry.event === event).sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
    put(step, "data-done", String(done));
    say(one("[data-who-when]", step), done && newest ? t("by_at", { by: newest.by, at: timeWords(newest.at) }) : t(done ? "prep_done" : "prep_open"));
  }
}

function drawStart() {
  const begun = !["scheduled", "preparing"].includes(head.state);
  const ready = head.state === "preparing" && head.missing.length === 0;
  say(one("#start-count"), begun || !head.missing.length ? "" : String(head.missing.length));
  say(one("#start-words"), begun ? t("start_running") : head.state === "scheduled" ? t("start_not_now") : ready ? t("start_ready") : t("start_missing"));
  fill(one("#start-missing"), ...(begun ? [] : head.missing.map((code) => make("li", { "data-missing": code }, has(`missing_${code}`) ? t(`missing_${code}`) : code.replaceAll("_", " ")))));
  if (!ready) put(one("[data-act=start]"), "disabled", true);
}

function show(frame) {
  head = frame.session;
  allergies.show(frame);
  if (frame.dose !== undefined) dose = frame.dose;
  acts.head = head;
  document.dispatchEvent(new CustomEvent("session-head", { detail: head }));
  for (const event of frame.events) events.set(event.id, event);
  sessionBar.show(head);
  showAdmission(head);
  put(one("#simulated"), "hidden", !head.simulated);
  put(one("[data-act=check_in]"), "hidden", head.state !== "scheduled");
  gateActs(page, acts, PHYSICIAN);
  drawSteps();
  drawStart();
  drawOrder();
  showCheck(orderedBefore(), head.weight_kg, frame.pump ?? null, compared?.check_percent);
  offer.show(head);
}

/** What stands in the order's fields, or what was ordered while they are empty. */
function typedOrder() {
  const typed = Object.fromEntries(all("[data-entry=record_order] input").map((input) => [input.name, plainNumber(input.value)]));
  const recorded = orderedBefore();
  return Object.values(typed).some((value) => value !== null) ? typed : recorded;
}

/** The order that stands, as the fields would hold it. */
function orderedBefore() {
  const bolus = dose?.ordered_bolus_mg && head?.weight_kg ? dose.ordered_bolus_mg / head.weight_kg : null;
  return { [dose?.form ?? "dose_mg_per_kg"]: dose?.amount, over_min: dose?.over_min, concentration_mg_per_ml: dose?.concentration_mg_per_ml, bolus_mg_per_kg: bolus };
}

function nameOrder() {
  nameAmount(page);
  drawOrder();
}

function drawOrder() {
  const order = typedOrder();
  const sums = orderSums(order, head?.weight_kg);
  const write = (name, words) => say(one(`[data-computed="${name}"]`), words);
  write("mg", sums ? decimals(`${sums.mg.toFixed(1)} mg`) : "–");
  write("ml", sums ? decimals(`${sums.ml.toFixed(1)} mL`) : "–");
  write("rate", sums ? decimals(`${sums.ml_per_h.toFixed(1)} mL/h`) : "–");
  write("words", head && !head.weight_kg ? t("needs_weight") : dose?.mg_per_kg ? orderWords(dose) : "");
  write("guideline", guidelineWords(sums, guideline));
}

function showBaseline(baseline) {
  const plain = (value) => (value === null || value === undefined ? "–" : decimals(Number(value.toFixed(1))));
  const sys = baseline.nibp_sys ?? baseline.sys;
  const dia = baseline.nibp_dia ?? baseline.dia;
  for (const vital of ["hr", "spo2", "rr", "etco2"]) say(one(`[data-baseline="${vital}"]`), plain(baseline[vital]));
  say(one('[data-baseline="bp"]'), sys === null || sys === undefined ? "–" : `${Math.round(sys)}/${Math.round(dia)}`);
}

async function record(event, details = {}, seen = acts.version) {
  const said = saidOf(event);
  report(said, t("sending"), "");
  const reply = await acts.do(event, details, seen);
  report(said, reply.words, reply.ok ? "done" : "refused");
  if (reply.ok) live.refresh();
  return reply;
}

/** What a step's numbers mean, before they are recorded. */
function readBack(event, values) {
  if (event === "record_weight") return t("confirm_weight", { kg: values.weight_kg });
  const sums = orderSums(values, head.weight_kg);
  const form = Object.keys(FORMS).find((name) => values[name] > 0);
  const order = { written: `${values[form]} ${FORMS[form].unit}`, minutes: values.over_min, concentration: values.concentration_mg_per_ml };
  if (!sums) return t("confirm_order_plain", order);
  return t("confirm_order", { ...order, weight: head.weight_kg, mg: sums.mg.toFixed(1), ml: sums.ml.toFixed(1), rate: sums.ml_per_h.toFixed(1) });
}

function submitEntry(form) {
  const event = form.dataset.entry;
  const inputs = all("input", form);
  const filled = inputs.filter((input) => input.required || input.value.trim() !== "");
  const values = Object.fromEntries(filled.map((input) => [input.name, plainNumber(input.value)]));
  const wrong = filled.find((input) => !(values[input.name] > 0));
  for (const input of inputs) put(input, "aria-invalid", input === wrong ? "true" : null);
  if (wrong) {
    wrong.focus();
    return report(saidOf(event), t("not_a_number"));
  }
  const seen = acts.version;
  const ask = Ask.named(event === "record_order" ? "sign_order" : "confirm");
  say(one("[data-words]", ask.element), readBack(event, values));
  return ask.open({
    submit: async (asked) => {
      const reply = await record(event, { ...values, ...asked }, seen);
      if (reply.ok) form.reset();
      if (reply.ok) nameOrder();
      return reply;
    },
  });
}

function startWords({ rate_ml_per_h: rate }) {
  const order = orderedBefore();
  const sums = orderSums(order, head.weight_kg);
  if (!sums) return t("confirm_start_plain", { rate: rate.toFixed(1) });
  const perHour = (rate * order.concentration_mg_per_ml) / head.weight_kg;
  const minutes = Math.round(((sums.mg - sums.bolus_mg) / (rate * order.concentration_mg_per_ml)) * 60);
  const words = t("confirm_start", { rate: rate.toFixed(1), mg_kg_h: perHour.toFixed(2), mg: sums.mg.toFixed(1), minutes });
  return differs(rate, sums.ml_per_h, compared.start_percent) ? `${words} ${t("rate_differs", { ordered: sums.ml_per_h.toFixed(1) })}` : words;
}

live.on("session", (snapshot) => numbers.show(snapshot.numbers));
for (const name of ["values", "nameless"]) live.on(name, (frame) => frame.numbers && numbers.show(frame.numbers));
live.on("session", (snapshot) => {
  events.clear();
  marks = snapshot.preparation ?? {};
  guideline = snapshot.guideline ?? null;
  compared = snapshot.compared;
  show(snapshot);
});
live.on("session", (snapshot) => showBaseline(snapshot.baseline ?? {}));
live.on("session_changed", (frame) => {
  const acted = head !== null && frame.session.version !== head.version;
  show(frame);
  if (acted) live.refresh();
});
live.on("tick", (nowMs) => numbers.tick(nowMs));

one("[data-order-form]").addEventListener("input", nameOrder);
for (const form of all("[data-entry]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitEntry(form);
  });
  form.addEventListener("input", drawOrder);
  keepForm(form, `prepare-${session}-${form.dataset.entry}`, nameOrder);
}
for (const event of ["check_in", "confirm_consent", "second_check", "capture_baseline", "physician_clearance"]) {
  one(`[data-act=${event}]`).addEventListener("click", () => record(event));
}
attachAdmission(acts);
one("[data-act=start]").addEventListener("click", () => {
  const seen = acts.version;
  Ask.named("start").open({ confirm: startWords, submit: (values) => record("start", values, seen) });
});
