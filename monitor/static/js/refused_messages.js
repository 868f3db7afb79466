/* Messages that were refused, newest first, a page at a time; one opened shows its beginning as it came. */
import { fill, make, one, put, say } from "./dom.js";
import { get, refusal } from "./api.js";
import { explained } from "./explanation.js";
import { inert } from "./inert.js";
import { isSettled, replayButton, replayWords } from "./replay.js";
import { dayWords, t, timeWords } from "./words.js";
import { report } from "./ask.js";

const PAGE = 20;
const MOST_SHOWN = 4096; // bytes: what the server sends of one message

export class RefusedMessages {
  path = `quarantine?limit=${PAGE}&text=false`; // what was sent is asked for when one is opened, and that is recorded
  #rows = new Map(); // by id, so that an opened one stays open
  #ended = false;
  #mayReplay;
  #done;

  /** done(): something was replayed, the lists are to be asked for again. */
  constructor(mayReplay, done) {
    this.#mayReplay = mayReplay;
    this.#done = done;
    one("#refused-more").addEventListener("click", () => this.#older());
  }

  /** The newest page; what an older page brought stays. */
  show(messages) {
    const met = messages.some(({ id }) => this.#rows.has(id));
    if (messages.length === PAGE && !met) this.#begin(); // more came than a page holds: older rows would hide the gap
    if (messages.length < PAGE) this.#ended = true;
    this.#add(messages);
  }

  #begin() {
    this.#rows.clear();
    this.#ended = false;
  }

  async #older() {
    const button = one("#refused-more");
    put(button, "disabled", true);
    const reply = await get(`${this.path}&before=${Math.min(...this.#rows.keys())}`);
    put(button, "disabled", false);
    report(one("#refused-said"), reply.ok ? "" : refusal(reply));
    if (!reply.ok) return;
    this.#ended = reply.body.length < PAGE;
    this.#add(reply.body);
  }

  #add(messages) {
    const fresh = messages.filter(({ id }) => !this.#rows.has(id));
    for (const message of fresh) this.#rows.set(message.id, row(message, this.#mayReplay, this.#done));
    for (const message of messages) tellReplays(this.#rows.get(message.id), message);
    put(one("#refused-more"), "hidden", this.#ended || this.#rows.size === 0);
    const n = this.#rows.size;
    say(one("#refused-count"), n === 1 ? t("refused_1") : n ? t("refused_n", { n }) : "");
    if (!n) return void fill(one("#refused-rows"), make("li.calm", { "data-testid": "no-refused" }, make("b", {}, t("refused_none")), make("span", {}, t("refused_none_more"))));
    if (fresh.length) this.#place();
  }

  /** New rows are put between those that stand; none that stands is moved, so focus and scroll stay. */
  #place() {
    const root = one("#refused-rows");
    const kept = new Set(this.#rows.values());
    for (const child of [...root.children]) if (!kept.has(child)) child.remove();
    [...this.#rows].sort(([a], [b]) => b - a).forEach(([, element], index) => {
      if (root.children[index] !== element) root.insertBefore(element, root.children[index] ?? null);
    });
  }
}

function row(message, mayReplay, done) {
  const answered = message.answer ? t("answered", { code: message.answer }) : t("unanswered");
  const facts = [t("from_peer", { peer: inert(message.peer) }), answered, t("bytes_n", { n: message.bytes })];
  if (message.control_id) facts.push(t("control_id", { id: inert(message.control_id) }));
  const at = make("time.muted", { datetime: message.received_at }, t("day_time", { day: dayWords(message.received_at), time: timeWords(message.received_at) }));
  const reason = make("span.refused-reason", {}, make("bdi", {}, inert(message.reason)), make("small", {}, facts.join(" · ")), make("small", { "data-part": "replays" }));
  const body = make("div.refused-body");
  const details = make("details", {}, make("summary", {}, at, reason), body);
  details.addEventListener("toggle", () => details.open && !body.hasChildNodes() && open(body, message, mayReplay, done));
  return make("li.refused-row", { "data-refused": message.id, "data-testid": "refused-row" }, details);
}

function tellReplays(element, { replays }) {
  say(one("[data-part=replays]", element), replays.map(replayWords).join(" · "));
  const replay = one(".replay", element);
  if (replay && isSettled(replays)) put(one("button", replay), "hidden", true);
}

/** The bytes never wait for the explanation, and neither for the other's failure. */
async function open(body, message, mayReplay, done) {
  fill(body, make("p.muted", {}, t("devices_loading")));
  const asked = get(`quarantine/${message.id}/explanation`);
  const whole = await get(`quarantine/${message.id}`);
  const bytes = whole.ok ? raw(whole.body) : [failed(whole)];
  fill(body, make("p.muted", {}, t("devices_loading")), ...bytes);
  const reply = await asked;
  const why = reply.ok ? explained(reply.body) : [failed(reply)];
  const again = mayReplay && !isSettled(message.replays) ? replayButton(message.id, done) : null;
  fill(body, ...why, again, ...bytes);
}

const failed = (reply) => make("p.said", { "data-kind": "refused", role: "alert" }, refusal(reply));

function raw(message) {
  const text = message.text.split("\n").map(inert).join("\n");
  const lines = make("pre", { "data-testid": "raw", tabindex: "0", "aria-label": t("raw_title") }, text);
  const cut = message.bytes > MOST_SHOWN ? make("p.muted", {}, t("raw_cut", { shown: MOST_SHOWN, n: message.bytes })) : null;
  return [make("span.muted", {}, `${t("raw_title")}. ${t("raw_marks")}`), lines, cut];
}
