/* What may be thought of now (suggestions), what this chair's monitor cannot show (notices), and where to mend a monitor
   that names another patient.
   Laws: words of the server, in the colours of text: a suggestion is no alarm and must not look like one; its place keeps
   its height when it is empty, so that nothing below moves. */
import { fill, make } from "./dom.js";
import { t } from "./words.js";

const WRONG_PATIENT = "patient_mismatch";

export function showAdvice(place, { suggestions = [], notices = [], alarms }) {
  const rows = [...suggestions.map((one) => ["suggestion", one]), ...notices.map((one) => ["notice", one])];
  const mend = alarms.some(({ rule, state }) => rule === WRONG_PATIENT && state !== "ended") ? whereToMend(place.dataset.devices) : null;
  fill(place, mend, ...rows.map(([kind, { id, words }]) => make("li", { "data-kind": kind, "data-advice": id }, words)));
}

/** What to do, and the page that lists the messages, for a role that may see it. */
function whereToMend(page) {
  const link = page ? make("a", { href: page }, t("mismatch_open")) : null;
  return make("li", { "data-kind": "suggestion", "data-advice": WRONG_PATIENT }, t("mismatch_do"), link && " ", link);
}
