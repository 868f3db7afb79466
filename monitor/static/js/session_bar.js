/* The bar under the top bar: whose session, its state, elapsed and remaining time.
   Law: times run on the server's clock (its heartbeats), so that a page that slept does not count on by itself. */
import { one, put, say } from "./dom.js";
import { decimals } from "./phrases.js";
import { isOver, lengthWords, t } from "./words.js";

const RUNNING = new Set(["infusing", "held"]);

export class SessionBar {
  #live;
  #head = null;
  #place = null; // in its series; only a snapshot tells it
  #atMs = 0;

  constructor(live) {
    this.#live = live;
  }

  show(head) {
    this.#head = head;
    this.#atMs = this.#serverMs();
    say(one("#chair"), head.chair ?? "–");
    say(one("#initials"), head.initials);
    say(one("#id-digits"), head.id_digits);
    this.showState(head.state);
    this.#place = head.series ?? this.#place;
    const weight = head.weight_kg ? decimals(`${head.weight_kg.toFixed(1)} kg`) : "";
    const infusion = this.#place?.number ? t("infusion_of", { n: this.#place.number, of: this.#place.planned }) : "";
    say(one("#weight"), [weight, infusion].filter(Boolean).join(" · "));
    put(one("#session-simulated"), "hidden", !head.simulated);
    const paused = Boolean(head.paused_until_at);
    // Only the live session's own page has these; preparation and discharge share the bar without them.
    for (const [act, hidden] of [["pause_monitoring", paused], ["resume_monitoring", !paused]]) {
      const button = one(`[data-act=${act}]`);
      if (button) put(button, "hidden", hidden);
    }
    this.tick();
  }

  showState(state) {
    say(one("#state"), t(`state_${state}`));
    put(one("#state"), "data-state", state);
  }

  #serverMs() {
    return this.#live.serverNow()?.getTime() ?? Date.now();
  }

  #passedS() {
    return Math.max(0, (this.#serverMs() - this.#atMs) / 1000);
  }

  /** Seconds of the planned time that are left; below zero when it is over; null when nothing runs. */
  remainingS() {
    const left = this.#head?.remaining_s ?? null;
    if (left === null || !RUNNING.has(this.#head.state)) return null;
    return this.#head.state === "infusing" ? left - this.#passedS() : left;
  }

  tick() {
    if (this.#head === null) return;
    const { elapsed_s: elapsed, state } = this.#head;
    const passed = elapsed === null || elapsed === undefined ? null : elapsed + this.#passedS();
    const words = state === "observing" ? t("since_end") : t("elapsed");
    say(one("#elapsed"), passed === null || isOver(this.#head) ? "" : `${lengthWords(passed)} ${words}`);
    const left = this.remainingS();
    if (one("#remaining")) say(one("#remaining"), left === null ? "" : left > 0 ? `${lengthWords(left)} ${t("left")}` : t("dose_reached"));
  }
}
