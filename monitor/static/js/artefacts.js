/* Artefacts: an alarm that is over and rang for one, or the values of a stretch of time.
   Law: nothing is taken away; a named person says so and why, and what is marked stays drawn. */
import { fill, make, one, put } from "./dom.js";
import { get } from "./api.js";
import { Ask, report } from "./ask.js";
import { clockWords, localParts, t, zonedIso } from "./words.js";

/** serverNow(): the time of the server, null before its first word. */
export function attachArtefacts(acts, session, serverNow) {
  const ask = Ask.named("mark_artefact");
  const choice = one("[name=alarm_id]", ask.element);
  const values = new MarkedValues(acts, serverNow);
  one("#to-values").addEventListener("click", () => {
    ask.element.close();
    values.open();
  });
  one("[data-act=mark_artefact]").addEventListener("click", async () => {
    ask.open({ seen: acts.version, submit: (said, seen) => acts.do("mark_artefact", said, seen) });
    fill(choice);
    const reply = await get(`sessions/${session}/alarms`);
    const over = (reply.ok ? reply.body : []).filter((alarm) => ["latched", "ended"].includes(alarm.events.at(-1)?.event));
    fill(choice, ...over.reverse().map((alarm) => make("option", { value: alarm.id }, `${clockWords(alarm.raised_at)} ${alarm.words ?? alarm.rule}`)));
    put(one("[data-go]", ask.element), "disabled", over.length === 0);
    if (!over.length) report(one(".said", ask.element), t(reply.ok ? "no_artefacts" : "load_failed"));
  });
}

class MarkedValues {
  #acts;
  #now;
  #ask = Ask.named("mark_values");

  constructor(acts, serverNow) {
    this.#acts = acts;
    this.#now = () => serverNow() ?? new Date();
  }

  open() {
    this.#ask.open({ seen: this.#acts.version, confirm: (values) => this.#words(values), submit: (values, seen) => this.#send(values, seen) });
    for (const [name, before] of [["from_time", 3], ["to_time", 0]]) {
      one(`[name=${name}]`, this.#ask.element).value = localParts(new Date(this.#now().getTime() - before * 60_000).toISOString()).time;
    }
  }

  /** Today's minutes; a time that lies ahead was yesterday's. The last minute counts whole, but never ahead of now. */
  #span({ from_time: from, to_time: to }) {
    const now = this.#now();
    const { day } = localParts(now.toISOString());
    const at = (time) => {
      const today = new Date(zonedIso(day, time));
      return today > now ? new Date(today.getTime() - 86_400_000) : today;
    };
    const end = new Date(Math.min(at(to).getTime() + 59_999, now.getTime()));
    return { from_at: at(from).toISOString(), to_at: end.toISOString() };
  }

  #words(values) {
    const which = one("[name=vital]", this.#ask.element).selectedOptions[0].textContent;
    return t("confirm_marked", { which, from: values.from_time, to: values.to_time, reason: values.reason });
  }

  #send({ vital, reason, ...times }, seen) {
    return this.#acts.do("mark_values", { vital, reason, ...this.#span(times) }, seen);
  }
}
