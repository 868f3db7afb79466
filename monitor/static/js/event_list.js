/* What has happened: symptoms, drugs, notes, changes of state, and what devices told, newest first.
   Law: what was corrected stays in the list, struck through, with its correction in words beside it; nothing is taken away. */
import { fill, make, put } from "./dom.js";
import { toldEvent } from "./told_words.js";
import { clockWords, t } from "./words.js";

const CHARTED = ["symptom", "drug", "note"];
const NONE = { note: "no_notes", device: "no_told" };

export class EventList {
  #root;
  #events = new Map();
  #told = new Map();
  #kind = "charted";
  #correctable = false;
  #correct;

  /** correct(event): the person wants to correct this entry. */
  constructor(root, buttons, correct) {
    this.#root = root;
    this.#correct = correct;
    for (const button of buttons) button.addEventListener("click", () => this.#choose(button.dataset.list, buttons));
  }

  /** All events of the session; correctable: whether a correction is possible now. */
  show(events, correctable) {
    if (!events) return;
    this.#events = new Map(events.map((event) => [event.id, event]));
    this.#correctable = correctable;
    this.#draw();
  }

  /** What devices told, as the curves' lowest row has it: a later word of the same alarm takes the place of the earlier. */
  tell(marks) {
    const before = JSON.stringify([...this.#told.values()]);
    for (const mark of marks) this.#told.set(mark.id, mark);
    if (JSON.stringify([...this.#told.values()]) !== before) this.#draw();
  }

  #choose(kind, buttons) {
    this.#kind = kind;
    for (const button of buttons) put(button, "aria-pressed", String(button.dataset.list === kind));
    this.#draw();
  }

  /** An entry that only says that another never happened stands beside that one, and by itself among all events. */
  #shown({ kind, corrects, says }) {
    if (this.#kind !== "all" && corrects && !Object.keys(says).length) return false;
    return this.#kind === "all" || kind === this.#kind || (this.#kind === "charted" && CHARTED.includes(kind));
  }

  #draw() {
    const at = (event) => Date.parse(event.happened_at ?? event.at);
    const told = [...this.#told.values()].map(toldEvent);
    const shown = [...this.#events.values(), ...told].reverse().filter((event) => this.#shown(event)).sort((a, b) => at(b) - at(a));
    const held = document.activeElement?.closest?.("li")?.dataset.id;
    fill(this.#root, ...(shown.length ? shown.map((event) => this.#row(event)) : [make("li.muted", {}, t(NONE[this.#kind] ?? "no_events"))]));
    if (held) [...this.#root.children].find((row) => row.dataset.id === held)?.querySelector("button")?.focus();
  }

  #row(event) {
    const happened = event.happened_at ?? event.at;
    const by = this.#events.get(event.corrected_by);
    const words = make(by ? "s" : "bdi", {}, event.words);
    const note = by ? make("small.correction", {}, t(Object.keys(by.says).length ? "corrected_by" : "struck_by", { by: by.by, at: clockWords(by.at), reason: by.reason })) : null;
    const row = make("li", { "data-event": event.event, "data-id": event.id, "data-struck": Boolean(by) }, make("time", { datetime: happened }, clockWords(happened)), make("span.event-words", {}, words, note), make("bdi.muted.event-by", {}, event.by ?? ""));
    if (this.#correctable && event.can?.length) row.append(this.#button(event));
    return row;
  }

  #button(event) {
    return make("button.button-quiet", { type: "button", "aria-label": t("correct_entry", { words: event.words }), onclick: () => this.#correct(event) }, t("correct"));
  }
}
