/* How old a number is, now, in this page.
   Law: ages grow by performance.now alone (never by a wall clock), and a number past its own limit is greyed, then dropped,
   even when the server says nothing. */
import { t } from "./words.js";

/** Vitals that arrive all the time; the others (cuff pressure, temperature) are judged by the server's schedule. */
export const CONTINUOUS = new Set(["hr", "pr", "spo2", "rr", "etco2"]);
export const OLD_AFTER_S = 10;
export const MISSING_AFTER_S = 30;
const UNSEEN_S = 0.1; // of an age that is shown in seconds

/** A copy of what was received, stamped with the moment of receipt. Works for numbers, alarms, feeds: whatever has age_s. */
export function stamp(received, nowMs = performance.now()) {
  return { ...received, stampedMs: nowMs };
}

/** What was received, with every age in it so many seconds more: it waited on its way. */
export function older(received, waitedS) {
  if (waitedS < UNSEEN_S || received === null || typeof received !== "object") return received;
  if (Array.isArray(received)) return typeof received[0] === "object" ? received.map((one) => older(one, waitedS)) : received;
  const aged = ([name, one]) => [name, name === "age_s" && one !== null ? one + waitedS : older(one, waitedS)];
  return Object.fromEntries(Object.entries(received).map(aged));
}

/** Seconds since it was measured; null when nothing was ever measured. */
export function ageNow(stamped, nowMs = performance.now()) {
  if (!stamped || stamped.age_s === null || stamped.age_s === undefined) return null;
  return stamped.age_s + Math.max(0, nowMs - stamped.stampedMs) / 1000;
}

/** The state a number may be shown in now: fresh, questionable, old, missing, implausible or none. */
export function stateNow(vital, stamped, nowMs = performance.now()) {
  if (!stamped || stamped.value === null || stamped.value === undefined) return stamped?.state === "missing" ? "missing" : "none";
  if (!CONTINUOUS.has(vital) || stamped.state === "missing") return stamped.state;
  const age = ageNow(stamped, nowMs);
  if (age === null || age > MISSING_AFTER_S) return "missing";
  if (age > OLD_AFTER_S && (stamped.state === "fresh" || stamped.state === "questionable")) return "old";
  return stamped.state;
}

/** "14 s ago", "3 min ago", "2 h ago"; "" for no age. In a narrow place "3 min". */
export function ageWords(seconds, narrow = false) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return t(narrow ? "age_s" : "ago_s", { n: Math.floor(seconds) });
  const minutes = Math.floor(seconds / 60);
  if (narrow) return minutes < 100 ? t("age_min", { n: minutes }) : t("age_h", { n: Math.floor(minutes / 60) });
  if (seconds < 7200) return t("ago_min", { n: minutes });
  return t("ago_h", { n: Math.floor(seconds / 3600) });
}

/** Seconds for which a chair's sound is still paused at this time of the server; 0 without a pause. */
export function pausedS(audio, now) {
  return audio?.paused_until_at && now ? Math.max(0, (Date.parse(audio.paused_until_at) - now.getTime()) / 1000) : 0;
}
