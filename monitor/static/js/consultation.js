/* The consultation's form: what is typed is kept, what is missing is asked of the server and named beside the form.
   Laws: the page knows no rule of completeness, only the server does; nothing typed is lost by a refusal; it is signed by
   what was seen, and who did not see the newest consultation is told. */
import { Ask, report } from "./ask.js";
import { post, refusal, requestId } from "./api.js";
import { all, fill, make, one, put, say } from "./dom.js";
import { keepForm } from "./kept_form.js";
import { dayTimeWords, t } from "./words.js";

const AFTER_MS = 400;
const FEW = 3;
const page = one("#consult");
const form = one("#consult-form");
const { patient, newest } = page.dataset;
let draft = null;
const path = `patients/${patient}/consultations`;

for (const time of all("[data-at]", page)) if (time.tagName === "TIME") say(time, dayTimeWords(time.dataset.at));

const chosen = (row, name) => one(`input[name="${name}"]:checked`, row)?.value;
const rows = (table) => all(`[data-row^="${table}."]`, form).map((row) => ({ row, id: row.dataset.row.slice(table.length + 1) }));
const written = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value));

/** {id: {answer, note}} of the rows that are answered. */
function answered(table) {
  const found = rows(table).map(({ row, id }) => [id, chosen(row, row.dataset.row), one("[data-note]", row).value.trim()]);
  return Object.fromEntries(found.filter(([, answer]) => answer).map(([id, answer, note]) => [id, { answer, ...written({ note }) }]));
}

function teams() {
  const found = rows("teams").map(({ row, id }) => [id, chosen(row, row.dataset.row), row]);
  const more = (row) => written(Object.fromEntries(all("[data-team]", row).map((field) => [field.dataset.team, field.value.trim()])));
  return Object.fromEntries(found.filter(([, told]) => told).map(([id, told, row]) => [id, told === "yes" ? { told: true, ...more(row) } : { told: false }]));
}

/** The form as the server takes it. */
function filled() {
  return {
    reasons: answered("reasons"),
    risks: answered("risks"),
    expectations: all("input[name=expectations]:checked", form).map((tick) => tick.value),
    teams: teams(),
    ...written({ decision: chosen(form, "decision"), reason: one("[name=reason]", form).value.trim() }),
  };
}

let asked = 0;
let waiting = null;
let stopWords = [];

/** The risks nobody has answered yet are one line: all of them would hide the rest. */
function shortened(missing) {
  const unanswered = missing.filter(({ id }) => id.startsWith("risks.") && !chosen(form, id));
  if (unanswered.length <= FEW) return missing;
  const [first] = unanswered;
  return missing.flatMap((one) => (!unanswered.includes(one) ? [one] : one === first ? [{ id: first.id, words: t("open_risks", { n: unanswered.length }) }] : []));
}

async function check() {
  const mine = ++asked;
  const reply = await post(`${path}/check`, filled());
  if (mine !== asked) return;
  if (!reply.ok) {
    say(one("#missing-count"), `${refusal(reply)} ${t("not_checked")}`);
    return void put(one("#sign"), "disabled", false);
  }
  const { missing, stops } = reply.body;
  say(one("#missing-count"), missing.length ? t("missing_n", { n: missing.length }) : t("nothing_missing"));
  fill(one("#missing"), ...shortened(missing).map(({ id, words }) => make("li", {}, make("a", { href: "#", "data-to": id }, words))));
  stopWords = stops.map(({ words }) => t("stop_named", { words }));
  fill(one("#stops"), ...stopWords.map((words) => make("li", {}, words)));
  const open = new Set(missing.map(({ id }) => id));
  for (const row of all("[data-row]", form)) put(row, "data-open", open.has(row.dataset.row));
  put(one("#sign"), "disabled", missing.length > 0);
}

function changed() {
  for (const { row } of [...rows("reasons"), ...rows("risks"), ...rows("teams")]) put(row, "data-answer", chosen(row, row.dataset.row) ?? null);
  clearTimeout(waiting);
  waiting = setTimeout(check, AFTER_MS);
}

function goTo(id) {
  const row = one(`[data-row="${id}"]`, form);
  row?.scrollIntoView({ block: "center" });
  one("input, textarea", row)?.focus({ preventScroll: true });
}

function sign() {
  const values = filled();
  const ask = Ask.named("sign-consultation");
  const number = (name) => Number(one(`[name=${name}]`, form).value) || null;
  const request_id = requestId();
  say(one("[data-meaning]", ask.element), [t(`signs_${values.decision}`), ...stopWords].join(" "));
  ask.open({
    submit: async ({ password }) => {
      const body = { ...values, password, request_id, seen: Number(newest) || null, series_id: number("series_id"), replaces: number("replaces") };
      const reply = await post(path, body);
      if (!reply.ok) return { ...reply, words: reply.status === 0 ? t("after_unknown") : refusal({ ...reply, body: { ...reply.body, missing: [] } }) };
      draft.forget();
      report(one("#consult-said"), t("signed"), "done");
      location.reload();
      return reply;
    },
  });
}

function begin() {
  draft = keepForm(form, `consultation-${patient}`);
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  one("#all-clear").addEventListener("click", () => {
    for (const { row } of rows("risks")) if (!chosen(row, row.dataset.row)) one("input[value=clear]", row).checked = true;
    draft.keep();
    changed();
  });
  one("#missing").addEventListener("click", (event) => {
    const to = event.target.dataset.to;
    if (to) event.preventDefault();
    if (to) goTo(to);
  });
  one("#sign").addEventListener("click", sign);
  changed();
}

if (form) begin();
