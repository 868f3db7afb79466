/* Score dialogs, for the session and the discharge page.
   Laws: nothing is chosen beforehand; a scale of one line is saved by one tap (by keys only with Enter or Save), of
   several when every line has one; "all best" says the total it will save; what the monitor answers is said beside the line, for a person to confirm. */
import { all, make, one, put, say } from "./dom.js";
import { postOnce } from "./acts.js";
import { get } from "./api.js";
import { report } from "./ask.js";
import { t } from "./words.js";

export class ScoreDialogs {
  #session;
  #said;
  #saved;
  #busy = false;

  /** said: where "recorded" is told; saved(): called after a score was recorded. */
  constructor(session, said, saved = () => {}) {
    this.#session = session;
    this.#said = said;
    this.#saved = saved;
    for (const dialog of all("dialog[data-scale]")) this.#wire(dialog);
  }

  open(name) {
    const dialog = one(`dialog[data-scale="${name}"]`);
    one("form", dialog).reset();
    for (const button of all("[data-by-keys]", dialog)) put(button, "hidden", true);
    report(one(".said", dialog), "");
    this.#sum(dialog);
    this.#hint(dialog);
    dialog.showModal();
  }

  /** "Monitor: 2" beside each line the chair's numbers answer now. */
  async #hint(dialog) {
    const lines = all("fieldset[data-item]", dialog);
    for (const line of lines) say(hintOf(line), "");
    const reply = await get(`sessions/${this.#session}/scores/suggested`);
    if (!reply.ok) return;
    for (const line of lines) {
      const points = reply.body[line.dataset.kind]?.[line.dataset.item];
      if (points !== undefined) say(hintOf(line), t("monitor_says", { n: points }));
    }
  }

  #wire(dialog) {
    const form = one("form", dialog);
    const lines = all("fieldset[data-item]", dialog);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(dialog);
    });
    let arrow = false; // an arrow passes over every value on its way: it chooses, and Enter or Save records
    form.addEventListener("keydown", (event) => (arrow = event.key.startsWith("Arrow")));
    form.addEventListener("pointerdown", () => (arrow = false));
    form.addEventListener("change", () => {
      this.#sum(dialog);
      if (lines.length !== 1) return;
      if (arrow) put(one("[data-by-keys]", dialog), "hidden", false);
      else this.#save(dialog);
    });
    one("[data-back]", dialog).addEventListener("click", () => dialog.close());
    one("[data-best]", dialog)?.addEventListener("click", () => {
      for (const best of all("input[data-best-choice]", dialog)) best.checked = true;
      this.#save(dialog);
    });
  }

  /** {kind: {item: value}} of what was chosen; null when a line has nothing. */
  #chosen(dialog) {
    const kinds = {};
    for (const line of all("fieldset[data-item]", dialog)) {
      const choice = one("input:checked", line);
      put(line, "data-open", choice ? null : true);
      if (!choice) return null;
      kinds[line.dataset.kind] = { ...kinds[line.dataset.kind], [line.dataset.item]: valueOf(choice.value) };
    }
    return kinds;
  }

  #sum(dialog) {
    const place = one("[data-total]", dialog);
    if (!place) return;
    const lines = all("fieldset[data-item]", dialog);
    const chosen = lines.map((line) => one("input:checked", line)).filter(Boolean);
    const total = chosen.reduce((sum, choice) => sum + Number(choice.value), 0);
    say(place, chosen.length === lines.length ? t("total", { n: total }) : "");
  }

  async #save(dialog) {
    if (this.#busy) return;
    const said = one(".said", dialog);
    const kinds = this.#chosen(dialog);
    if (kinds === null) return void report(said, t("choose_all"));
    this.#busy = true;
    report(said, t("sending"), "");
    let reply = { ok: true };
    for (const [kind, items] of Object.entries(kinds)) {
      reply = await postOnce(`sessions/${this.#session}/scores`, { kind, items });
      if (!reply.ok) break;
    }
    this.#busy = false;
    if (!reply.ok) return void report(said, reply.words);
    dialog.close();
    report(this.#said, t("score_saved", { title: dialog.dataset.title }), "done");
    this.#saved();
  }
}

/** The place for what the monitor says of a line, made when it is first needed. */
function hintOf(line) {
  const legend = one("legend", line);
  const known = one(".hint", legend);
  if (known) return known;
  const hint = make("small.hint.muted");
  legend.append(hint);
  return hint;
}

/** true, false, a number, or a word of the bedside such as "alert". */
function valueOf(text) {
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}
