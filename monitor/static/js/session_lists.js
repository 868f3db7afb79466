<<<<<<< HEAD
/* What is due, and which acts are possible now. */
import { all, fill, make, one, put, say } from "./dom.js";
import { isOver, lengthWords, t } from "./words.js";
=======
/* What is due, and what has happened: notes, drugs, symptoms, changes of state, and what devices told, newest first. */
import { all, fill, make, one, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { clockWords, isOver, lengthWords, t } from "./words.js";
>>>>>>> 2d5731f (What devices tell stands on the chart as the devices' own, and late values look different from live ones)

export class DueList {
  #root;
  #due = [];
  #atMs = 0;

  constructor(root) {
    this.#root = root;
  }

  show(due) {
    this.#due = [...due].sort((a, b) => a.due_s - b.due_s);
    this.#atMs = performance.now();
    const rows = this.#due.map((item) => make("li", {}, make("span", {}, item.words), make("b")));
    fill(this.#root, ...(rows.length ? rows : [make("li.muted", {}, t("nothing_due"))]));
    this.tick();
  }

  tick(nowMs = performance.now()) {
    const passed = (nowMs - this.#atMs) / 1000;
    for (const [n, item] of this.#due.entries()) {
      const left = item.due_s - passed;
      const row = this.#root.children[n];
      put(row, "data-overdue", left < 0);
      say(one("b", row), left < 0 ? t("overdue", { length: lengthWords(-left) }) : t("due_in", { length: lengthWords(left) }));
    }
  }
}

<<<<<<< HEAD
=======
export class EventList {
  #root;
  #events = new Map();
  #told = new Map();
  #kind = "note";

  constructor(root, buttons) {
    this.#root = root;
    for (const button of buttons) button.addEventListener("click", () => this.#choose(button.dataset.list, buttons));
  }

  reset(events) {
    this.#events.clear();
    this.add(events);
  }

  add(events) {
    for (const event of events) this.#events.set(event.id, event);
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

  #draw() {
    const told = [...this.#told.values()].map((mark) => ({ id: mark.id, at: mark.at, kind: "device", event: `device_${mark.kind}`, words: toldWords(mark), by: inert(mark.device) }));
    const shown = [...this.#events.values(), ...told]
      .filter((event) => this.#kind === "all" || event.kind === this.#kind)
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
    const rows = shown.map((event) =>
      make("li", { "data-event": event.event }, make("time", { datetime: event.at }, clockWords(event.at)), make("span.event-words", {}, make("bdi", {}, event.words)), make("span.muted", {}, event.by ?? "")),
    );
    fill(this.#root, ...(rows.length ? rows : [make("li.muted", {}, t(NONE[this.#kind]))]));
  }
}

const NONE = { all: "no_events", note: "no_notes", device: "no_told" };

/** "Device alarm: ** DESAT · until 14:32:20": the device's words, marked as its own. */
function toldWords({ kind, words, to_at: to, open, is_late: late }) {
  const said = [kind === "left_out" ? words : t(kind === "alarm" ? "device_says" : "pump_says", { words: inert(words) })];
  if (to) said.push(t("told_until", { at: clockWords(to) }));
  if (open) said.push(t("told_open"));
  if (late) said.push(t("told_late"));
  return said.join(" · ");
}

>>>>>>> 2d5731f (What devices tell stands on the chart as the devices' own, and late values look different from live ones)
/** Every button that does an act: enabled only where the session allows it; the reason stands in its title. */
export function gateActs(root, acts, physicianActs = new Set()) {
  for (const button of all("[data-act]", root)) {
    const event = button.dataset.act;
    if (button.dataset.free !== undefined) continue; // needs no server: printing
    const why = acts.hindrance(event, { physician: physicianActs.has(event) });
    put(button, "disabled", why !== "");
    put(button, "title", why || null);
  }
}

/** Scores are entered until the session is closed. */
export function gateScores(root, head) {
  const closed = isOver(head) || head.state === "scheduled";
  for (const button of all("[data-score]", root)) put(button, "disabled", closed);
}
