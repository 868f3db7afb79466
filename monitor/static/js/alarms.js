/* Alarms as the pages show them: symbol + words, never colour alone; and their acknowledgement.
   Law: an acknowledgement names the priority and the value that stand on the button's own screen, and is shown only after
   the server's reply. A worse alarm that came meanwhile is refused by the server and said so in words. */
import { make, put, say } from "./dom.js";
import { post, refusal } from "./api.js";
import { ageNow } from "./age.js";
import { lengthWords, t } from "./words.js";

const RANK = { high: 0, medium: 1, low: 2 };
const LONG = 20; // letters: beyond it the words are set smaller rather than cut
const REFUSED_MS = 12_000; // long enough to read why
const MARK = { high: "!!!", medium: "!!", low: "!" };

/** The look of an alarm: high (red), medium (yellow), low (cyan; every technical alarm that is not High or Medium). */
export function lookOf(alarm) {
  return alarm.priority in MARK ? alarm.priority : "low";
}

export const markOf = (alarm) => MARK[lookOf(alarm)];
/** "!!! SpO₂ 86 < 90" */
export const alarmWords = (alarm) => `${markOf(alarm)} ${alarm.words}`;
/** The number it belongs to: every pressure to the one of blood pressure. */
export const placeOf = (alarm) => (/^(nibp|abp)_/.test(alarm.vital ?? "") ? "bp" : alarm.vital);
/** Whether it still asks for somebody. */
export const isOpen = (alarm) => alarm.state === "active" || alarm.state === "latched";
/** Smaller is more urgent: open before acknowledged, then priority, then the patient before the equipment. */
export const urgency = (alarm) => (isOpen(alarm) ? 0 : 6) + 2 * (RANK[alarm.priority] ?? 2) + (alarm.kind === "technical" ? 1 : 0);
/** The alarm a strip shows of several: the most urgent, then the newest; ended ones never. */
export function worst(alarms) {
  return alarms
    .filter((alarm) => alarm.state !== "ended")
    .sort((a, b) => urgency(a) - urgency(b) || (a.age_s ?? 0) - (b.age_s ?? 0))[0] ?? null;
}

/** POST what was seen. -> {ok, words}: the reply in words either way. */
export async function acknowledge(alarm) {
  const path = `sessions/${alarm.session}/alarms/${alarm.id}/acknowledge`;
  const reply = await post(path, { priority: alarm.priority, value: alarm.value ?? null });
  return reply.ok ? { ok: true, words: t("acknowledged") } : { ok: false, words: refusal(reply) };
}

/** The second line: how long, what it saw, what was not recorded, for how long its sound is paused, what the page adds. */
export function detailOf(alarm, more = "", nowMs = performance.now(), quietS = 0) {
  const parts = [];
  const seen = alarm.acknowledged;
  if (alarm.recorded === false) parts.push(t("not_recorded"));
  if (alarm.state === "latched") parts.push(t("cleared_look"));
  if (seen) parts.push(seen.saw === null || seen.saw === undefined ? t("acknowledged_by", { by: seen.by }) : t("acknowledged_saw", { by: seen.by, saw: seen.saw }));
  else parts.push(lengthWords(ageNow(alarm, nowMs) ?? 0));
  if (alarm.silenced) parts.push(quietS > 0 ? t("sound_paused_for", { time: lengthWords(Math.ceil(quietS)) }) : t("sound_paused"));
  if (alarm.reach && alarm.reach !== "station") parts.push(t(`reach_${alarm.reach}`));
  if (more) parts.push(more);
  return parts.join(" · ");
}

/** One alarm strip: .element to place, show(alarm, {more}) to draw, tick() each second. */
export class AlarmStrip {
  #alarm = null;
  #more = "";
  #quietS = 0;
  #busy = false;
  #refused = "";
  #refusedMs = 0;
  #words = make("b");
  #detail = make("small");
  #button = make("button", { type: "button", onclick: (event) => this.#acknowledge(event) });

  constructor() {
    this.element = make("div.strip", { "data-alarm": "" }, make("div.strip-words", {}, this.#words, this.#detail), this.#button);
  }

  show(alarm, { more = "", quietS = 0 } = {}) {
    const changed = this.#alarm?.id !== alarm.id || this.#alarm?.priority !== alarm.priority || this.#alarm?.value !== alarm.value;
    if (changed) this.#refused = "";
    this.#alarm = alarm;
    this.#more = more;
    this.#quietS = quietS;
    put(this.element, "data-alarm", alarm.id);
    put(this.element, "data-look", lookOf(alarm));
    put(this.element, "data-kind", alarm.kind);
    put(this.element, "data-state", alarm.acknowledged ? "acknowledged" : alarm.state);
    put(this.element, "data-recorded", alarm.recorded === false ? "false" : null);
    say(this.#words, alarmWords(alarm));
    put(this.element, "data-long", alarm.words.length > LONG ? true : null);
    put(this.#words, "title", alarm.words);
    put(this.#button, "hidden", Boolean(alarm.acknowledged) || alarm.session === null || alarm.session === undefined);
    this.tick();
  }

  tick(nowMs = performance.now()) {
    if (!this.#alarm) return;
    if (this.#refused && nowMs - this.#refusedMs > REFUSED_MS) this.#refused = "";
    put(this.element, "data-refused", Boolean(this.#refused));
    say(this.#detail, this.#refused || detailOf(this.#alarm, this.#more, nowMs, this.#quietS));
    say(this.#button, this.#busy ? t("acknowledging") : t("acknowledge"));
    put(this.#button, "aria-label", `${t("acknowledge")} ${this.#alarm.words}`);
    put(this.#button, "disabled", this.#busy);
  }

  async #acknowledge(event) {
    event.stopPropagation();
    event.preventDefault();
    const seen = this.#alarm;
    this.#busy = true;
    this.#refused = "";
    this.tick();
    const reply = await acknowledge(seen);
    this.#busy = false;
    this.#refused = reply.ok ? "" : reply.words;
    this.#refusedMs = performance.now();
    put(this.#detail, "role", reply.ok ? null : "alert");
    this.tick();
    if (reply.ok) this.element.dispatchEvent(new CustomEvent("acknowledged", { bubbles: true, detail: seen }));
  }
}
