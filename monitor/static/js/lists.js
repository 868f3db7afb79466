/* The lists: times in the clinic's zone, planning a session, checking in, adding a patient.
   Law: a form says what happened in words, and the list shows only what the server has answered (the page is loaded again). */
import { all, one, put, say } from "./dom.js";
import { post, refusal, requestId } from "./api.js";
import { dayTimeWords, dayWords, t, timeWords, zonedIso } from "./words.js";

function tell(element, kind, words) {
  put(element, "data-kind", kind);
  say(element, words);
}

/** Send one act from a button or form, keep it from being sent twice, and show the reply. */
async function once(button, said, act, done, refused = () => {}) {
  put(button, "disabled", true);
  tell(said, null, t("sending"));
  const reply = await act();
  if (reply.ok) {
    tell(said, "done", done ?? "");
    location.reload();
    return;
  }
  put(button, "disabled", false);
  tell(said, "refused", refusal(reply));
  refused(reply);
}

function onSubmit(form, path, bodyOf, done, refused) {
  const request = requestId(); // one form, one act: sent again after a lost reply it is not done twice
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = one(".said", form);
    const wrong = all("input, select", form).find((field) => !field.checkValidity());
    if (wrong) {
      wrong.focus();
      tell(said, "refused", t("fill_in"));
      return;
    }
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    once(one("button[type=submit]", form), said, () => post(path, bodyOf(fields, request)), t(done), refused);
  });
}

/** Check in against the version this list shows: whatever happened to the session since is refused by the server. */
function checkIn({ checkIn: id, version }) {
  return post(`sessions/${id}/events`, { request_id: requestId(), expected_version: Number(version), event: "check_in" });
}

function stepDay(form, days) {
  const input = one("input", form);
  const day = new Date(`${input.value}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  input.value = day.toISOString().slice(0, 10);
  form.submit();
}

for (const time of all("time[data-at]")) if (time.dataset.at) say(time, (time.dataset.dated === undefined ? timeWords : dayTimeWords)(time.dataset.at.replace(" ", "T")));

const dayForm = one("#day-form");
if (dayForm) {
  const input = one("input", dayForm);
  if (input.value) say(one("#day-words"), dayWords(zonedIso(input.value, "12:00")));
  input.addEventListener("change", () => input.checkValidity() && dayForm.submit());
  for (const button of all("[data-day-step]")) button.addEventListener("click", () => stepDay(dayForm, Number(button.dataset.dayStep)));
}

for (const button of all("[data-check-in]")) {
  button.addEventListener("click", () => once(button, one(".said", button.closest("li")), () => checkIn(button.dataset)));
}

const newSession = one("#new-session");
if (newSession) {
  const body = ({ patient_id, chair_id, on, at, series_id }, request_id) => ({
    request_id,
    patient_id: Number(patient_id),
    chair_id: Number(chair_id),
    scheduled_for: zonedIso(on, at),
    ...(series_id ? { series_id: Number(series_id) } : {}),
  });
  onSubmit(newSession, "sessions", body, "planned");
}

/* Whom the hospital says lies in the chosen chair is offered, never taken by itself. */
const chairChoice = one("#new-session #chair");
if (chairChoice) {
  const offer = one("#offer");
  const draw = () => {
    const { offered, who, since } = chairChoice.selectedOptions[0].dataset;
    put(offer, "hidden", !offered || one("#patient").value === offered);
    if (offered) say(one("[data-words]", offer), t("offer", { who, at: dayTimeWords(since) }));
  };
  for (const id of ["#chair", "#patient"]) one(id).addEventListener("change", draw);
  one("button", offer).addEventListener("click", () => {
    one("#patient").value = chairChoice.selectedOptions[0].dataset.offered;
    draw();
    one("#patient").focus();
  });
}

const newPatient = one("#new-patient");
if (newPatient) {
  const body = ({ is_somebody_else, ...fields }, request_id) => ({ request_id, ...fields, ...(is_somebody_else ? { is_somebody_else: true } : {}) });
  const question = one("#somebody-else");
  const ask = (asked) => {
    put(question, "hidden", !asked);
    one("input", question).checked = false;
  };
  onSubmit(newPatient, "patients", body, "added", (reply) => ask(Boolean(reply.body.current?.possible_duplicates)));
  newPatient.addEventListener("input", ({ target }) => target.name !== "is_somebody_else" && ask(false)); // the answer was about another name
}

/* Until here a press would have done nothing: the buttons wake up only now. */
for (const button of all("[data-wakes]")) put(button, "disabled", false);
