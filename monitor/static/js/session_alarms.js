/* Active alarms and the messages of ended ones, in a place of fixed height: nothing below moves when one comes or goes.
   Law: an ended alarm nobody has looked at stays as a message until somebody says that they saw it. */
import { fill, make, put, say } from "./dom.js";
import { AlarmStrip, acknowledge, alarmWords, lookOf, urgency } from "./alarms.js";
import { stamp } from "./age.js";
import { report } from "./ask.js";
import { clockWords, t } from "./words.js";

export class AlarmList {
  #root;
  #strips = new Map();
  #messages = new Map();
  #standing = new Set();
  #order = "";

  constructor(root) {
    this.#root = root;
    this.#empty();
  }

  /** A snapshot: what stands, and which ended ones nobody has seen. */
  reset(alarms, messages) {
    this.#messages.clear();
    for (const message of messages) this.#messages.set(message.id, messageRow(message, () => this.#seen(message.id)));
    this.show(alarms);
  }

  /** What stands now. -> true when an alarm is gone that did not say how it ended: the caller asks for a snapshot. */
  show(alarms) {
    const standing = alarms.filter((alarm) => alarm.state !== "ended");
    for (const ended of alarms.filter((alarm) => alarm.state === "ended" && !this.#messages.has(alarm.id))) {
      this.#messages.set(ended.id, messageRow(ended, () => this.#seen(ended.id)));
    }
    const gone = [...this.#standing].some((id) => !standing.some((alarm) => alarm.id === id) && !this.#messages.has(id));
    this.#standing = new Set(standing.map((alarm) => alarm.id));
    for (const id of [...this.#strips.keys()]) if (!this.#standing.has(id)) this.#strips.delete(id);
    const stamped = standing.map((alarm) => stamp(alarm)).sort((a, b) => urgency(a) - urgency(b) || (a.age_s ?? 0) - (b.age_s ?? 0));
    for (const alarm of stamped) {
      if (!this.#strips.has(alarm.id)) this.#strips.set(alarm.id, new AlarmStrip());
      this.#strips.get(alarm.id).show(alarm);
    }
    this.#place(stamped);
    return gone;
  }

  tick(nowMs) {
    for (const strip of this.#strips.values()) strip.tick(nowMs);
  }


  #seen(id) {
    this.#messages.delete(id);
    this.#order = "";
    this.#place([...this.#standing].map((standing) => ({ id: standing })));
  }

  /** Elements are moved only when the order changed, so that focus stays on a button somebody is about to press. */
  #place(alarms) {
    const order = [...alarms.map((alarm) => alarm.id), "|", ...this.#messages.keys()].join();
    if (order === this.#order) return;
    this.#order = order;
    const focused = document.activeElement;
    const shown = [...alarms.map((alarm) => this.#strips.get(alarm.id).element), ...this.#messages.values()];
    put(this.#root, "data-shown", shown.length);
    if (!shown.length) this.#empty();
    else fill(this.#root, ...shown);
    if (focused instanceof HTMLElement && this.#root.contains(focused)) focused.focus();
  }

  #empty() {
    fill(this.#root, make("p.calm.muted", { "data-testid": "no-alarms" }, t("no_alarms")));
  }
}

function messageRow(message, seen) {
  const said = message.acknowledged ? t("acknowledged_saw", { by: message.acknowledged.by, saw: message.acknowledged.saw ?? "–" }) : "";
  const note = make("small", {}, said);
  const button = make("button", { type: "button", "aria-label": `${t("seen")}: ${message.words}` }, t("seen"));
  button.addEventListener("click", async () => {
    put(button, "disabled", true);
    const reply = await acknowledge(message);
    if (reply.ok) return void seen();
    put(button, "disabled", false);
    report(note, reply.words);
  });
  const ended = message.cleared_at ? t("cleared_at", { at: clockWords(message.cleared_at) }) : "";
  const words = make("div.strip-words", {}, make("span", {}, make("b", {}, alarmWords(message)), ` ${ended}`), note);
  say(button, t("seen"));
  return make("div.message", { "data-alarm": message.id, "data-state": "ended", "data-look": lookOf(message) }, words, button);
}
