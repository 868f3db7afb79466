/* What may be done while an alarm stands: rules that suggest to hold (one tap) and short checklists, in a bar at the foot.
   Laws: nothing holds, gives or moves by itself, and the words say that the pump is stopped by hand; the bar covers neither
   numbers nor alarms and nothing moves when it comes; a ticked line is a note in the record, and is shown as the record says. */
import { all, fill, make, one, put, say } from "./dom.js";
import { report } from "./ask.js";
import { t, timeWords } from "./words.js";

export class RescueBar {
  #root = one("#rescue");
  #wish = one("#wish");
  #wished = "";
  #acts;
  #openDrug;
  #events = [];
  #shown = "";
  #busy = false;

  /** openDrug(id): opens the form of a drug given, with that drug chosen. */
  constructor(acts, openDrug) {
    this.#acts = acts;
    this.#openDrug = openDrug;
    const room = () => document.documentElement.style.setProperty("--rescue-height", `${this.#root.offsetHeight}px`);
    new ResizeObserver(room).observe(this.#root); // whatever stands at the end of the page can be scrolled above the bar
  }

  show({ rescues = [], stops = [], wishes = [], events }) {
    this.#events = events ?? this.#events;
    const wanted = JSON.stringify([rescues, stops]);
    if (wanted !== this.#shown) this.#draw(rescues, stops);
    this.#shown = wanted;
    for (const rescue of rescues) this.#tick(rescue);
    put(this.#root, "hidden", !rescues.length && !stops.length);
    this.#offer(wishes);
  }

  /** The patient's own word: a button beside the dose while drug runs. */
  #offer(wishes) {
    const wanted = JSON.stringify(wishes);
    if (wanted === this.#wished) return;
    this.#wished = wanted;
    fill(this.#wish, ...wishes.map((wish) => this.#holdButton("button", wish)), wishes.length ? make("span.muted", {}, t("stop_by_hand")) : null, wishes.length ? make("p.said", { role: "alert" }) : null);
  }

  #draw(rescues, stops) {
    const open = new Set(all("details[open]", this.#root).map((box) => box.dataset.rescue));
    const holds = stops.map((stop) => this.#holdButton("button.button-main", stop));
    const lists = rescues.map((rescue) => make("details", { "data-rescue": rescue.id, open: open.has(rescue.id) },
      make("summary", {}, rescue.words, make("span.muted", { "data-ticked": true })),
      make("ol", {}, ...rescue.lines.map((line) => this.#line(line)))));
    fill(this.#root, holds.length ? make("div.stops", {}, ...holds, make("span", {}, t("stop_by_hand"))) : null, make("p.said", { role: "alert" }), make("div.rescue-lists", {}, ...lists));
  }

  #holdButton(spec, { id, words, reason }) {
    const button = make(spec, { type: "button", "data-stop": id, disabled: !this.#acts.allows("hold") }, t("hold_now_for", { words }));
    button.addEventListener("click", () => this.#do(button, "hold", { reason }));
    return button;
  }

  #line({ words, drug, note }) {
    const done = make("button", { type: "button", "data-note": note, "aria-label": `${t("line_done")}: ${words}` }, t("line_done"));
    done.addEventListener("click", () => this.#do(done, "note", { text: note }));
    const give = drug ? make("button", { type: "button", "data-drug": drug, onclick: () => this.#openDrug(drug) }, t("chart_drug")) : null;
    return make("li", {}, make("span", {}, words), make("span.muted", { "data-done": note }), give, done);
  }

  /** One at a time: a second tap finds the button gone still, and a conflict says who acted. */
  async #do(button, event, details) {
    if (this.#busy) return;
    this.#busy = true;
    put(button, "disabled", true);
    const reply = await this.#acts.do(event, details);
    this.#busy = false;
    const place = button.closest("#wish") ?? this.#root;
    report(one(".said", place), reply.ok ? "" : reply.words);
    if (!reply.ok) put(button, "disabled", false);
  }

  /** Which lines of a checklist the record has as done since its oldest alarm, by whom. */
  #tick({ id, since_at: since, lines }) {
    const box = one(`[data-rescue="${id}"]`, this.#root);
    const notes = this.#events.filter(({ entry, stands, happened_at: at }) => entry === "note" && stands && Date.parse(at) >= Date.parse(since));
    let done = 0;
    for (const place of all("[data-done]", box)) {
      const made = notes.findLast(({ says }) => says.text === place.dataset.done);
      done += made ? 1 : 0;
      say(place, made ? t("done_by", { at: timeWords(made.happened_at), by: made.by }) : "");
      put(one("[data-note]", place.parentElement), "hidden", Boolean(made));
    }
    say(one("[data-ticked]", box), t("done_of", { n: done, of: lines.length }));
  }
}
