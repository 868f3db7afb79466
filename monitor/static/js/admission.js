/* What the hospital says of this session's patient and bed (ADT), and a person's answer where it differs.
   Law: the answer names the word that stood on the screen; nothing here identifies a patient. */
import { Ask } from "./ask.js";
import { one, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { dayTimeWords, t } from "./words.js";

let shown = null;

export function showAdmission({ admission, hospital_says: said, id_digits: digits, initials }) {
  const place = one("#admission");
  shown = admission;
  put(place, "hidden", !admission);
  showWord(said, initials, digits);
  if (!admission) return;
  const { words, since_at: since, answered } = admission;
  say(one("[data-admission=words]", place), inert(words));
  say(one("[data-admission=since]", place), t("admission_since", { at: dayTimeWords(since) }));
  const answer = one("[data-admission=answer]", place);
  put(answer, "hidden", !answered);
  say(answer, answered ? t("admission_answered", { by: answered.by, at: dayTimeWords(answered.at), reason: inert(answered.reason) }) : "");
  put(place, "data-answered", Boolean(answered));
  put(one("[data-act]", place), "hidden", Boolean(answered));
}

/** On the page before the start: whom the hospital says to expect in this chair. */
function showWord(said, initials, digits) {
  const place = one("#hospital-says");
  if (!place) return;
  put(place, "hidden", !said);
  if (!said) return;
  const at = dayTimeWords(said.since_at);
  const same = said.patient && said.patient.initials === initials && said.patient.id_digits === digits;
  const key = !said.patient ? "says_free" : same ? "says_same" : "says_other";
  say(place, t(key, { bed: inert(said.bed), who: said.patient ? `${inert(said.patient.initials)} ··${inert(said.patient.id_digits)}` : "", at }) + (said.simulated ? ` ${t("says_simulated")}` : ""));
}

/** The answer: a reason, for the word that was seen. */
export function attachAdmission(acts) {
  const ask = Ask.named("confirm_patient");
  one("#admission [data-act]").addEventListener("click", () => {
    const [seen, version] = [shown, acts.version];
    say(one("[data-words]", ask.element), inert(seen.words));
    ask.open({ submit: (values) => acts.do("confirm_patient", { ...values, said: seen.said }, version) });
  });
}
