/* What is due and overdue over all chairs of the station, the worst first.
   Law: from the very lists the tiles show, so that the two never differ; nothing here is remembered or computed anew. */
import { fill, make, one, put, say } from "./dom.js";
import { lengthWords, t } from "./words.js";

/** "BP in 2:10", "BP in 11 min", "BP overdue 0:40", "BP overdue 4 min" */
export function dueWords({ words, due_s }, ranS) {
  return due_s === null || due_s === undefined ? words : leftWords(words, due_s - ranS);
}

function leftWords(words, leftS) {
  const late = leftS < 0;
  const length = Math.abs(leftS) < (late ? 60 : 600) ? lengthWords(Math.abs(leftS)) : t("minutes", { n: Math.floor(Math.abs(leftS) / 60) });
  return t(late ? "due_overdue" : "due_in", { words, time: length });
}

/** The panel beside the tiles and the button that opens it; show(tiles, nowMs) draws both. */
export class DuePanel {
  #button = one("#due-button");
  #panel = one("#due-panel");
  #rows = [];

  constructor(changed) {
    this.#button?.addEventListener("click", () => {
      const open = this.#panel.hidden;
      put(this.#panel, "hidden", !open);
      put(this.#button, "aria-expanded", String(open));
      changed();
    });
  }

  /** How wide the panel is while it is open, in px. */
  get width() {
    return this.#panel && !this.#panel.hidden ? this.#panel.offsetWidth : 0;
  }

  show(tiles, nowMs) {
    if (!this.#button) return;
    const due = tiles.flatMap((tile) => tile.due(nowMs).map((one) => ({ ...one, chair: tile.chair, who: tile.who })));
    due.sort((a, b) => a.leftS - b.leftS);
    const late = due.filter((one) => one.leftS < 0).length;
    put(this.#button, "data-late", late > 0);
    say(this.#button, late ? t("overdue_n", { n: late }) : t("due"));
    if (!this.#panel.hidden) this.#draw(due);
  }

  #draw(due) {
    const list = one("ol", this.#panel);
    while (this.#rows.length < due.length) this.#rows.push(row());
    if (list.children.length !== due.length) fill(list, ...this.#rows.slice(0, due.length).map((one) => one.element));
    for (const [n, { chair, who, words, leftS }] of due.entries()) {
      const { element, link, patient, said } = this.#rows[n];
      put(element, "data-late", leftS < 0);
      put(link, "href", `#chair-${encodeURIComponent(chair)}`);
      say(link, chair);
      say(patient, who);
      say(said, leftWords(words, leftS));
    }
    put(one("#due-none"), "hidden", due.length > 0);
  }
}

function row() {
  const [link, patient, said] = [make("a"), make("span.muted"), make("b")];
  return { element: make("li", {}, link, patient, said), link, patient, said };
}
