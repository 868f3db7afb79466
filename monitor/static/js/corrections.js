/* The dialogs that correct an entry: it was different, or it never happened.
   Law: a correction is a new entry with its reason; what it changes is read back before it is sent. */
import { all, one, put, say } from "./dom.js";
import { Ask } from "./ask.js";
import { dayTimeWords, localParts, t, timeWords, zonedIso } from "./words.js";

const NUMBERS = ["dose", "dose_mg", "waste_mg", "rate_ml_per_h"];
const RATES = ["start", "change_rate", "resume"];

export class Corrections {
  #acts;
  #givenNow;
  #change = Ask.named("correct");
  #strike = Ask.named("strike");
  #entry = null;

  /** givenNow(): mg of the infused drug given by now, null when not known. */
  constructor(acts, givenNow) {
    this.#acts = acts;
    this.#givenNow = givenNow;
    one("#to-strike").addEventListener("click", () => {
      this.#change.element.close();
      this.openStrike(this.#entry);
    });
  }

  /** Correct one event of the session's list. */
  open(entry) {
    this.#entry = entry;
    const dialog = this.#change.element;
    this.#change.open({ seen: this.#acts.version, confirm: (values) => this.#words(values), submit: (values, seen) => this.#send(entry, this.#instead(values), values, seen) });
    say(one("[data-what]", dialog), `${dayTimeWords(entry.happened_at)} · ${entry.words}`);
    for (const part of all("[data-rail^='says-']", dialog)) put(part, "hidden", !part.dataset.rail.slice(5).split(" ").includes(entry.entry));
    for (const field of all("[name^='says.']", dialog)) field.value = entry.says[field.name.slice(5)] ?? field.value;
    const timed = !["start", "resume", "mark_values"].includes(entry.entry);
    put(one("[data-rail=time]", dialog), "hidden", !timed);
    one("[name=at_time]", dialog).value = localParts(entry.happened_at).time;
    put(one("#to-strike"), "hidden", ["start", "resume"].includes(entry.entry));
    put(one("[data-go]", dialog), "disabled", entry.entry === "mark_values");
    one("[data-rail^='says-']:not([hidden]) :is(input, textarea)", dialog)?.focus();
  }

  /** Say that an entry never happened. */
  openStrike(entry) {
    this.#strike.open({ seen: this.#acts.version, submit: (values, seen) => this.#send(entry, null, values, seen) });
    say(one("[data-what]", this.#strike.element), `${dayTimeWords(entry.happened_at)} · ${entry.words}`);
  }

  /** What really happened, of the fields this kind of entry has. */
  #instead(values) {
    const said = Object.fromEntries(this.#entry.can.map((name) => [name, values[`says.${name}`]]));
    if ("grade" in said) said.grade = Number(said.grade);
    const { day, time } = localParts(this.#entry.happened_at);
    if (values.at_time && values.at_time !== time) said.at = zonedIso(day, values.at_time);
    if (values.instead_reason) said.reason = values.instead_reason;
    return said;
  }

  #words(values) {
    const said = this.#instead(values);
    const now = this.#entry.can.map((name) => (NUMBERS.includes(name) ? String(said[name]) : said[name])).join(" · ");
    const words = [t("confirm_correction", { old: this.#entry.words, new: now, reason: values.reason })];
    if (said.at) words.push(t("confirm_time", { at: timeWords(said.at) }));
    const given = this.#givenNow();
    if (this.#entry.entry === "give_bolus" && given !== null) words.push(t("confirm_account", { old: given.toFixed(1), new: (given - this.#entry.says.dose_mg + said.dose_mg).toFixed(1) }));
    if (RATES.includes(this.#entry.entry)) words.push(t("confirm_rate_account", { at: timeWords(said.at && said.at < this.#entry.happened_at ? said.at : this.#entry.happened_at) }));
    return words.join(" ");
  }

  #send(entry, instead, { reason, second_person: second }, seen) {
    const body = { corrects: entry.id, reason, ...(instead ? { instead } : {}), ...(second ? { second_person: second } : {}) };
    return this.#acts.do("correct_entry", body, seen);
  }
}
