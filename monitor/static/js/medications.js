/* A drug given beside the infusion.
   Laws: the usual dose comes from the session's policy and is said beside the field; what was given before is said before
   anything is sent; the server decides, and what its guard asks for is asked for in the same dialog. */
import { fill, make, one, say } from "./dom.js";
import { Ask, report } from "./ask.js";
import { allergyWords } from "./allergies.js";
import { t, timeWords } from "./words.js";

export class Medications {
  #acts;
  #live;
  #ask = Ask.named("give_medication");
  #drugs = [];
  #given = [];
  #allergies = null;

  constructor(acts, live) {
    this.#acts = acts;
    this.#live = live;
    const dialog = this.#ask.element;
    one("[data-act=give_medication]").addEventListener("click", () => this.#open());
    one("[name=drug]", dialog).addEventListener("input", () => this.#hint());
  }

  show(frame) {
    if (frame.medications) {
      this.#drugs = frame.medications;
      fill(one("#drugs"), ...this.#drugs.map((drug) => make("option", { value: drug.id }, drug.words)));
    }
    this.#allergies = frame.allergies ?? this.#allergies;
    this.#given = (frame.events ?? []).filter((event) => event.entry === "give_medication" && event.stands);
  }

  /** The form, with this drug chosen; its guard asks what it always asks. */
  openFor(drug) {
    this.#open();
    const field = one("[name=drug]", this.#ask.element);
    field.value = drug;
    this.#hint();
  }

  #open() {
    this.#ask.open({ seen: this.#acts.version, confirm: (values) => this.#words(values), submit: (values, seen) => this.#send(values, seen) });
    this.#hint();
  }

  #before(name) {
    return this.#given.filter((event) => String(event.says.drug).toLowerCase() === name);
  }

  #hint() {
    const dialog = this.#ask.element;
    const name = one("[name=drug]", dialog).value.trim().toLowerCase();
    const drug = this.#drugs.find((known) => known.id === name);
    if (drug) {
      one("[name=unit]", dialog).value = drug.unit;
      one("[name=route]", dialog).value = drug.routes[0];
    }
    const words = drug ? [usualWords(drug), ...guardWords(drug)] : name ? [t("no_usual_dose")] : [];
    say(one("[data-usual]", dialog), [...words, ...this.#beforeWords(name), this.#allergies ? `${allergyWords(this.#allergies)}.` : ""].join(" "));
  }

  #beforeWords(name) {
    const before = this.#before(name);
    if (!name || !before.length) return [];
    const last = before.reduce((newest, event) => (event.happened_at > newest.happened_at ? event : newest));
    const total = before.reduce((sum, event) => sum + event.says.dose, 0);
    return [t("given_before", { n: before.length, total: Number(total.toFixed(3)), unit: last.says.unit, last: last.says.dose, at: timeWords(last.happened_at), by: last.by })];
  }

  #at({ minutes }) {
    const now = this.#live.serverNow() ?? new Date();
    return new Date(now.getTime() - Number(minutes) * 60_000);
  }

  #words(values) {
    const words = [t("confirm_medication", { drug: values.drug, dose: values.dose, unit: values.unit, route: values.route, at: timeWords(this.#at(values)) })];
    return [...words, ...this.#beforeWords(values.drug.toLowerCase())].join(" ");
  }

  async #send(values, seen) {
    const { minutes, reason, ...body } = values;
    const at = Number(minutes) ? { at: this.#at(values).toISOString() } : {};
    const reply = await this.#acts.do("give_medication", { ...body, ...at, ...(reason ? { reason } : {}) }, seen);
    if (reply.ok) report(one("#dose-said"), t("medication_charted", { drug: values.drug, dose: values.dose, unit: values.unit }), "done");
    return reply;
  }
}

const usualWords = ({ low, high, unit, routes }) => t("usual_dose", { dose: low === high ? low : `${low}–${high}`, unit, routes: routes.join(", ") });
const guardWords = ({ most, apart }) => [most && t("most_dose", { most }), apart && t("doses_apart", { apart })].filter(Boolean);
