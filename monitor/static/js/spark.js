/* A 15-minute sparkline with its limit band, as inline SVG.
   Laws: a gap stays a gap; what is older than 15 minutes leaves; the picture's scale is fixed, so a curve never jumps by rescaling. */
import { put, svg } from "./dom.js";

const WINDOW_S = 900;
const WIDTH = 212;
const HEIGHT = 44;
const EVERY_S = 5; // one point in 5 s is finer than a pixel
const GAP_S = 35;

export class Spark {
  #scale;
  #points = []; // [performance.now ms of the measurement, value | null]
  #band = svg("rect", { class: "spark-band", x: 0, width: WIDTH });
  #span = svg("rect", { class: "spark-span", y: 0, height: HEIGHT });
  #limits = [svg("path", { class: "spark-limit" }), svg("path", { class: "spark-limit" })];
  #curve = svg("path", { class: "spark-curve" });
  #dot = svg("path", { class: "spark-dot" });

  /** scale: {from, to} in the vital's unit. */
  constructor(vital, scale) {
    this.#scale = scale;
    this.element = svg(
      "svg",
      { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "data-spark": vital, "aria-hidden": "true" },
      this.#band,
      this.#span,
      ...this.#limits,
      this.#curve,
      this.#dot,
    );
  }

  /** The trend of a snapshot: [[age_s, value | null], …], any order, ages from nowMs. */
  begin(trend, nowMs) {
    this.#points = (trend ?? []).filter(Boolean).map(([age, value]) => [nowMs - age * 1000, value]);
    this.#points.sort((a, b) => a[0] - b[0]);
  }

  /** One accepted value measured age_s ago. */
  add(value, ageS, nowMs) {
    const at = nowMs - ageS * 1000;
    const last = this.#points.at(-1);
    if (last && at - last[0] < EVERY_S * 1000) return false;
    this.#points.push([at, value]);
    return true;
  }

  draw(number, alarm, nowMs) {
    while (this.#points.length && this.#points[0][0] < nowMs - WINDOW_S * 1000) this.#points.shift();
    this.#drawLimits(number?.low ?? null, number?.high ?? null);
    this.#drawSpan(alarm);
    let path = "";
    let before = null;
    for (const [at, value] of this.#points) {
      if (value === null) {
        before = null;
        continue;
      }
      const jump = before === null || at - before > GAP_S * 1000;
      path += `${jump ? "M" : "L"}${this.#x((nowMs - at) / 1000).toFixed(1)} ${this.#y(value).toFixed(1)}`;
      before = at;
    }
    put(this.#curve, "d", path || null);
    const last = this.#points.at(-1);
    const live = last && last[1] !== null && nowMs - last[0] < GAP_S * 1000;
    put(this.#dot, "d", live ? `M${this.#x((nowMs - last[0]) / 1000).toFixed(1)} ${this.#y(last[1]).toFixed(1)}h0` : null);
  }

  #x(ageS) {
    return Math.max(0, WIDTH - 3 - (ageS / WINDOW_S) * (WIDTH - 3));
  }

  #y(value) {
    const { from, to } = this.#scale;
    const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
    return HEIGHT - 3 - share * (HEIGHT - 6);
  }

  #drawLimits(low, high) {
    const top = high === null ? 0 : this.#y(high);
    const bottom = low === null ? HEIGHT : this.#y(low);
    const any = low !== null || high !== null;
    put(this.#band, "y", top.toFixed(1));
    put(this.#band, "height", any ? Math.max(0, bottom - top).toFixed(1) : 0);
    put(this.#limits[0], "d", high === null ? null : `M0 ${top.toFixed(1)}H${WIDTH}`);
    put(this.#limits[1], "d", low === null ? null : `M0 ${bottom.toFixed(1)}H${WIDTH}`);
  }

  #drawSpan(alarm) {
    const age = alarm && alarm.state !== "ended" ? alarm.age_s : null;
    put(this.#span, "data-look", age === null ? null : alarm.priority);
    const x = age === null ? WIDTH : this.#x(Math.max(age, 20));
    put(this.#span, "x", x.toFixed(1));
    put(this.#span, "width", (WIDTH - x).toFixed(1));
  }
}
