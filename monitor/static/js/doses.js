/* The dose panel: given of ordered, rate, what is left, and the acts at the pump.
   Laws: the given amount is the server's; between two messages it is carried on at the recorded rate only while the infusion
   runs and the link lives. A rate or a dose is read back with what it means before it is sent. */
import { one, put, say } from "./dom.js";
import { Ask, report } from "./ask.js";
import { orderWords } from "./order_sums.js";
import { decimals } from "./phrases.js";
import { isOver, lengthWords, t, timeWords } from "./words.js";

const OVER_MG = 0.1;
const round = (value, digits) => (value === null || value === undefined ? "–" : decimals(value.toFixed(digits)));

/** mg/kg/h of a rate; null when weight or concentration is not known. */
export function mgPerKgPerHour(rate, concentration, weight) {
  return rate && concentration && weight ? (rate * concentration) / weight : null;
}

export class DosePanel {
  #acts;
  #live;
  #dose = null;
  #head = null;
  #atMs = 0;

  constructor(acts, live) {
    this.#acts = acts;
    this.#live = live;
    this.#wire();
  }

  /** Newest dose and head; atMs is when the server said so (performance.now). */
  show(dose, head) {
    if (dose !== undefined) {
      this.#dose = dose;
      this.#atMs = this.#serverMs();
    }
    this.#head = head;
    const held = head.state === "held";
    put(one("[data-act=hold]"), "hidden", held);
    put(one("[data-act=resume]"), "hidden", !held);
    this.tick();
  }

  #serverMs() {
    return this.#live.serverNow()?.getTime() ?? Date.now();
  }

  /** mg given by now, or null when it is not known. */
  givenNow() {
    const dose = this.#dose;
    if (!dose || dose.given_mg === null) return null;
    const running = this.#head?.state === "infusing" && this.#live.state === "live" && dose.concentration_mg_per_ml;
    const hours = running ? Math.max(0, this.#serverMs() - this.#atMs) / 3_600_000 : 0;
    return dose.given_mg + hours * (dose.rate_ml_per_h ?? 0) * (dose.concentration_mg_per_ml ?? 0);
  }

  /** What the order alone would have given by now: it goes on through a hold, never past the order. */
  #plannedNow() {
    const { planned_mg: planned, ordered_mg: ordered, ordered_rate_ml_per_h: rate, concentration_mg_per_ml: concentration } = this.#dose;
    const hours = this.#live.state === "live" && !this.#head.ended_at ? Math.max(0, this.#serverMs() - this.#atMs) / 3_600_000 : 0;
    return Math.min(ordered, planned + hours * rate * concentration);
  }

  tick() {
    const dose = this.#dose;
    const given = this.givenNow();
    const ordered = dose?.ordered_mg ?? null;
    say(one("#dose-given"), round(given, 1));
    say(one("#dose-of"), ordered ? t("of_mg", { mg: Number(ordered.toFixed(1)) }) : t("no_order"));
    one("#dose-bar").value = ordered && given !== null ? Math.min(1, given / ordered) : 0;
    put(one("#dose-bar"), "data-state", this.#head?.state);
    this.#drawRate(dose);
    this.#drawOrder(dose);
    this.#drawAccount(dose, given);
    this.#drawPredicted(dose?.predicted ?? null);
  }

  #drawAccount(dose, given) {
    const weight = this.#head?.weight_kg;
    if (given === null || !weight || dose.planned_mg === undefined) return void say(one("#dose-account"), "");
    const words = [t("account_given", { mg_kg: (given / weight).toFixed(3), ml: (given / dose.concentration_mg_per_ml).toFixed(1) })];
    if (this.#head.started_at) words.push(t("account_planned", { mg: this.#plannedNow().toFixed(1) }));
    if (dose.wasted_mg > 0) words.push(t("account_waste", { wasted: dose.wasted_mg.toFixed(1), prepared: dose.prepared_mg.toFixed(1), open: dose.unaccounted_mg.toFixed(1) }));
    say(one("#dose-account"), words.join(" · "));
  }

  /** The effect site as a model predicts it for this moment; nothing without the link, and never without saying that it is predicted. */
  #drawPredicted(predicted) {
    const element = one("#dose-predicted");
    const level = this.#live.state === "live" ? this.#predictedNow(predicted) : null;
    const hidden = predicted === null || isOver(this.#head);
    put(element, "hidden", hidden);
    if (hidden) return;
    const words = [t("predicted", { level: round(level, 0), words: predicted.words, model: predicted.title })];
    if (predicted.clear_at) words.push(t("predicted_clear", { level: predicted.clear_below_ng_ml, at: timeWords(predicted.clear_at) }));
    say(element, words.join(" · "));
  }

  #predictedNow(predicted) {
    if (predicted === null) return null;
    const minutes = Math.max(0, this.#serverMs() - Date.parse(predicted.at)) / 60_000;
    const before = Math.floor(minutes);
    const [here, next] = [predicted.ahead_ng_ml[before], predicted.ahead_ng_ml[before + 1]];
    return here === undefined || next === undefined ? null : here + (next - here) * (minutes - before);
  }

  #drawRate(dose) {
    const rate = dose?.rate_ml_per_h ?? null;
    const perHour = mgPerKgPerHour(rate, dose?.concentration_mg_per_ml, this.#head?.weight_kg);
    const state = this.#head?.state;
    say(one("#dose-rate"), state === "held" ? t("held") : rate ? decimals(`${rate.toFixed(1)} mL/h`) : t("not_running"));
    say(one("#dose-weight"), perHour ? decimals(`· ${perHour.toFixed(2)} mg/kg/h`) : "");
  }

  #drawOrder(dose) {
    const concentration = dose?.concentration_mg_per_ml;
    say(one("#dose-title"), concentration ? t("drug", { concentration }) : t("drug_unknown"));
    const words = [];
    if (dose?.mg_per_kg) words.push(orderWords(dose));
    if (dose?.ordered_by) words.push(t("signed_by", { by: dose.ordered_by }));
    say(one("#dose-order"), words.join(", "));
  }

  /** What is left of the planned time. */
  showRemaining(seconds) {
    const over = (this.givenNow() ?? 0) - (this.#dose?.ordered_mg ?? Infinity);
    const past = seconds !== null && seconds <= 0;
    say(one("#dose-left"), seconds === null ? "–" : !past ? lengthWords(seconds) : over >= OVER_MG ? t("over_order", { mg: over.toFixed(1) }) : t("dose_reached"));
    const ends = seconds === null || past ? null : new Date(this.#serverMs() + seconds * 1000);
    say(one("#dose-ends"), ends === null ? "" : `${t("left")}, ${t("ends_at", { at: timeWords(ends) })}`);
  }

  #wire() {
    const steps = {
      hold: {},
      resume: { confirm: (values) => this.#rateWords(values.rate_ml_per_h) },
      change_rate: { confirm: (values) => this.#rateWords(values.rate_ml_per_h) },
      record_waste: { confirm: (values) => t("confirm_waste", { mg: values.waste_mg, witness: values.second_person.name }) },
      give_bolus: { confirm: (values) => this.#bolusWords(values.dose_mg) },
      end_infusion: { confirm: (values) => t("confirm_end", { reason: values.reason, given: round(this.givenNow(), 1), ordered: round(this.#dose?.ordered_mg, 1) }) },
    };
    for (const [event, step] of Object.entries(steps)) {
      const ask = Ask.named(event);
      one(`.dose [data-act=${event}]`).addEventListener("click", () => {
        const seen = this.#acts.version;
        report(one("#dose-said"), "");
        ask.open({ ...step, seen, submit: (values, reviewed) => this.#send(event, values, reviewed) });
        const stops = one("[data-hold-means]", ask.element);
        if (stops) say(stops, t("hold_means", { rate: round(this.#dose?.rate_ml_per_h, 1), given: round(this.givenNow(), 1), ordered: round(this.#dose?.ordered_mg, 1) }));
        const rate = one("[name=rate_ml_per_h]", ask.element);
        if (rate && event === "change_rate") rate.placeholder = round(this.#dose?.rate_ml_per_h, 1);
      });
    }
  }

  async #send(event, values, seen) {
    const reply = await this.#acts.do(event, values, seen);
    if (reply.ok) report(one("#dose-said"), reply.words, "done");
    return reply;
  }

  #rateWords(rate) {
    const old = this.#head?.state === "held" ? "0.0" : round(this.#dose?.rate_ml_per_h ?? null, 1);
    const perHour = mgPerKgPerHour(rate, this.#dose?.concentration_mg_per_ml, this.#head?.weight_kg);
    const words = perHour ? t("confirm_rate", { old, new: rate.toFixed(1), mg_kg_h: perHour.toFixed(2) }) : t("confirm_rate_plain", { old, new: rate.toFixed(1) });
    const left = (this.#dose?.ordered_mg ?? 0) - (this.givenNow() ?? 0);
    const hourly = rate * (this.#dose?.concentration_mg_per_ml ?? 0);
    if (left <= 0 || hourly <= 0) return words;
    return `${words} ${t("confirm_ends", { at: timeWords(new Date(this.#serverMs() + (left / hourly) * 3_600_000)) })}`;
  }

  #bolusWords(mg) {
    const given = this.givenNow();
    const ordered = this.#dose?.ordered_mg ?? null;
    if (given === null || !ordered) return t("confirm_bolus_plain", { mg });
    const words = t("confirm_bolus", { mg, after: (given + mg).toFixed(1), ordered: ordered.toFixed(1) });
    return given + mg > ordered ? `${words} ${t("confirm_over")}` : words;
  }
}
