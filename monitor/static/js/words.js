/* The translated texts of a page and the clinic's way of writing times.
   Law: no sentence lives in a script; it comes from #texts (every page) or #page-texts (this page), where {name} stands for a value. */
import { block } from "./dom.js";
import { decimals } from "./phrases.js";

const TEXTS = { ...block("texts"), ...block("page-texts") };
const ZONE = document.body.dataset.zone || "UTC";
const HTML_LANGUAGE = document.documentElement.lang || "en";
const LANGUAGE = HTML_LANGUAGE === "en" ? "en-GB" : HTML_LANGUAGE; // day before month: no clinic mistakes 5 March for May

/** The text of a key with its values put in; a missing key shows itself, so a test or a reader finds it. */
export function t(key, values = {}) {
  return (TEXTS[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? shown(values[name]) : whole));
}

/** A value in a text: a bare number with the decimal mark of the language, anything else as it is. */
const shown = (value) => (/^[-−+]?\d+\.\d+( \S+)?$/.test(String(value)) ? decimals(value) : String(value));

/** Whether a text exists for a key. */
export const has = (key) => key in TEXTS;

/** Whether a session is finished: its record is shown, and nothing can be done to it here. */
export const isOver = ({ state }) => ["discharged", "left", "transferred", "cancelled"].includes(state);

const style = (options) => new Intl.DateTimeFormat(LANGUAGE, { timeZone: ZONE, hourCycle: "h23", ...options });
const CLOCK = style({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const MINUTE = style({ hour: "2-digit", minute: "2-digit" });
const DAY = style({ weekday: "short", day: "numeric", month: "short", year: "numeric" });

const asDate = (at) => (at instanceof Date ? at : new Date(at));
/** 14:32:07 in the clinic's zone. */
export const clockWords = (at) => CLOCK.format(asDate(at));
/** 14:32 in the clinic's zone. */
export const timeWords = (at) => MINUTE.format(asDate(at));
/** Thu, 5 Mar 2026 in the clinic's zone. */
export const dayWords = (at) => DAY.format(asDate(at));
/** "14:05" today, else with its day. */
export const dayTimeWords = (at) => (dayWords(at) === dayWords(new Date()) ? timeWords(at) : `${dayWords(at)}, ${timeWords(at)}`);

/** 2:10, 31:05, 1:07:03: a length of time that counts. Seconds below zero count as zero. */
export function lengthWords(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const PARTS = style({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** How far the clinic's wall clock stands from UTC at a moment, in ms. */
function offsetMs(moment) {
  const part = Object.fromEntries(PARTS.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - moment.getTime();
}

/** "2026-03-05", "14:30" on the clinic's wall -> ISO 8601 UTC. An hour that summer time skips becomes the hour after it. */
export function zonedIso(day, time) {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const guess = new Date(wall - offsetMs(new Date(wall)));
  return new Date(wall - offsetMs(guess)).toISOString();
}

/** "14:30" on the clinic's wall -> the last such moment not after `now`, ISO 8601 UTC: later than now was yesterday's. */
export function lastTime(now, time) {
  const at = new Date(zonedIso(localParts(now).day, time));
  return (at > now ? new Date(at.getTime() - 86_400_000) : at).toISOString();
}

/** A sentence of the server's with its times of day on the clinic's wall: “13:25:04 UTC” of about `near`. */
export function onTheWall(sentence, near) {
  return String(sentence).replace(/(\d\d):(\d\d)(:\d\d)? UTC/g, (whole, hours, minutes, seconds = "") => {
    const at = new Date(near);
    at.setUTCHours(Number(hours), Number(minutes), Number(seconds.slice(1)) || 0, 0);
    if (at - asDate(near) > 43_200_000) at.setUTCDate(at.getUTCDate() - 1);
    return seconds ? clockWords(at) : timeWords(at);
  });
}

/** {day: "2026-03-05", time: "14:30"} on the clinic's wall: what a date and a time field hold. */
export function localParts(at) {
  const part = Object.fromEntries(PARTS.formatToParts(asDate(at)).map(({ type, value }) => [type, value]));
  return { day: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
}
