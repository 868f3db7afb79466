/* One follow-up: what is typed is kept as a draft, sent once, and the page gives way to the list.
   Laws: what was not told is not sent; a refusal keeps everything typed; the same form sent again is the same act, also
   after the back button. */
import { all, block, one, put, say } from "./dom.js";
import { post, refusal } from "./api.js";
import { KeptForm } from "./kept_form.js";
import { t, zonedIso } from "./words.js";

const form = one("#follow-up");
const held = form && new KeptForm(form, `follow-up:${form.dataset.session}:${form.dataset.week}:${form.dataset.replaces ?? ""}`);

class Wrong extends Error {
  constructor(field, words) {
    super(words);
    this.field = field;
  }
}

function numberOf(field) {
  const words = field.value.trim().replace(",", ".");
  if (words === "") return null;
  if (!/^\d+(\.\d+)?$/.test(words)) throw new Wrong(field, t("number_wrong"));
  return Number(words);
}

function pain() {
  const told = {};
  for (const key of ["now", "average", "worst", "least"]) {
    const chosen = one(`[name=${key}]:checked`, form);
    if (chosen) told[key] = Number(chosen.value);
  }
  return told;
}

function sideEffects() {
  const told = [];
  for (const select of all("#effects select", form)) {
    const own = select.dataset.symptom === "";
    const symptom = own ? one("[name=own_symptom]", form).value.trim() : select.dataset.symptom;
    if (own && (symptom === "") !== (select.value === "")) throw new Wrong(select, t("own_whole"));
    if (select.value && symptom) told.push({ symptom, grade: Number(select.value) });
  }
  return told.length || one("[name=no_side_effects]", form).checked ? told : null;
}

function opioids() {
  const told = [];
  for (const line of all(".opioid-line", form)) {
    const [select, dose, times] = all("select, input", line);
    if (!select.value && !dose.value.trim() && !times.value.trim()) continue;
    const [drug, route] = select.value.split("|");
    const worn = select.selectedOptions[0].dataset.worn === "true";
    const entry = { drug, route, dose: numberOf(dose), ...(worn ? {} : { times_a_day: numberOf(times) }) };
    if (!drug || entry.dose === null || entry.times_a_day === null) throw new Wrong(select, t("opioid_whole"));
    told.push(entry);
  }
  return told.length || one("[name=no_opioids]", form).checked ? told : null;
}

function interference() {
  const told = {};
  for (const select of all("[data-bpi]", form)) if (select.value !== "") told[select.dataset.bpi] = Number(select.value);
  return Object.keys(told).length ? told : null;
}

/** When the patient was asked, when that was earlier than now. */
function askedAt() {
  const [day, time] = [one("[name=asked_day]", form), one("[name=asked_time]", form)];
  if (!day || (!day.value && !time.value)) return {};
  if (!day.value || !time.value) throw new Wrong(day.value ? time : day, t("asked_whole"));
  return { at: zonedIso(day.value, time.value) };
}

function bodyOf() {
  const reached = one("[name=reached]:checked", form).value;
  const note = one("[name=note]", form).value.trim() || null;
  const replaces = form.dataset.replaces ? { replaces_id: Number(form.dataset.replaces), at: block("closed").at } : {};
  const head = { request_id: held.request, week: Number(form.dataset.week), reached, note, ...askedAt(), ...replaces };
  if (reached !== "yes") return head;
  const relief = numberOf(one("[name=relief]", form));
  const hours = relief === null ? null : relief * (one("[name=relief_unit]", form).value === "d" ? 24 : 1);
  return { ...head, pain: pain(), relief_h: hours, side_effects: sideEffects(), opioids: opioids(), interference: interference() };
}

function answer(kind, words, field = null) {
  const said = one("#follow-up-said");
  put(said, "data-kind", kind);
  say(said, words);
  for (const each of all("[aria-invalid]", form)) put(each, "aria-invalid", null);
  if (field) {
    put(field, "aria-invalid", "true");
    field.focus();
  }
}

async function send(event) {
  event.preventDefault();
  const button = one("button[type=submit]", form);
  let body;
  try {
    body = bodyOf();
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong;
    return answer("refused", wrong.message, wrong.field);
  }
  put(button, "disabled", true);
  answer(null, t("sending"));
  const reply = await post(`sessions/${form.dataset.session}/follow-ups`, body);
  put(button, "disabled", false);
  if (!reply.ok) return answer("refused", refusal(reply));
  held.forget();
  location.replace(form.dataset.back); // nothing to go back to: the form was sent
}

/** What was recorded, for whoever corrects it. */
function fillFrom(closed) {
  for (const radio of all("[name=reached]", form)) radio.checked = radio.value === closed.reached;
  for (const [key, value] of Object.entries(closed.pain)) one(`[name=${key}][value="${value}"]`, form).checked = true;
  one("[name=relief]", form).value = closed.relief_h ?? "";
  one("[name=no_side_effects]", form).checked = closed.side_effects?.length === 0;
  for (const { symptom, grade } of closed.side_effects ?? []) {
    const known = all("#effects select", form).find((select) => select.dataset.symptom === symptom);
    if (!known) one("[name=own_symptom]", form).value = symptom;
    (known ?? one('#effects select[data-symptom=""]', form)).value = grade;
  }
  one("[name=no_opioids]", form).checked = closed.opioids?.length === 0;
  all(".opioid-line", form).forEach((line, place) => {
    const taken = closed.opioids?.[place];
    if (!taken) return;
    const [select, dose, times] = all("select, input", line);
    [select.value, dose.value, times.value] = [`${taken.drug}|${taken.route}`, taken.dose, taken.times_a_day ?? ""];
  });
  for (const [key, value] of Object.entries(closed.interference ?? {})) one(`[data-bpi="${key}"]`, form).value = value;
  one("[name=note]", form).value = closed.note;
}

/** Answers belong to who was reached; worn patches have no times a day; only lines in use and the next one show. */
function settle() {
  put(one("#answers"), "hidden", one("[name=reached]:checked", form)?.value !== "yes");
  for (const button of all("[data-clear]", form)) put(button, "hidden", !one(`[name=${button.dataset.clear}]:checked`, form));
  for (const line of all(".opioid-line", form)) {
    const [select, dose, times] = all("select, input", line);
    put(times, "hidden", select.selectedOptions[0]?.dataset.worn === "true");
    if (select.value || dose.value) put(line, "hidden", null);
  }
  put(one("#opioid-more"), "hidden", !one(".opioid-line[hidden]", form));
}

if (form) {
  const closed = form.dataset.replaces ? block("closed") : null;
  if (closed) fillFrom(closed);
  const draft = held.putBack();
  if (draft) put(form, "hidden", null);
  settle();
  form.addEventListener("input", () => {
    settle();
    held.keep();
  });
  form.addEventListener("submit", send);
  for (const button of all("[data-clear]", form)) {
    button.addEventListener("click", () => {
      one(`[name=${button.dataset.clear}]:checked`, form).checked = false;
      settle();
      held.keep();
    });
  }
  one("#opioid-more").addEventListener("click", () => put(one(".opioid-line[hidden]", form), "hidden", null) ?? settle());
  const correct = one("#correct");
  if (correct) {
    put(correct, "hidden", draft ? true : null);
    correct.addEventListener("click", () => {
      put(form, "hidden", null);
      put(correct, "hidden", true);
      one("input", form).focus();
    });
  }
  put(one("button[type=submit]", form), "disabled", null);
}
