/* What the record of a session says at a moment: its stored values, and its alarms as they fell.
   Laws: an alarm is shown from its stored rows alone and nothing is judged here; a value that came into the record later
   was never on a screen and is left out; what is not loaded is unknown, never the last one. */
import { get } from "./api.js";
import { placeOf, urgency } from "./alarms.js";

const PIECE_MS = 600_000;
const PIECES_BACK = 2; // cuff pressures are up to 15 min apart
const PIECES_KEPT = 12;
const STANDS = new Set(["active", "acknowledged", "latched"]);
const BECAME = new Set(["raised", "escalated", "returned"]);
const PRESSURE = ["sys", "dia", "mean"];
const ARTERIAL_MS = 30_000;
const VITALS = ["hr", "spo2", "rr", "etco2", "pr", "temp"];

/** The newest of `list` (ordered by .ms) not after `ms`; null without one. */
export function newest(list, ms) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].ms <= ms) low = middle + 1;
    else high = middle;
  }
  return low ? list[low - 1] : null;
}

/** The alarms of GET /sessions/ID/alarms that stood at `ms`, as the live page's parts take them; one that passes within `holdMs` is held so long. */
export function standing(alarms, ms, holdMs = 0) {
  return alarms.flatMap((alarm) => {
    const past = alarm.events.filter((event) => Date.parse(event.at) <= ms);
    const last = past.at(-1);
    if (!last) return [];
    const became = Date.parse(past.findLast((event) => BECAME.has(event.event))?.at ?? last.at);
    const shown = STANDS.has(last.state) ? last : ms - became < holdMs ? past.findLast((event) => STANDS.has(event.state)) : null;
    if (!shown) return [];
    const seen = alarm.acknowledgements.findLast((one) => Date.parse(one.at) <= ms && Date.parse(one.at) >= became);
    const acknowledged = shown.state === "acknowledged" && seen ? { by: seen.by, saw: seen.value_seen } : null;
    const { id, kind, vital } = alarm;
    return [{ id, kind, vital, overdue: alarm.rule === "bp_overdue", state: shown.state, priority: shown.priority, value: shown.value, words: shown.words, acknowledged, session: null, age_s: (ms - became) / 1000 }];
  });
}

export class SessionRecord {
  #session;
  #pieces = new Map();
  #loading = new Map();
  alarms = [];

  constructor(session) {
    this.#session = session;
  }

  async loadAlarms() {
    const reply = await get(`sessions/${this.#session}/alarms`);
    if (!reply.ok) throw new Error(`alarms: ${reply.status}`);
    this.alarms = reply.body;
  }

  /** When alarms began, ordered, each once: {ms, alarm}. */
  marks() {
    return this.alarms
      .flatMap((alarm) => alarm.events.filter((event) => event.event === "raised").map((event) => ({ ms: Date.parse(event.at), alarm, event })))
      .sort((a, b) => a.ms - b.ms);
  }

  /** Whether everything that may be shown at this moment is here. */
  has(ms) {
    return this.#needed(ms).every((piece) => this.#pieces.has(piece));
  }

  /** Fetch what may be shown at this moment; rejects when the server does not give it. */
  async load(ms) {
    await Promise.all(this.#needed(ms).map((piece) => this.#pieces.has(piece) || this.#fetch(piece)));
  }

  #needed(ms) {
    const piece = Math.floor(ms / PIECE_MS);
    return Array.from({ length: PIECES_BACK + 1 }, (_, n) => piece - n);
  }

  #fetch(piece) {
    if (!this.#loading.has(piece)) this.#loading.set(piece, this.#ask(piece).finally(() => this.#loading.delete(piece)));
    return this.#loading.get(piece);
  }

  async #ask(piece) {
    const iso = (ms) => new Date(ms).toISOString();
    const range = `from=${iso(piece * PIECE_MS)}&to=${iso((piece + 1) * PIECE_MS - 1)}`;
    const reply = await get(`sessions/${this.#session}/readings?${range}`);
    if (!reply.ok) throw new Error(`readings: ${reply.status}`);
    const byVital = new Map();
    for (const row of reply.body) {
      if (row.late) continue;
      if (!byVital.has(row.vital)) byVital.set(row.vital, []);
      byVital.get(row.vital).push({ ms: Date.parse(row.at), value: row.value, quality: row.quality });
    }
    for (const list of byVital.values()) list.sort((a, b) => a.ms - b.ms);
    this.#pieces.set(piece, byVital);
    if (this.#pieces.size > PIECES_KEPT) this.#pieces.delete(this.#pieces.keys().next().value);
  }

  #last(vital, ms) {
    for (const piece of this.#needed(ms)) {
      const found = newest(this.#pieces.get(piece)?.get(vital) ?? [], ms);
      if (found) return found;
    }
    return null;
  }

  /** The numbers at a moment as session_numbers.js takes them; `alarms` are those that stand then. */
  numbers(ms, alarms) {
    const lasting = alarms.filter((alarm) => alarm.kind !== "technical" && ["active", "acknowledged"].includes(alarm.state)).sort((a, b) => urgency(a) - urgency(b));
    const priority = (place) => lasting.find((alarm) => placeOf(alarm) === place)?.priority ?? null;
    const shown = Object.fromEntries(VITALS.map((vital) => [vital, { ...this.#number(this.#last(vital, ms), ms), priority: priority(vital) }]));
    return { ...shown, bp: { ...this.#pressure(ms, alarms), priority: priority("bp") } };
  }

  #number(found, ms) {
    if (!found) return { value: null, age_s: null, state: "none", baseline: null };
    const state = { accepted: "fresh", questionable: "questionable", implausible: "implausible" }[found.quality];
    return { value: found.value, age_s: (ms - found.ms) / 1000, state, doubts: ["recorded"], baseline: null };
  }

  /** An arterial line's pressure while it is there, else the cuff's; old from its stored alarm “overdue” on. */
  #pressure(ms, alarms) {
    const arterial = this.#last("abp_sys", ms);
    const source = arterial && ms - arterial.ms <= ARTERIAL_MS ? "abp" : "nibp";
    const [sys, dia, mean] = PRESSURE.map((part) => this.#last(`${source}_${part}`, ms));
    const number = this.#number(sys, ms);
    const overdue = alarms.some((alarm) => alarm.overdue);
    const value = (part) => (part && sys && part.ms === sys.ms ? part.value : null);
    if (!sys || value(dia) === null) return { ...number, value: null, state: "none", sys: null, dia: null, mean: null };
    return { ...number, sys: sys.value, dia: dia.value, mean: value(mean), state: overdue && number.state === "fresh" ? "old" : number.state };
  }
}
