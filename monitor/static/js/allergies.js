/* What is known of the patient's allergies, in the bar of the session.
   Law: what nobody asked is said as unknown, never as none; a statement is sent, and only the server's word is shown. */
import { all, fill, make, one, put, say } from "./dom.js";
import { postOnce } from "./acts.js";
import { Ask } from "./ask.js";
import { inert } from "./inert.js";
import { dayTimeWords, t } from "./words.js";

/** “Allergies: penicillin (rash)”, “No known allergies (asked …)”, “Allergies not asked: unknown”. */
export function allergyWords({ status, words, by, at }) {
  if (status === "listed") return t("allergies_listed", { words: inert(words) });
  return status === "none_known" ? t("allergies_none", { by: inert(by), at: dayTimeWords(at) }) : t("allergies_unknown");
}

export class Allergies {
  #patient = null;
  #known = null;
  #ask = Ask.named("allergies");

  constructor() {
    one("#allergies").addEventListener("click", () => this.#open());
    one("[name=said]", this.#ask.element).addEventListener("change", () => this.#choose());
  }

  show({ patient_id: patient, allergies }) {
    this.#patient = patient ?? this.#patient;
    if (!allergies) return;
    this.#known = allergies;
    say(one("#allergies"), allergyWords(allergies));
    put(one("#allergies"), "data-status", allergies.status);
  }

  #open() {
    if (!this.#known) return;
    const dialog = this.#ask.element;
    this.#ask.open({ submit: (values) => this.#send(values) });
    say(one("[data-stands]", dialog), allergyWords(this.#known));
    fill(one("[name=withdraws]", dialog), ...this.#known.listed.map((item) => make("option", { value: item.id }, inert(item.substance))));
    one("[value=withdrawn]", dialog).disabled = !this.#known.listed.length;
    one("[value=none_known]", dialog).disabled = Boolean(this.#known.listed.length);
    this.#choose();
  }

  #choose() {
    const dialog = this.#ask.element;
    const said = one("[name=said]", dialog).value;
    for (const rail of all("[data-rail]", dialog)) put(rail, "hidden", rail.dataset.rail !== `said-${said}`);
  }

  #send({ withdraws, reaction, ...said }) {
    const more = { ...(reaction ? { reaction } : {}), ...(withdraws ? { withdraws: Number(withdraws) } : {}) };
    return postOnce(`patients/${this.#patient}/allergies`, { ...said, ...more });
  }
}
