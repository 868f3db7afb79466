/* Who is responsible for a chair: shown by initials, taken in one tap, given to another with a note.
   Laws: nothing is shown as taken before the server said so; what is asked names the assignment that stood on the screen; a
   note is read from the server by its taker only, never carried by the board. */
import { fill, make, one, put, say } from "./dom.js";
import { get, post } from "./api.js";
import { postOnce, replyWords } from "./acts.js";
import { Ask } from "./ask.js";
import { dayTimeWords, t } from "./words.js";

const ME = Number(document.body.dataset.person || 0);
const ROLES = new Set(["nurse", "charge_nurse"]);
const MAY = ROLES.has(document.body.dataset.role);

/** Whether a chair is this person's own. */
export const isMine = (personId) => ME > 0 && personId === ME;

/** The small button in a tile's head; a press is told to the board as an event "nurse" with the tile. */
export class NurseBadge {
  #tile = null;
  element = make("button.nurse", { type: "button", "data-testid": "nurse", hidden: true, onclick: (event) => this.#pressed(event) });

  show(tile) {
    this.#tile = tile;
    const { responsible: nurse, session, chair } = tile;
    const note = Boolean(nurse?.note_waits) && isMine(nurse.person_id);
    put(this.element, "hidden", !nurse && !MAY && !session);
    put(this.element, "disabled", !MAY);
    put(this.element, "data-nurse", !nurse ? "none" : note ? "note" : isMine(nurse.person_id) ? "mine" : "other");
    say(this.element, !nurse ? t(MAY ? "take" : "no_nurse") : note ? t("note_waits", { who: nurse.initials }) : nurse.initials);
    put(this.element, "aria-label", t(!nurse ? "take_chair" : note ? "read_note_of" : "responsible_of", { chair, who: nurse?.initials ?? "" }));
    put(this.element, "title", this.element.getAttribute("aria-label"));
  }

  #pressed(event) {
    event.stopPropagation();
    event.preventDefault();
    if (this.#tile && MAY) this.element.dispatchEvent(new CustomEvent("nurse", { bubbles: true, detail: this.#tile }));
  }
}

/** Taking, giving and reading, as the board's dialogs. */
export class Hands {
  #give = Ask.named("hand_over");
  #note = Ask.named("hand_over_note");

  constructor(grid) {
    grid.addEventListener("nurse", ({ detail, target }) => this.#act(detail, target));
  }

  #act(tile, badge) {
    if (!tile.responsible) this.#take(tile, badge);
    else if (tile.responsible.note_waits && isMine(tile.responsible.person_id)) this.#read(tile);
    else this.#handOver(tile);
  }

  async #take(tile, badge) {
    put(badge, "disabled", true);
    const reply = await postOnce(`chairs/${tile.id}/assignments`, { person_id: ME, seen_id: null, note: "" });
    put(badge, "disabled", false);
    if (!reply.ok) this.#say(t("not_taken", { chair: tile.chair, why: reply.words }));
  }

  /** Beside the tiles, where nothing is covered. */
  #say(words) {
    const said = one("#hands-said");
    say(said, words);
    put(said, "hidden", !words);
    setTimeout(() => put(said, "hidden", true), 12_000);
  }

  async #handOver(tile) {
    const known = await get("assignments");
    if (!known.ok) return void this.#say(replyWords(known));
    const standing = known.body.assignments.find((one) => one.chair_id === tile.id) ?? null;
    say(one("#hand-title"), t("hand_over_of", { chair: tile.chair }));
    say(one("#hand-standing"), standing ? t("stands", { who: standing.name, at: dayTimeWords(standing.at) }) : t("nobody_stands"));
    put(one("#hand-note"), "hidden", !standing?.note);
    say(one("#hand-note"), standing?.note ? t("note_said", { by: standing.by, note: standing.note }) : "");
    fill(one("#hand-nurses"), ...choices(known.body.nurses, standing, Boolean(tile.session)));
    const seen_id = standing?.id ?? null;
    this.#give.open({
      submit: ({ person, note }) =>
        postOnce(`chairs/${tile.id}/assignments`, { person_id: person === "none" ? null : Number(person), seen_id, note: note ?? "" }),
    });
  }

  async #read(tile) {
    const known = await get("assignments");
    const standing = known.ok ? known.body.assignments.find((one) => one.id === tile.responsible.assignment) : null;
    if (!standing) return void this.#say(known.ok ? t("note_gone") : replyWords(known));
    say(one("#note-title"), t("note_of", { chair: tile.chair }));
    say(one("#note-words"), standing.note);
    say(one("#note-by"), t("note_by", { by: standing.by, at: dayTimeWords(standing.at) }));
    this.#note.open({
      submit: async () => {
        const reply = await post(`assignments/${standing.id}/seen`, {});
        return { ...reply, words: reply.ok ? "" : replyWords(reply) };
      },
    });
  }
}

/** Oneself first; whoever has the chair is no choice; nobody only while it is empty. */
function choices(nurses, standing, taken) {
  const others = nurses.filter(({ id }) => id !== ME && id !== standing?.person_id);
  const mine = standing?.person_id !== ME && nurses.some(({ id }) => id === ME) ? [{ id: ME, name: t("i_take") }] : [];
  const none = standing && !taken ? [{ id: "none", name: t("nobody") }] : [];
  const offered = [...mine, ...others, ...none];
  if (!offered.length) return [make("p.muted", {}, t("no_other_nurse"))];
  return offered.map(({ id, name }, n) => {
    const choice = make("input", { type: "radio", name: "person_choice", value: id });
    choice.defaultChecked = n === 0 && mine.length > 0;
    return make("label.choice", {}, choice, make("span", {}, name));
  });
}
