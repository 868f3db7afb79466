/* What a tile says in words. Law: a word of the hospital is marked as one; "0:00 left" is never said of a dose that is exceeded. */
import { deviceWords } from "./device_alarms.js";
import { decimals } from "./phrases.js";
import { lengthWords, t, timeWords } from "./words.js";

const OVER_MG = 0.1;

export const numeral = (value, digits) => (value === null || value === undefined ? "–" : decimals(Number(value).toFixed(digits)));

/** "2026-03-05T14:00:00Z D.W." -> "15:00, D.W." in the clinic's zone; other words as they are. */
export function nextWords(next) {
  const [, at, who] = /^(\d{4}-\S+T\S+) (.+)$/.exec(next) ?? [];
  return at ? `${timeWords(at)}, ${who}` : next;
}

/** Whom the hospital says to lie in a chair without a session: a word, never an identification. */
export function saysWords({ session, hospital_says: said }) {
  if (session || !said) return "";
  if (!said.patient) return t("hospital_free");
  return t("hospital_says", { who: `${said.patient.initials} ··${said.patient.id_digits}`, time: timeWords(said.since_at) });
}

/** What is left of the ordered dose; past it how much too much has been given. */
export function leftWords(dose, leftS) {
  const over = (dose?.given_mg ?? 0) - (dose?.ordered_mg ?? 0);
  if (leftS > 0) return t("left", { time: lengthWords(leftS) });
  return over >= OVER_MG ? t("over_order", { mg: numeral(over, 1) }) : t("dose_reached");
}

/** The device's own alarm, else that apnoea cannot be detected. */
export function noticeWords({ device_alarms: said, device_alarms_left_out: leftOut, notices = [] }) {
  if (said.length) return deviceWords(said[0], said.length + leftOut - 1);
  return notices.some((one) => one.id === "apnoea_unavailable") ? t("no_apnoea") : "";
}
