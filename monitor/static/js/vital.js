/* One number of a tile: label, unit, limits, value, age.
   Laws: no value is "–"; an age stands beside every number that is not fresh, and beside blood pressure always; a number in
   alarm is filled (outlined once acknowledged). Only what changed is written. */
import { make, put, say } from "./dom.js";
import { ageNow, ageWords, stamp, stateNow } from "./age.js";
import { decimals } from "./phrases.js";
import { t } from "./words.js";

const DASH = "–";
const NARROW = new Set(["rr"]); // a column too narrow for a long age

/** "50–120", "≥ 92", "≤ 60" or "". */
export function limitWords(number) {
  const low = number?.low ?? null;
  const high = number?.high ?? null;
  if (low !== null && high !== null) return `${low}–${high}`;
  if (low !== null) return `≥ ${low}`;
  return high !== null ? `≤ ${high}` : "";
}

function valueWords(vital, number) {
  if (vital === "bp") {
    const sys = number.sys ?? number.value;
    return number.dia === null || number.dia === undefined ? String(Math.round(sys)) : `${Math.round(sys)}/${Math.round(number.dia)}`;
  }
  return vital === "temp" ? decimals(number.value.toFixed(1)) : String(Math.round(number.value));
}

/** limitsAt: "label" (beside the unit) or "foot" (below the value, until an age takes the place). */
export class VitalCell {
  #vital;
  #limitsAt;
  #number = null;
  #value = make("div.value");
  #limits = make("span.faint");
  #foot = make("div.vital-foot");

  constructor(vital, label, unit, limitsAt) {
    this.#vital = vital;
    this.#limitsAt = limitsAt;
    const head = make("div.vital-label", {}, make("span", {}, `${label} ${unit} `), this.#limits);
    this.element = make("div.vital", { "data-vital": vital }, head, this.#value, this.#foot);
  }

  /** number: as received; alarm: the alarm of this vital or null. */
  show(number, alarm) {
    this.#number = number ? stamp(number) : null;
    if (this.#limitsAt === "label") say(this.#limits, limitWords(number));
    const priority = alarm?.kind === "technical" ? null : number?.priority;
    put(this.element, "data-look", priority);
    put(this.element, "data-acknowledged", priority && alarm?.acknowledged ? "true" : null);
    this.tick();
  }

  /** Draw the age and what follows from it. */
  tick(nowMs = performance.now()) {
    const state = stateNow(this.#vital, this.#number, nowMs);
    put(this.element, "data-state", state);
    const words = state === "missing" || state === "none" ? DASH : valueWords(this.#vital, this.#number);
    say(this.#value, words);
    put(this.#value, "data-wide", words.length > 6 ? "true" : null);
    say(this.#foot, this.#footWords(state, nowMs));
  }

  /** Show nothing as live until the next snapshot. */
  blank() {
    this.#number = null;
    this.tick();
  }

  #footWords(state, nowMs) {
    const narrow = NARROW.has(this.#vital);
    const age = ageWords(ageNow(this.#number, nowMs), narrow);
    if (state === "implausible") return t(narrow ? "implausible_short" : "implausible");
    if (state === "questionable") return narrow ? t("questionable_short") : t("questionable");
    if (state === "old" || (this.#vital === "bp" && state !== "none")) return age;
    if (state === "missing") return age;
    if (state === "none") return this.#number ? t("no_value") : "";
    return this.#limitsAt === "foot" ? limitWords(this.#number) : "";
  }
}
