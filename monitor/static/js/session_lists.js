/* What is due, and which acts are possible now. */
import { all, fill, make, one, put, say } from "./dom.js";
import { isOver, lengthWords, t } from "./words.js";

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
