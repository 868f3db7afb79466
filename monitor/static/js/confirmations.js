/* What staff confirm by hand: escort (by name), instructions, IV, belongings.
   Laws: a tick stands only when the server has recorded it; a refusal takes it back and says why. Only what was tapped is
   sent: what a colleague confirmed or took back meanwhile stays as they said. */
import { all, one, put, say } from "./dom.js";
import { Ask, report } from "./ask.js";
import { postOnce } from "./acts.js";
import { t, timeWords } from "./words.js";

export class Confirmations {
  #session;
  #saved;
  #recorded = null;
  #escort = Ask.named("escort");

  constructor(session, saved) {
    this.#session = session;
    this.#saved = saved;
    for (const box of all("[data-confirm]")) box.addEventListener("click", (event) => this.#tapped(event, box));
  }

  show(recorded) {
    this.#recorded = recorded ?? null;
    const items = recorded?.items ?? {};
    for (const box of all("[data-confirm]")) {
      const name = box.dataset.confirm;
      const value = items[name];
      box.checked = Boolean(value);
      const who = name === "escort_present" ? nameOf(value) : "";
      const open = name === "escort_present" ? t("name_needed") : "";
      const said = recorded?.said?.[name];
      const by = said ? t("confirmed_by", { at: timeWords(said.at), by: said.by }) : "";
      say(one(`[data-confirm-when="${name}"]`), value ? [who, by].filter(Boolean).join(" · ") : open);
    }
    const boxes = all("[data-confirm]");
    say(one("#confirm-count"), t("n_of", { n: boxes.filter((box) => box.checked).length, all: boxes.length }));
  }

  set closed(closed) {
    for (const box of all("[data-confirm]")) put(box, "disabled", closed);
  }

  #tapped(event, box) {
    event.preventDefault(); // the server's record ticks it
    const name = box.dataset.confirm;
    const wanted = !(this.#recorded?.items ?? {})[name];
    if (name === "escort_present" && wanted) this.#escort.open({ submit: ({ escort }) => this.#record({ [name]: { name: escort } }) });
    else this.#record({ [name]: wanted });
  }

  async #record(change) {
    report(one("#confirm-said"), t("sending"), "");
    const reply = await postOnce(`sessions/${this.#session}/scores`, { kind: "confirmations", items: change });
    report(one("#confirm-said"), reply.ok ? "" : reply.words);
    if (reply.ok) this.#saved();
    return reply;
  }
}

/** The escort's name, however it was recorded. */
export const nameOf = (value) => (typeof value === "string" ? value : value?.name ?? "");
