/* Symptoms with their grade, in two taps.
   Laws: what was charted stays in the record; undo (10 s) is a correction that says it was entered in error. What stands on
   a button is what the record says stands, also after a reload. Who was overtaken keeps their entry and sends it again. */
import { all, one, put, say } from "./dom.js";
import { report } from "./ask.js";
import { changeWords, reviewed } from "./review.js";
import { clockWords, lastTime, lengthWords, localParts, t } from "./words.js";

const UNDO_S = 10;

export class Charting {
  #acts;
  #live;
  #me;
  #chosen = null;
  #undo = null;
  #waiting = null;

  constructor(root, acts, live, me) {
    this.#acts = acts;
    this.#live = live;
    this.#me = me;
    for (const button of all("[data-symptom]", root)) button.addEventListener("click", () => this.#choose(button));
    for (const button of all("[data-grade]", root)) button.addEventListener("click", () => this.#chart(Number(button.dataset.grade)));
    one("#onset").addEventListener("change", () => this.#askTime());
    one("#grade-cancel").addEventListener("click", () => this.#close(true));
    one("#undo").addEventListener("click", () => this.#takeBack());
    one("#chart-reviewed").addEventListener("click", () => this.#waiting && this.#send(this.#waiting));
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.#chosen && this.#close(true));
  }

  /** The grade that stands of each symptom, from the session's events. */
  show(events) {
    if (!events) return;
    const standing = new Map();
    const told = events.filter((event) => event.entry === "symptom" && event.stands);
    for (const event of told.sort((a, b) => Date.parse(a.happened_at) - Date.parse(b.happened_at))) standing.set(event.says.symptom, event.says.grade);
    for (const button of all("[data-symptom]")) {
      const grade = standing.get(button.dataset.symptom) ?? 0;
      say(one("b", button), grade || "");
      put(button, "data-charted", grade > 0);
    }
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
    put(one("[data-grade='0']"), "hidden", button.dataset.charted === undefined && !own);
    one("#onset").value = "0";
    this.#askTime();
    put(one("#grade"), "hidden", false);
    (own ? one("#symptom-other") : one("[data-grade='1']")).focus();
  }

  #askTime() {
    const field = one("#onset-time");
    put(field, "hidden", one("#onset").value !== "time");
    if (field.hidden) return;
    field.value = localParts(this.#now()).time;
    field.focus();
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

  #now() {
    return this.#live.serverNow() ?? new Date();
  }

  /** When it began; null for now. A time of day later than now was yesterday's. */
  #onset() {
    const chosen = one("#onset").value;
    const now = this.#now();
    if (chosen !== "time") return Number(chosen) ? new Date(now.getTime() - Number(chosen) * 60_000).toISOString() : null;
    return lastTime(now, one("#onset-time").value || localParts(now).time);
  }

  #chart(grade) {
    const symptom = this.#name();
    if (!symptom) return void one("#symptom-other").focus();
    const at = this.#onset();
    this.#close();
    this.#send({ symptom: symptom.words, grade, body: { symptom: symptom.code, grade, ...(at ? { at } : {}) } });
  }

  async #send(entry) {
    this.#wait(null);
    report(one("#symptom-said"), t("sending"), "");
    const reply = await this.#acts.do("symptom", entry.body, entry.seen);
    const current = reviewed(reply);
    if (current) return void this.#wait({ ...entry, seen: current.version }, current.changes);
    if (!reply.ok) return void report(one("#symptom-said"), reply.words);
    const { symptom, grade } = entry;
    const at = clockWords(entry.body.at ?? this.#now());
    report(one("#symptom-said"), t(grade ? "charted" : "gone", { symptom, grade, at, by: this.#me }), "done");
    this.#undo = { atMs: performance.now(), version: reply.body.version };
    this.tick();
  }

  /** What waits for a look at what somebody else did meanwhile. */
  #wait(entry, changes = []) {
    this.#waiting = entry;
    put(one("#chart-reviewed"), "hidden", entry === null);
    if (entry === null) return;
    report(one("#symptom-said"), `${t("not_charted_yet", { symptom: entry.symptom, grade: entry.grade })} ${t("changed_meanwhile")}: ${changes.map(changeWords).join(" · ")}`);
    one("#chart-reviewed").focus();
  }

  async #takeBack() {
    const { version } = this.#undo;
    this.#undo = null;
    this.tick();
    const reply = await this.#acts.do("correct_entry", { corrects: version, reason: t("undo_reason") });
    report(one("#symptom-said"), reply.ok ? t("undone") : reply.words, reply.ok ? "done" : "refused");
  }
}
