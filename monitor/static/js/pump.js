/* What the pump says of itself beside our record.
   Laws: every word of it has one age, greyed when old and taken away when too old: a dash, never 0; what stands in our record stays.
   The pump moves nothing here: differences are the server's words. */
import { ageNow, ageWords, stamp } from "./age.js";
import { one, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { decimals } from "./phrases.js";
import { clockWords, isOver, t } from "./words.js";

/** "52.5 mL/h"; a dash alone for what is not said. */
function shown(value, unit, digits) {
  if (value === null || value === undefined) return "–";
  return decimals(`${digits === undefined ? Number(value.toFixed(2)) : value.toFixed(digits)} ${unit}`);
}

export class PumpPanel {
  #root;
  #pump = null;
  #head = null;

  constructor(root) {
    this.#root = root;
  }

  /** The newest words; without a head (a frame of values) the last one holds. */
  show(pump, head = this.#head) {
    const nowMs = performance.now();
    this.#pump = pump ? stamp(pump, nowMs) : null;
    this.#head = head;
    this.tick(nowMs);
  }

  tick(nowMs = performance.now()) {
    const due = ["infusing", "held"].includes(this.#head?.state);
    put(this.#root, "hidden", !this.#head || isOver(this.#head) || (this.#pump === null && !due));
    put(this.#root, "data-state", this.#stateAt(nowMs));
    this.#drawHead(nowMs);
    this.#drawRows();
    this.#drawDifferences();
  }

  #stateAt(nowMs) {
    if (this.#pump === null) return "none";
    const age = ageNow(this.#pump, nowMs);
    if (age > this.#pump.missing_after_s) return "silent";
    return age > this.#pump.old_after_s ? "old" : "heard";
  }

  #drawHead(nowMs) {
    const state = this.#root.dataset.state;
    say(this.#part("run"), state === "none" ? t("pump_none") : state === "silent" ? t("pump_silent") : runWords(this.#pump.pumps));
    put(this.#part("simulated"), "hidden", !this.#pump?.simulated);
    say(this.#part("age"), this.#pump === null ? "" : t("pump_last", { age: ageWords(ageNow(this.#pump, nowMs)) }));
  }

  #drawRows() {
    const heard = ["heard", "old"].includes(this.#root.dataset.state) ? this.#pump : null;
    const its = heard?.pumps.at(-1);
    fillRow(this.#part("said"), { drug: inert(its?.drug ?? "–"), weight: shown(its?.weight_kg, "kg"), ...numbers(heard) });
    const record = this.#pump?.recorded;
    fillRow(this.#part("recorded"), { weight: shown(record?.weight_kg, "kg"), ...numbers(record) });
  }

  #drawDifferences() {
    const words = [];
    if (this.#pump?.differing.length) words.push(t("pump_differs", { words: this.#pump.differing.join("; ") }));
    if (this.#pump?.pumps.length > 1) words.push(t("pump_several", { n: this.#pump.pumps.length }));
    const said = [...words, ...(this.#pump?.notes ?? [])].join(" · ");
    put(this.#part("differs"), "hidden", said === "");
    put(this.#root, "data-discrepancy", String(Boolean(this.#pump?.differing.length)));
    say(this.#part("differs"), inert(said));
  }

  #part(name) {
    return one(`[data-part=${name}]`, this.#root);
  }
}

const numbers = (words) => ({ concentration: shown(words?.concentration_mg_per_ml, "mg/mL"), rate: shown(words?.rate_ml_per_h, "mL/h", 1), volume: shown(words?.volume_ml, "mL", 1) });

function fillRow(row, words) {
  for (const [of, text] of Object.entries(words)) say(one(`[data-of=${of}]`, row), text);
}

function runWords(pumps) {
  const its = pumps.find((pump) => pump.runs) ?? pumps.find((pump) => pump.runs === false);
  if (!its) return t("pump_run_unsaid");
  const at = clockWords(its.since_at);
  if (its.runs) return t("pump_runs", { at });
  return its.why_not ? t("pump_stopped_why", { at, why: inert(its.why_not) }) : t("pump_stopped", { at });
}
