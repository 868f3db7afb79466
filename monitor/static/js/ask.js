/* Small dialogs that ask a reason, a rate, a dose.
   Laws: a number is read back in words before it is sent (second step); a refusal is said in the dialog, which stays open
   with what was entered; while a request is under way nothing can be sent twice; what a guard rail asks for is asked for
   only after the server has said so. */
import { all, make, one, put, say } from "./dom.js";
import { KeptForm } from "./kept_form.js";
import { changesList, reviewed } from "./review.js";
import { dayTimeWords, t } from "./words.js";

/** 52.5 from "52.5" or "52,5"; null when it is not a plain number, or could be read as thousands ("1.500"; "0.125" cannot). */
export function plainNumber(text) {
  const words = String(text).trim();
  return /^(\d+([.,]\d{1,2})?|0[.,]\d{3})$/.test(words) ? Number(words.replace(",", ".")) : null;
}

/** "a message" below an element: kind is done, refused or "". */
export function report(element, words, kind = "refused") {
  put(element, "data-kind", words ? kind : null);
  say(element, words);
}

const FIELDS = "input[name], textarea[name], select[name]";
/* What a guard rail asked for stands in [data-rail] and counts only once it is shown. */
const counts = (field) => field.closest("[data-rail][hidden]") === null;

const ASKS = new WeakMap(); // one of a dialog: a second would send what the first was asked

/** One <dialog data-ask="…">. open({confirm, submit, seen, keeps}): confirm(values) -> words of the second step;
    submit(values, seen) -> {ok, words}. With `seen` (the version the person looked at) a conflict shows who changed what,
    keeps what was entered, and the next submit names the version that was reviewed. With `keeps` (a name of the form) what
    is typed is there again when the dialog is opened anew before it was recorded. */
export class Ask {
  #dialog;
  #form;
  #task = null;
  #confirming = false;
  #busy = false;
  #seen = undefined;
  #held = new Map();

  constructor(dialog) {
    this.#dialog = dialog;
    this.#form = one("form", dialog);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#go();
    });
    this.#form.addEventListener("input", () => this.#held.get(this.#task?.keeps)?.keep());
    one("[data-back]", dialog).addEventListener("click", () => (this.#confirming ? this.#enter() : dialog.close()));
    dialog.addEventListener("cancel", (event) => this.#busy && event.preventDefault());
  }

  static named(name) {
    const dialog = one(`dialog[data-ask="${name}"]`);
    if (!ASKS.has(dialog)) ASKS.set(dialog, new Ask(dialog));
    return ASKS.get(dialog);
  }

  get element() {
    return this.#dialog;
  }

  open(task) {
    this.#task = task;
    this.#seen = task.seen;
    one(".ask-review", this.#form)?.remove();
    this.#form.reset();
    for (const rail of all("[data-rail]", this.#form)) put(rail, "hidden", true);
    this.#enter();
    this.#putBack(task.keeps);
    this.#dialog.showModal();
    one("input:not([type=radio]), textarea", this.#form)?.focus();
  }

  #putBack(name) {
    if (!name) return;
    if (!this.#held.has(name)) this.#held.set(name, new KeptForm(this.#form, name));
    const at = this.#held.get(name).putBack({ quietly: true });
    if (at) report(one(".said", this.#form), t("kept", { at: dayTimeWords(at) }), "");
  }

  /** The values by name; numbers where a number is asked for, reason from the choice or in other words. */
  values() {
    const values = {};
    for (const field of all(FIELDS, this.#form).filter(counts)) {
      if (field.type === "radio") continue;
      values[field.name] = field.inputMode === "decimal" ? plainNumber(field.value) : field.value.trim();
    }
    const choices = one("[data-choices]", this.#form);
    if (choices) {
      const chosen = one("input:checked", choices)?.value ?? "";
      values[choices.dataset.choices] = [chosen, values.reason_words].filter(Boolean).join(": ");
      delete values.reason_words;
    }
    const { second_name: name, second_password: password, ...rest } = values;
    return name === undefined ? rest : { ...rest, second_person: { name, password } };
  }

  #enter() {
    this.#confirming = false;
    this.#step("");
  }

  #step(words) {
    const go = one("[data-go]", this.#form);
    put(one("[data-step=enter]", this.#form), "hidden", this.#confirming);
    put(one("[data-step=confirm]", this.#form), "hidden", !this.#confirming);
    say(one("[data-step=confirm]", this.#form), this.#confirming ? words : "");
    put(go, "hidden", false);
    say(go, this.#confirming ? go.dataset.again : go.dataset.label);
    say(one("[data-back]", this.#form), this.#confirming ? t("back") : t("cancel"));
    report(one(".said", this.#form), "");
    if (this.#confirming) go.focus();
  }

  /** What was seen no longer stands: this dialog can only be closed, so that a repeat begins with a fresh look. */
  #spend() {
    put(one("[data-go]", this.#form), "hidden", true);
    this.#confirming = false;
    say(one("[data-back]", this.#form), t("close"));
    one("[data-back]", this.#form).focus();
  }

  /** Somebody acted meanwhile: who and what is shown, what was entered stays, and can be sent again by who has seen it. */
  #review(current) {
    this.#seen = current.version;
    one(".ask-review", this.#form)?.remove();
    one(".said", this.#form).before(make("div.ask-review", { role: "status" }, make("b", {}, t("changed_meanwhile")), changesList(current.changes)));
    this.#enter();
    report(one(".said", this.#form), t("kept_review"));
    one("[data-go]", this.#form).focus();
  }

  /** Show the fields a guard rail asks for, where this person can fill them in. */
  #reveal(missing) {
    if (missing.includes("physician")) return;
    const rails = all("[data-rail]", this.#form).filter((rail) => missing.includes(rail.dataset.rail));
    if (!rails.length) return;
    for (const rail of rails) put(rail, "hidden", false);
    this.#enter();
    one(FIELDS, rails[0]).focus();
  }

  /** What is still wrong with the entries, in words. */
  #wrong(values) {
    for (const field of all(FIELDS, this.#form).filter(counts)) {
      const empty = field.value.trim() === "";
      const bad = (field.required && empty) || (field.inputMode === "decimal" && !empty && !(values[field.name] > 0));
      put(field, "aria-invalid", bad ? "true" : null);
      if (bad) {
        field.focus();
        return field.inputMode === "decimal" ? t("not_a_number") : t("fill_in");
      }
    }
    const chosen = one("[data-choices]", this.#form)?.dataset.choices;
    return chosen && !values[chosen] ? t(`choose_${chosen}`) : "";
  }

  async #go() {
    if (this.#busy) return;
    const values = this.values();
    const wrong = this.#wrong(values);
    if (wrong) return void report(one(".said", this.#form), wrong);
    if (!this.#confirming && this.#task.confirm) {
      this.#confirming = true;
      return void this.#step(this.#task.confirm(values));
    }
    this.#busy = true;
    const buttons = all("[data-go], [data-back]", this.#form);
    for (const button of buttons) put(button, "disabled", true); // what is under way cannot be called back
    report(one(".said", this.#form), t("sending"), "");
    const reply = await this.#task.submit(values, this.#seen);
    this.#busy = false;
    for (const button of buttons) put(button, "disabled", false);
    for (const secret of all("input[type=password]", this.#form)) secret.value = "";
    if (reply.ok) this.#held.get(this.#task.keeps)?.forget();
    if (reply.ok) return void this.#dialog.close();
    const current = this.#seen === undefined ? null : reviewed(reply);
    if (current) return void this.#review(current);
    if (reply.status === 422) this.#reveal(reply.body.missing ?? []);
    report(one(".said", this.#form), reply.words);
    if (reply.status === 409) this.#spend();
  }
}
