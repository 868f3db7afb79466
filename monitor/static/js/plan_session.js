/* A new session on the list, as one act.
   Laws: whom the hospital says lies in a chair is offered, never taken by itself; nothing typed is lost by a refusal; why a
   session stands nearer than its series plans is asked for only when the server said that this person may say it. */
import { one, put, say } from "./dom.js";
import { get, post, refusal } from "./api.js";
import { report } from "./ask.js";
import { keepForm } from "./kept_form.js";
import { dayTimeWords, t, zonedIso } from "./words.js";

const form = one("#new-session");
const chair = form && one("#chair");
const patient = form && one("#patient");
const nearer = form && one("#nearer");
const FIELDS = ["patient_id", "chair_id", "on", "at"];

/** What is sent; the reason only while it is asked for. */
function body() {
  const value = (name) => form.elements[name]?.value.trim() ?? "";
  return {
    request_id: held.request,
    patient_id: Number(value("patient_id")),
    chair_id: Number(value("chair_id")),
    scheduled_for: zonedIso(value("on"), value("at")),
    ...(value("series_id") ? { series_id: Number(value("series_id")) } : {}),
    ...(!nearer.hidden && value("reason") ? { reason: value("reason") } : {}),
  };
}

async function send() {
  const said = one(".said", form);
  const open = [...FIELDS, ...(nearer.hidden ? [] : ["reason"])].map((name) => form.elements[name]).find((field) => !field.checkValidity() || !field.value.trim());
  if (open) {
    open.focus();
    return void report(said, t("fill_in"));
  }
  const button = one("button[type=submit]", form);
  put(button, "disabled", true);
  report(said, t("sending"), "");
  const reply = await post("sessions", body());
  put(button, "disabled", false);
  if (reply.ok) {
    report(said, t("planned"), "done");
    held.forget();
    return void location.assign(`/sessions?day=${form.elements.on.value}`);
  }
  const missing = reply.body.missing ?? [];
  if (missing.includes("reason") && !missing.includes("physician")) put(nearer, "hidden", false);
  report(said, refusal({ ...reply, body: { ...reply.body, missing: [] } }));
}

/** Offer whom the hospital says lies in the chair chosen. */
function offer() {
  const { offered, who, since } = chair.selectedOptions[0].dataset;
  put(one("#offer"), "hidden", !offered || patient.value === offered);
  if (offered) say(one("[data-words]", one("#offer")), t("offer", { who, at: dayTimeWords(since) }));
}

/** Who was chosen before may stand in no list of this page. */
async function chosenBefore() {
  const id = held.before.patient_id;
  if (!id || patient.value === id) return;
  const reply = await get(`patients/${id}`);
  if (!reply.ok || patient.value) return;
  const { family_name: family, given_name: given, hospital_id: number } = reply.body;
  patient.append(new Option(`${family}, ${given} (${number})`, id, true, true));
}

const held = form && keepForm(form, `new-session${location.search}`);
if (form) {
  chosenBefore();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  for (const field of [chair, patient]) field.addEventListener("change", offer);
  for (const name of [...FIELDS, "series_id"]) form.elements[name]?.addEventListener("input", () => put(nearer, "hidden", true)); // it was about another time
  one("#offer button").addEventListener("click", () => {
    patient.value = chair.selectedOptions[0].dataset.offered;
    offer();
    patient.focus();
  });
  put(one("button[type=submit]", form), "disabled", false);
}
