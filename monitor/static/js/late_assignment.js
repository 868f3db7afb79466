/* Earlier readings of a device get their session in two steps: which session, which stretch of time and why; then what
   will be done is read back. What is assigned is marked late, is never live and raises no alarm: the server sees to it. */
import { Ask } from "./ask.js";
import { fill, make, one, put, say } from "./dom.js";
import { get, post, refusal, requestId } from "./api.js";
import { inert } from "./inert.js";
import { dayWords, localParts, t, timeWords, zonedIso } from "./words.js";

export const waitingOf = (group) => group.count - (group.assigned ?? 0);
const MINUTE_MS = 60_000;
const moment = (at) => t("day_time", { day: dayWords(at), time: timeWords(at) });

export class AssignDialog {
  #ask = Ask.named("assign");
  #done;

  constructor(done) {
    this.#done = done;
  }

  async open(group) {
    const day = localParts(group.first_at).day;
    const replies = await Promise.all([get("sessions"), get(`sessions?day=${day}`)]);
    const failed = replies.find((reply) => !reply.ok);
    const lines = new Map(failed ? [] : replies.flatMap((reply) => reply.body).map((line) => [line.id, line]));
    const sessions = [...lines.values()].filter(({ state }) => !["scheduled", "cancelled"].includes(state));
    const waiting = waitingOf(group);
    const bed = group.bed ? t("bed", { bed: inert(group.bed) }) : t("no_bed");
    say(one("#assign-device"), `${bed} · ${waiting === 1 ? t("messages_1") : t("messages_n", { n: waiting })}`);
    const none = make("p.muted", {}, failed ? refusal(failed) : t("no_sessions_here"));
    fill(one("#assign-sessions"), ...(sessions.length ? sessions.map(choice) : [none]));
    put(one("#assign-override"), "hidden", !group.patient_id);
    let request = ""; // one confirmed act: sent again after a lost reply it is not done twice
    const chosen = ({ session }) => lines.get(Number(session));
    this.#ask.open({
      confirm: (values) => {
        request = requestId();
        return confirmWords(group, chosen(values), rangeOf(values));
      },
      submit: (values) => this.#submit(group, chosen(values), values, request),
    });
    fillRange(group);
  }

  async #submit(group, session, values, request) {
    const { source, bed, patient_id } = group;
    const override = values.override_reason || null;
    const body = { request_id: request, source, bed, patient_id, ...rangeOf(values), session_id: session.id, reason: values.why, override_reason: override };
    const reply = await post("unassigned/assign", body);
    if (!reply.ok) return { ...reply, words: refusal(reply) };
    this.#done(t("assigned_done", { n: reply.body.assigned, values: reply.body.values, outside: reply.body.outside, unreadable: reply.body.unreadable, remaining: reply.body.remaining }), reply.body.assigned ? "done" : "refused");
    return { ...reply, words: "" };
  }
}

function fillRange(group) {
  const last = new Date(Date.parse(group.last_at) + MINUTE_MS); // the minute in which the last one came, to its end
  for (const [name, at] of [["from", group.first_at], ["to", last]]) {
    const { day, time } = localParts(at);
    one(`[name=${name}_day]`).value = day;
    one(`[name=${name}_time]`).value = time;
  }
}

const rangeOf = (values) => ({ from: zonedIso(values.from_day, values.from_time), to: zonedIso(values.to_day, values.to_time) });

function choice({ id, chair, initials, id_digits, scheduled_for }) {
  const words = make("span", {}, `${inert(initials)} ··${inert(id_digits)}`, make("small", {}, t("session_place", { chair: inert(chair), at: moment(scheduled_for) })));
  return make("label.choice", {}, make("input", { type: "radio", name: "session_choice", value: id }), words);
}

function confirmWords(group, session, { from, to }) {
  const who = `${inert(session.initials)} ··${inert(session.id_digits)}`;
  return t("confirm_assign", { bed: inert(group.bed ?? "–"), from: moment(from), to: moment(to), n: waitingOf(group), who, chair: inert(session.chair) });
}
