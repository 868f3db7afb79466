/* Symptoms with their grade, in two taps.
   Law: what was charted stays in the record; undo (10 s) adds an entry that says it was entered in error. */
import { all, one, put, say } from "./dom.js";
import { report } from "./ask.js";
import { clockWords, lengthWords, t } from "./words.js";

const UNDO_S = 10;

export class Charting {
  #acts;
  #live;
  #me;
  #chosen = null;
  #undo = null;

  constructor(root, acts, live, me) {
    this.#acts = acts;
    this.#live = live;
    this.#me = me;
    for (const button of all("[data-symptom]", root)) button.addEventListener("click", () => this.#choose(button));
    for (const button of all("[data-grade]", root)) button.addEventListener("click", () => this.#chart(Number(button.dataset.grade)));
    one("#grade-cancel").addEventListener("click", () => this.#close(true));
    one("#undo").addEventListener("click", () => this.#takeBack());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.#chosen && this.#close(true));
  }

  tick(nowMs = performance.now()) {
    const left = this.#undo ? UNDO_S - (nowMs - this.#undo.atMs) / 1000 : 0;
    put(one("#undo"), "hidden", left <= 0);
    if (left > 0) say(one("#undo"), t("undo", { length: lengthWords(Math.ceil(left)) }));
    else this.#undo = null;
  }

  #choose(button) {
    this.#chosen = button;
    for (const other of all("[data-symptom]")) put(other, "aria-pressed", String(other === button));
    const own = button.dataset.symptom === "other";
    put(one("#symptom-other"), "hidden", !own);
    one("#symptom-other").value = "";
    say(one("#grade-words"), t("grade_of", { symptom: button.dataset.words }));
    for (const grade of all("[data-grade]")) put(grade, "hidden", Number(grade.dataset.grade) > Number(button.dataset.highest));
    one("#onset").value = "0";
    put(one("#grade"), "hidden", false);
    (own ? one("#symptom-other") : one("[data-grade='1']")).focus();
  }

  #close(back = false) {
    for (const button of all("[data-symptom]")) put(button, "aria-pressed", "false");
    put(one("#grade"), "hidden", true);
    if (back) this.#chosen?.focus();
    this.#chosen = null;
  }

  #name() {
    const own = one("#symptom-other").value.trim();
    if (this.#chosen.dataset.symptom !== "other") return { code: this.#chosen.dataset.symptom, words: this.#chosen.dataset.words };
    return own ? { code: own, words: own } : null;
  }

  #details(symptom, grade) {
    const minutes = Number(one("#onset").value);
    const now = this.#live.serverNow() ?? new Date();
    const began = new Date(now.getTime() - minutes * 60_000);
    return { at: now, body: { symptom: symptom.code, grade, ...(minutes ? { at: began.toISOString() } : {}) } };
  }

  async #chart(grade) {
    const symptom = this.#name();
    if (!symptom) return void one("#symptom-other").focus();
    const button = this.#chosen;
    const { at, body } = this.#details(symptom, grade);
    this.#close();
    report(one("#symptom-said"), t("sending"), "");
    const reply = await this.#acts.do("symptom", body);
    if (!reply.ok) return void report(one("#symptom-said"), reply.words);
    say(one("b", button), grade);
    put(button, "data-charted", true);
    report(one("#symptom-said"), t("charted", { symptom: symptom.words, grade, at: clockWords(at), by: this.#me }), "done");
    this.#undo = { atMs: performance.now(), symptom: symptom.words, grade, at, button };
    this.tick();
  }

  async #takeBack() {
    const { symptom, grade, at, button } = this.#undo;
    this.#undo = null;
    this.tick();
    const reply = await this.#acts.do("note", { text: t("entered_in_error", { symptom, grade, at: clockWords(at) }) });
    report(one("#symptom-said"), reply.ok ? t("undone") : reply.words, reply.ok ? "done" : "refused");
    if (!reply.ok) return;
    say(one("b", button), "");
    put(button, "data-charted", null);
  }
}
