/* Trainings on the page of people: what ends soon or is missing, each person's list, a new one, and withdrawing one.
   Law: the list shows what the server has answered; whoever is trained never records it for themselves. */
import { Ask } from "./ask.js";
import { get, post, refusal, requestId } from "./api.js";
import { fill, make, one, put, say } from "./dom.js";
import { t } from "./words.js";

const MAY = one("[data-may-train]") !== null;
let known = null; // the last answer: courses, warn_days, people

/** Ask the server again; the words of a refusal, "" when it answered. */
export async function loadTrainings() {
  const reply = await get("trainings");
  if (!reply.ok) return refusal(reply);
  known = reply.body;
  showCare();
  return "";
}

const standingOf = (person) => known?.people.find((one) => one.person_id === person.id);
const courseWords = (id) => known.courses.find((one) => one.id === id)?.words ?? id;

/** What of somebody's trainings needs care, in words; "" for nothing. */
export function careWords(person) {
  const stands = standingOf(person);
  if (!stands) return "";
  if (stands.lacks.length) return t(stands.lacks.length === 1 ? "training_missing_1" : "training_missing_n", { n: stands.lacks.length });
  return stands.ending.length ? t("training_ends", { n: stands.ending[0].days_left }) : "";
}

function showCare() {
  const cared = known.people.filter((one) => one.lacks.length || one.ending.length);
  put(one("#care"), "hidden", cared.length === 0);
  fill(one("#care-list"), ...cared.map(({ name, lacks, ending }) => make("li.care", {},
    make("b", {}, name),
    make("span", {}, ...lacks.map(({ words }) => make("span.care-lack", {}, words)), ...ending.map(({ words }) => make("span.muted", {}, words))))));
}

function trainingRow(training, again) {
  const days = t("training_days", { from: training.valid_from, until: training.expires_on });
  const gone = training.withdrawn_at ? t("training_gone", { by: training.withdrawn_by, reason: training.withdrawn_why }) : training.note;
  const button = MAY && !training.withdrawn_at ? make("button", { type: "button", onclick: () => askWithdraw(training, again) }, t("withdraw")) : null;
  return make("li", { "data-withdrawn": Boolean(training.withdrawn_at) }, make("span", {}, courseWords(training.course)), make("span", {}, days), make("span.muted", {}, gone), button);
}

/** The part of a person's row about trainings; null for who needs none and has none. */
export function trainingsPart(person, again) {
  const stands = standingOf(person);
  if (!stands) return null;
  const rows = stands.trainings.map((training) => trainingRow(training, again));
  const mine = person.id === Number(document.body.dataset.person);
  const add = MAY && !mine ? make("button", { type: "button", "data-act": "training", "aria-label": `${t("record_training")}: ${person.printed_name}`, onclick: () => askNew(person, again) }, t("record_training")) : null;
  return make("section.trainings", {},
    make("h3", {}, t("trainings")),
    ...stands.lacks.map(({ words }) => make("p.care-lack", {}, words)),
    make("ul", { "aria-label": t("trainings") }, ...(rows.length ? rows : [make("li.muted", {}, t("no_trainings"))])),
    add);
}

function askNew(person, again) {
  const dialog = Ask.named("training");
  fill(one("select[name=course]", dialog.element), ...known.courses.map(({ id, words }) => make("option", { value: id }, words)));
  const sent = requestId();
  say(one("[data-who]", dialog.element), `${person.printed_name} (${person.name})`);
  dialog.open({ submit: async (values) => done(await post(`people/${person.id}/trainings`, { request_id: sent, ...values }), again) });
}

function askWithdraw(training, again) {
  const dialog = Ask.named("withdraw-training");
  say(one("[data-what]", dialog.element), `${courseWords(training.course)} · ${training.expires_on}`);
  dialog.open({ submit: async (values) => done(await post(`trainings/${training.id}/withdraw`, values), again) });
}

async function done(reply, again) {
  if (!reply.ok) return { ok: false, status: reply.status, body: reply.body, words: reply.body.message ?? refusal(reply) };
  await again();
  return { ok: true, words: t("done") };
}
