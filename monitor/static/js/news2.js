/* NEWS2 of the session, as the server scores it.
   Laws: a total stands only while the server says COMPLETE; when it cannot be asked, the total goes and the card says so. */
import { get } from "./api.js";
import { postOnce } from "./acts.js";
import { Ask, report } from "./ask.js";
import { fill, make, one, put, say } from "./dom.js";
import { decimals } from "./phrases.js";
import { has, t, timeWords } from "./words.js";

const AGAIN_MS = 30_000; // inputs grow old by time alone
const SOON_MS = 400; // several frames of one moment are one question

export class News2Card {
  #session;
  #card;
  #scale = 1;
  #timer = null;
  #asked = 0;

  constructor(session, card) {
    this.#session = session;
    this.#card = card;
    setInterval(() => this.load(), AGAIN_MS);
    this.load();
  }

  /** Look again soon, once for several reasons. */
  loadSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), SOON_MS);
  }

  async load() {
    const asked = (this.#asked += 1);
    const reply = await get(`sessions/${this.#session}/news2`);
    if (asked !== this.#asked) return; // a later question is under way
    if (reply.ok) this.#show(reply.body);
    else this.#unknown();
  }

  #unknown() {
    put(this.#card, "data-state", "unknown");
    say(one("#news2-total"), "–");
    say(one("#news2-says"), t("load_failed"));
    fill(one("#news2-inputs"));
  }

  #show(found) {
    this.#scale = found.spo2_scale;
    put(this.#card, "data-state", found.state);
    say(one("#news2-total"), found.total ?? "–");
    say(one("#news2-says"), saying(found));
    fill(one("#news2-inputs"), ...found.inputs.map((input) => inputItem(input, found)), ...found.missing.map(missingItem));
  }

  /** The dialogs that are no scale: a temperature, and a physician's decision. */
  open(name) {
    const ask = Ask.named(name);
    if (name === "temperature") return void ask.open({ submit: (values) => this.#save(name, values) });
    const scale = this.#scale === 1 ? 2 : 1;
    say(one("[data-scale-now]", ask.element), t("news2_scale_now", { now: this.#scale, next: scale }));
    ask.open({
      confirm: ({ reason }) => t("news2_scale_confirm", { scale, reason }),
      submit: ({ reason }) => this.#save(name, { scale, reason }),
    });
  }

  async #save(kind, items) {
    const reply = await postOnce(`sessions/${this.#session}/scores`, { kind, items });
    if (reply.ok) {
      report(one("#news2-said"), t("done"), "done");
      this.load();
    }
    return reply;
  }
}

/** The state in words: what the total asks for, or why there is none. */
function saying(found) {
  if (found.state === "incomplete") return t("news2_incomplete");
  if (found.state === "old_inputs") return t("news2_old", { list: found.old.map(nameOf).join(", ") });
  const words = [t(`news2_${found.response}`)];
  if (found.expected_drug_effect) words.push(t("news2_expected", { counted: found.counted }));
  if (found.at) words.push(timeWords(found.at));
  return words.join(" · ");
}

const nameOf = (parameter) => t(`news2_of_${parameter}`);

function inputItem({ parameter, value, at, points, old }, found) {
  const said = has(`news2_is_${value}`) ? t(`news2_is_${value}`) : `${nameOf(parameter)} ${decimals(value)}`;
  const scale = parameter === "spo2" && found.spo2_scale === 2 ? ` ${t("news2_scale_2")}` : "";
  const uncounted = parameter === "consciousness" && found.expected_drug_effect;
  const words = `${said}${scale} (${points})${old ? ` · ${t("news2_too_old", { at: timeWords(at) })}` : ""}`;
  return make("li", { "data-points": points, "data-old": old, "data-uncounted": uncounted, title: timeWords(at) }, words);
}

const missingItem = (parameter) => make("li", { "data-missing": parameter }, `${nameOf(parameter)} ?`);
