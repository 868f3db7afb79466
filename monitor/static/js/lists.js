/* The lists: times in the clinic's zone, another day, checking in.
   Law: a button says what happened in words, and the list shows only what the server has answered (the page is loaded again). */
import { all, one, put, say } from "./dom.js";
import { post, refusal, requestId } from "./api.js";
import { dayTimeWords, dayWords, t, timeWords, zonedIso } from "./words.js";

function tell(element, kind, words) {
  put(element, "data-kind", kind);
  say(element, words);
}

/** Send one act from a button, keep it from being sent twice, and show the reply. */
async function once(button, said, act) {
  put(button, "disabled", true);
  tell(said, null, t("sending"));
  const reply = await act();
  if (reply.ok) {
    tell(said, "done", "");
    location.reload();
    return;
  }
  put(button, "disabled", false);
  tell(said, "refused", refusal(reply));
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

/* Until here a press would have done nothing: the buttons wake up only now. */
for (const button of all("[data-wakes]")) put(button, "disabled", false);
