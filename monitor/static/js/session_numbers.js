/* The numbers of one session.
   Laws: no value is `–`, never 0 and never the last one; what is not fresh is grey and says its age; nothing here knows of
   the curve, so numbers go on when the chart library fails. */
import { all, one, put, say } from "./dom.js";
import { ageNow, ageWords, stamp, stateNow } from "./age.js";
import { placeOf, urgency } from "./alarms.js";
import { decimals } from "./phrases.js";
import { t } from "./words.js";

const DASH = "–";
const MARK = { high: "!!!", medium: "!!", low: "!" };
const DECIMALS = { temp: 1 };

/** 50–130, ≥ 90, ≤ 160; in alarm its symbol and the limit that was passed, as the alarm says it: "!!! < 90". */
export function limitWords({ low, high, priority }, crossed = "") {
  if (priority) return `${MARK[priority]} ${crossed || limitWords({ low, high })}`.trim();
  if (low !== null && high !== null) return t("limit_both", { low, high });
  if (low !== null) return t("limit_low", { low });
  return high !== null ? t("limit_high", { high }) : "";
}

export class Numbers {
  #cards = new Map();
  #numbers = new Map();
  #crossed = new Map();

  constructor(root) {
    for (const card of all("[data-vital]", root)) this.#cards.set(card.dataset.vital, card);
  }

  /** Numbers by vital, all or only the changed ones, as the server sent them. */
  show(numbers) {
    for (const [vital, number] of Object.entries(numbers)) this.#numbers.set(vital, stamp(number));
    this.tick();
  }

  /** What stands: each number in alarm names the limit of its worst alarm. */
  showAlarms(alarms) {
    this.#crossed.clear();
    const lasting = alarms.filter((alarm) => alarm.kind !== "technical" && ["active", "acknowledged"].includes(alarm.state));
    for (const alarm of lasting.sort((a, b) => urgency(b) - urgency(a))) this.#crossed.set(placeOf(alarm), /[<>≤≥] ?[\d.,]+$/.exec(alarm.words)?.[0]);
    this.tick();
  }

  tick(nowMs = performance.now()) {
    for (const [vital, card] of this.#cards) this.#draw(card, vital, this.#numbers.get(vital), nowMs);
  }

  #draw(card, vital, number, nowMs) {
    const state = number ? stateNow(vital, number, nowMs) : "none";
    const shown = state === "fresh" || state === "questionable" || state === "old";
    put(card, "data-state", state);
    put(card, "data-priority", shown ? number.priority : null);
    say(one(".value", card), shown ? this.#words(vital, number) : DASH);
    say(one(".limit", card), number ? limitWords({ low: null, high: null, ...number, priority: shown ? number.priority : null }, this.#crossed.get(vital)) : "");
    const own = one(".own", card);
    if (own) put(own, "hidden", !number?.own);
    say(one(".base", card), number ? this.#base(vital, number, state) : "");
    say(one(".age", card), number ? this.#age(vital, number, state, nowMs) : "");
  }

  #words(vital, number) {
    if (vital === "bp") return number.sys === null ? DASH : `${Math.round(number.sys)}/${Math.round(number.dia)}`;
    return decimals(number.value.toFixed(DECIMALS[vital] ?? 0));
  }

  #base(vital, number, state) {
    if (state === "implausible") return t("implausible", { value: number.value });
    if (state === "questionable") return t("questionable", { why: t(`doubt_${number.doubts[0]}`) });
    if (vital === "bp" && number.mean !== null && state !== "missing" && state !== "none") return t("mean", { value: Math.round(number.mean) });
    return vital === "temp" || number.baseline === null || number.baseline === undefined ? "" : t("base", { value: number.baseline });
  }

  #age(vital, number, state, nowMs) {
    const age = ageNow(number, nowMs);
    if (state === "none") return age === null ? t("no_value_yet") : t("no_value");
    if (state === "missing") return age === null ? t("no_value") : t("last_seen", { age: ageWords(age) });
    return state === "old" || vital === "bp" || vital === "temp" ? ageWords(age) : "";
  }
}
