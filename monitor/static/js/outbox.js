/* What is told to the other system: what waits, what stopped and needs a person, what was sent.
   Law: a message is released or withdrawn with a reason and only after it was read back; nothing is hidden when it is off. */
import { get, post, refusal } from "./api.js";
import { ageWords } from "./age.js";
import { Ask } from "./ask.js";
import { fill, make, one, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { dayWords, has, t, timeWords } from "./words.js";

const ACTS = { stopped: ["release", "withdraw"], pending: ["withdraw"] };

export class Outbox {
  path = "outbox?limit=20";
  #ask = Ask.named("outbox");
  #mayDecide;
  #done;
  #drawn = "";
  #older = [];

  /** done(words) after the server's reply. */
  constructor(mayDecide, done) {
    this.#mayDecide = mayDecide;
    this.#done = done;
    one("#outbox-more").addEventListener("click", () => this.#more());
  }

  show({ on, pending, stopped, sent, oldest_age_s, messages }) {
    const counts = [t("outbox_pending", { n: pending }), t("outbox_stopped", { n: stopped }), t("outbox_sent", { n: sent })];
    if (oldest_age_s !== null) counts.splice(1, 0, t("outbox_oldest", { age: ageWords(oldest_age_s) }));
    const used = on || messages.length > 0;
    say(one("#outbox-counts"), used ? counts.join(" · ") : "");
    say(one("#outbox-state"), t(on ? "outbox_on" : "outbox_off"));
    put(one("#outbox-rows"), "hidden", !used);
    const oldest = Math.min(...messages.map(({ id }) => id));
    this.#draw([...messages, ...this.#older.filter(({ id }) => id < oldest)]);
    if (!this.#older.length) put(one("#outbox-more"), "hidden", messages.length < 20);
  }

  async #more() {
    const last = one("#outbox-rows").lastElementChild?.dataset.outgoing;
    const reply = await get(`${this.path}&before=${last}`);
    if (!reply.ok) return;
    this.#older = [...this.#older, ...reply.body.messages];
    put(one("#outbox-more"), "hidden", reply.body.messages.length < 20);
    for (const message of reply.body.messages) one("#outbox-rows").append(this.#row(message));
  }

  /** Drawn anew only when something became of a message, so that focus stays. */
  #draw(messages) {
    const drawn = JSON.stringify(messages);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    fill(one("#outbox-rows"), ...messages.map((message) => this.#row(message)));
  }

  #row(message) {
    const { id, session_id, kind, state, words, control_id, created_at } = message;
    const title = make("b", {}, t("outbox_session", { id: session_id }));
    const state_words = [t(`outbox_state_${state}`), inert(words)].filter(Boolean).join(": ");
    const at = t("day_time", { day: dayWords(created_at), time: timeWords(created_at) });
    const kind_words = has(`outbox_kind_${kind}`) ? t(`outbox_kind_${kind}`) : inert(kind);
    const facts = make("div.device-facts", {}, make("span", {}, state_words), make("small", {}, [kind_words, at, t("control_id", { id: inert(control_id) })].join(" · ")));
    const acts = this.#mayDecide ? (ACTS[state] ?? []) : [];
    const buttons = acts.map((act) => make("button", { type: "button", "aria-label": t(`outbox_${act}_label`, { id: inert(control_id) }), onclick: () => this.#decide(message, act) }, t(`outbox_${act}`)));
    return make("li.device-row", { "data-outgoing": id, "data-state": state, "data-testid": "outgoing-row" }, title, facts, make("div.device-acts", {}, ...buttons));
  }

  #decide({ id, control_id }, act) {
    say(one("#outbox-title"), t(`outbox_${act}_label`, { id: inert(control_id) }));
    this.#ask.open({
      confirm: ({ why }) => t(`outbox_${act}_confirm`, { id: inert(control_id), reason: why }),
      submit: async ({ why }) => {
        const reply = await post(`outbox/${id}/${act}`, { reason: why });
        if (reply.ok) this.#done(t(`outbox_${act}_done`, { id: inert(control_id) }));
        return { ...reply, words: reply.ok ? "" : refusal(reply) };
      },
    });
  }
}
