/* Opioids a day: lines of drug, dose and how often; MME as the server makes it of them.
   Laws: no factor stands in this script; what was recorded is shown until something else is recorded; what is typed and
   not yet recorded is kept. */
import { get } from "./api.js";
import { postOnce } from "./acts.js";
import { plainNumber, report } from "./ask.js";
import { all, fill, make, one, put, say } from "./dom.js";
import { keep, kept } from "./kept_form.js";
import { t } from "./words.js";

const card = one("#opioids");
const session = Number(card.dataset.session);
const DRAFT = `prepare-${session}-opioids`;
let known = []; // what the server's table has

const keyOf = ({ drug, route }) => `${drug} ${route}`;
const knownOf = ({ drug, route }) => known.find((opioid) => opioid.drug === drug && [route, "any"].includes(opioid.route));
const round = (mme) => Number(mme.toFixed(1));

function optionsOf(chosen) {
  const options = known.map((opioid) => make("option", { value: keyOf(opioid), selected: keyOf(opioid) === chosen }, opioid.route === "any" ? opioid.drug : `${opioid.drug}, ${opioid.route}`));
  return [make("option", { value: "" }, t("opioid_choose")), ...options];
}

/** One line; `taken` is what was recorded, null for a new one. */
function lineOf(taken) {
  const chosen = taken ? keyOf(knownOf(taken) ?? taken) : "";
  const select = make("select", { "aria-label": t("opioid_choose"), onchange: () => measure(line) }, ...optionsOf(chosen));
  const line = make(
    "li.opioid-line",
    {},
    select,
    make("input", { name: "dose", inputmode: "decimal", maxlength: 7, "aria-label": t("opioid_dose"), value: taken?.dose ?? "" }),
    make("span.unit", {}),
    make("input", { name: "times", inputmode: "decimal", maxlength: 5, "aria-label": t("opioid_times"), value: taken?.times_a_day ?? "" }),
    make("span.muted", { "data-times": true }, t("opioid_times")),
    make("b.mme", {}, taken ? mmeOf(taken) : ""),
    make("button.icon", { type: "button", "aria-label": t("opioid_remove"), onclick: () => (line.remove(), keepLines()) }, "✕"),
  );
  measure(line);
  line.addEventListener("input", () => say(one(".mme", line), ""));
  return line;
}

/** The unit of the chosen drug; a patch has no times a day. */
function measure(line) {
  const key = one("select", line).value;
  const drug = known.find((opioid) => keyOf(opioid) === key);
  say(one(".unit", line), drug?.unit ?? "mg");
  const worn = drug?.unit === "µg/h";
  put(one("[name=times]", line), "hidden", worn);
  say(one("[data-times]", line), worn ? t("opioid_worn") : t("opioid_times"));
}

function mmeOf({ drug, route, dose, times_a_day: times = 1 }) {
  const factor = knownOf({ drug, route })?.factor;
  return factor ? t("mme_line", { mme: round(dose * times * factor) }) : t("mme_no_factor");
}

const fieldsOf = (line) => all("select, input", line);
const keepLines = () => keep(DRAFT, all(".opioid-line").map((line) => fieldsOf(line).map((field) => field.value)));

/** The lines as they were typed before a reload. */
function putBack(typed) {
  if (!typed) return;
  fill(one("#opioid-lines"), ...typed.map(() => lineOf(null)));
  all(".opioid-line").forEach((line, n) => {
    fieldsOf(line).forEach((field, place) => (field.value = typed[n][place]));
    measure(line);
  });
}

/** What the lines say; null with the wrong field marked. */
function entered() {
  const taken = [];
  for (const line of all(".opioid-line")) {
    const [drug, route] = one("select", line).value.split(" ");
    const fields = { dose: one("[name=dose]", line), times: one("[name=times]", line) };
    const worn = fields.times.hidden;
    const values = { dose: plainNumber(fields.dose.value), times: plainNumber(fields.times.value) };
    const wrong = !drug ? one("select", line) : !(values.dose > 0) ? fields.dose : !worn && !(values.times > 0) ? fields.times : null;
    for (const field of [one("select", line), ...Object.values(fields)]) put(field, "aria-invalid", field === wrong ? "true" : null);
    if (wrong) {
      wrong.focus();
      return null;
    }
    taken.push({ drug, route, dose: values.dose, ...(worn ? {} : { times_a_day: values.times }) });
  }
  return taken;
}

function show(score) {
  say(one("#opioids-says"), score ? score.says : t("opioids_none"));
  say(one("#opioids-total"), score ? (score.total === null ? t("mme_unknown") : t("mme_a_day", { mme: round(score.total) })) : "");
  if (score) fill(one("#opioid-lines"), ...score.items.opioids.map(lineOf));
}

async function save() {
  const opioids = entered();
  if (opioids === null) return void report(one("#opioids-said"), t("fill_in"));
  put(one("#opioids-save"), "disabled", true);
  report(one("#opioids-said"), t("sending"), "");
  const reply = await postOnce(`sessions/${session}/scores`, { kind: "opioids", items: { opioids } });
  put(one("#opioids-save"), "disabled", false);
  report(one("#opioids-said"), reply.words, reply.ok ? "done" : "refused");
  if (reply.ok) keep(DRAFT, null);
  if (reply.ok) show(reply.body);
}

one("#opioid-add").addEventListener("click", () => {
  const line = lineOf(null);
  one("#opioid-lines").append(line);
  one("select", line).focus();
});
one("#opioids-save").addEventListener("click", save);
one("#opioid-lines").addEventListener("input", keepLines);

const [table, scores] = await Promise.all([get("opioids"), get(`sessions/${session}/scores`)]);
if (table.ok && scores.ok) {
  known = table.body.opioids;
  show(scores.body.filter((score) => score.kind === "opioids" && score.replaced_by === null).at(-1) ?? null);
  putBack(kept(DRAFT));
  for (const button of all("button", card)) put(button, "disabled", false);
} else report(one("#opioids-said"), t("load_failed"));
