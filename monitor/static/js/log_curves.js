/* The curves of a session's log: the whole of it with a slider, and any stretch in the detail the server has.
   Laws: the overview is the server's figure; of a stretch that is looked at the server sends the values anew, and outside it the
   overview stays. Nothing is drawn between two values that is not in the record. */
import { get } from "./api.js";
import { ink } from "./chart_ink.js";
import { axisMs, writeMs } from "./chart_live.js";
import { placeDevices } from "./device_lane.js";
import { put, say } from "./dom.js";
import { fitFlags, placeEvents, spacePressures } from "./events_lane.js";
import { t } from "./words.js";

const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false, showTips: false };
const SETTLE_MS = 120;
const MARGINS_PX = 84;
const ROUND_MS = 300_000; // around an event somebody looks at
const LEAST_MS = 10_000;
const ASIDE = { rangemode: "fixed", range: [-9999, -9998] };
// The slider shows SpO2 alone: seven panels over each other are no overview.
const SLIDER = { visible: true, thickness: 0.06, borderwidth: 1, ...Object.fromEntries(["", 3, 4, 5, 6, 7].map((n) => [`yaxis${n}`, ASIDE])) };
const STEPS = { in: 0.5, out: 2 };

export class LogCurves {
  #page;
  #element;
  #words;
  #figure = null;
  #overview = new Map(); // of each curve by vital: its place among the traces, and its values as they came
  #whole = null;
  #settling = 0;
  #asked = 0;

  constructor(page, element, words) {
    [this.#page, this.#element, this.#words] = [page, element, words];
    document.addEventListener("themechange", () => this.#guard(() => this.#figure && this.#draw(this.#element.layout.xaxis.range)));
  }

  /** Fetch and draw the whole session. */
  load() {
    return this.#guard(async () => {
      const reply = await get(`sessions/${this.#page.dataset.session}/figure?window=all`);
      if (!reply.ok) throw new Error(`figure: ${reply.status}`);
      this.#take(reply.body);
      if (![...this.#overview.values()].some(({ x }) => x.length)) return this.#silence(t("curve_empty"));
      await this.#draw(this.#whole);
      this.#element.on("plotly_relayout", () => this.#soon());
    });
  }

  /** A step: in, out, earlier, later, whole. */
  zoom(step) {
    if (!this.#figure) return;
    const [from, to] = this.#range();
    const [middle, half] = [(from + to) / 2, (to - from) / 2];
    if (step === "whole") this.#go(...this.#whole.map(axisMs));
    else if (step in STEPS) this.#go(middle - half * STEPS[step], middle + half * STEPS[step]);
    else this.#go(...[from, to].map((at) => at + (step === "earlier" ? -half : half)));
  }

  /** Some minutes around a moment (ISO 8601). */
  lookAt(at) {
    const ms = Date.parse(at) + this.#offsetMs;
    this.#go(ms - ROUND_MS, ms + ROUND_MS);
  }

  get #offsetMs() {
    return (this.#figure?.layout.meta.offset_s ?? 0) * 1000;
  }

  #take(figure) {
    const finished = this.#page.dataset.over === "true";
    figure.layout.annotations = figure.layout.annotations.filter(({ name }) => !(finished && name === "now"));
    figure.layout.shapes = figure.layout.shapes.filter(({ name }) => !(finished && name === "now"));
    this.#figure = figure;
    this.#whole = [...figure.layout.xaxis.range];
    this.#overview = new Map();
    figure.data.forEach(({ meta, x, y }, place) => {
      if (meta?.role === "curve") this.#overview.set(meta.vital, { place, x: [...x], y: [...y] });
    });
  }

  async #draw(range, figure = structuredClone(this.#figure)) {
    figure.layout.xaxis.range = [...range];
    const px = this.#element.clientWidth - MARGINS_PX;
    for (const place of [placeEvents, placeDevices, fitFlags, spacePressures]) place(figure, px);
    const { data, layout } = ink(figure);
    layout.dragmode = "zoom";
    layout.xaxis.rangeslider = { ...SLIDER, range: [...this.#whole], bgcolor: layout.paper_bgcolor, bordercolor: layout.xaxis.gridcolor };
    await globalThis.Plotly.react(this.#element, data, layout, CONFIG);
    this.#tell(range);
  }

  #range() {
    return this.#element.layout.xaxis.range.map(axisMs);
  }

  #go(from, to) {
    const [first, last] = this.#whole.map(axisMs);
    const length = Math.min(Math.max(to - from, LEAST_MS), last - first);
    const start = Math.min(Math.max(from, first), last - length);
    this.#guard(() => globalThis.Plotly.relayout(this.#element, { "xaxis.range": [writeMs(start), writeMs(start + length)] }));
  }

  #soon() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#guard(() => this.#detail()), SETTLE_MS);
  }

  /** Inside the stretch the values anew, outside it the overview. */
  async #detail() {
    const asked = ++this.#asked;
    const [from, to] = this.#range();
    const utc = (ms) => encodeURIComponent(new Date(ms - this.#offsetMs).toISOString());
    const reply = await get(`sessions/${this.#page.dataset.session}/curves?from=${utc(from)}&to=${utc(to)}`);
    if (asked !== this.#asked) return;
    if (!reply.ok) throw new Error(`curves: ${reply.status}`);
    const figure = structuredClone(this.#figure);
    for (const [vital, { place, x, y }] of this.#overview) Object.assign(figure.data[place], this.#merged(x, y, reply.body[vital], from, to));
    await this.#draw([writeMs(from), writeMs(to)], figure);
  }

  #merged(x, y, detail, from, to) {
    const outside = (low, high) => x.flatMap((at, place) => (axisMs(at) > low && axisMs(at) < high ? [place] : []));
    const [before, after] = [outside(-Infinity, from), outside(to, Infinity)];
    const at = (detail?.at ?? []).map((iso) => writeMs(Date.parse(iso) + this.#offsetMs));
    return {
      x: [...before.map((place) => x[place]), ...at, ...after.map((place) => x[place])],
      y: [...before.map((place) => y[place]), ...(detail?.value ?? []), ...after.map((place) => y[place])],
    };
  }

  #tell(range) {
    const [from, to] = range.map(axisMs);
    const [first, last] = this.#whole.map(axisMs);
    const whole = to - from >= (last - first) * 0.99;
    const clock = (ms) => writeMs(ms).slice(11, 19);
    say(this.#words, whole ? t("whole") : t("detail", { from: clock(from), to: clock(to) }));
  }

  #silence(words) {
    put(this.#element, "hidden", true);
    say(this.#words, words);
  }

  /** Whatever goes wrong in here ends here. */
  async #guard(work) {
    try {
      await work();
    } catch (error) {
      this.#silence(t("curve_lost"));
      console.warn("curve unavailable:", error instanceof Error ? error.message : error);
    }
  }
}
